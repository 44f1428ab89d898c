"""What a lot may be corrected on: later estimates of its plots, certified in a project or signed in a programme."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tanhui.certification.queries import later_estimates
from tanhui.monitoring.queries.runs import signed_on_later_surveys
from tanhui.registry.models import Lot


class Remeasured(NamedTuple):
    """A later estimate for a lot: its hash, the project or run whose it is, and of a project what may be issued."""

    lot: str
    hash_hex: str
    number: str
    issuable_mg: int | None


def remeasured(lot: str = "") -> Sequence[Remeasured]:
    """Return every later estimate of a lot, or of all lots."""
    lots = Lot.objects.filter(lot=lot) if lot else Lot.objects.all()
    issued = list(lots.filter(project__isnull=False).order_by("lot"))
    own = {row.lot: row.estimate_hash_hex for row in issued}
    found = [*_certified(issued), *_signed(issued)]
    return sorted({one for one in found if one.hash_hex != own[one.lot]})


def _certified(lots: Sequence[Lot]) -> Iterator[Remeasured]:
    by_project = {row.project_id: row.lot for row in lots if row.project_id}
    for number, estimate in later_estimates(list(by_project)):
        yield Remeasured(by_project[number], estimate.hash_hex, estimate.survey.project.number, estimate.issuable_mg)


def _signed(lots: Sequence[Lot]) -> Iterator[Remeasured]:
    by_survey = {row.survey_hash_hex: row.lot for row in lots}
    for root_hex, run in signed_on_later_surveys(list(by_survey)):
        yield Remeasured(by_survey[root_hex], run.hash_hex, run.number, None)
