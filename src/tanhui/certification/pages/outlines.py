"""What lists say of an estimate: its ecosystem, period and amount. An estimate never changes, so each is read once."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from tanhui.certification.dates import period_days
from tanhui.certification.models import Estimate, Project, Survey
from tanhui.certification.pages.readout import main_ecosystem
from tanhui.certification.queries import document_of

KEPT = 4_096


class Outline(NamedTuple):
    """An estimate, by its key, in one line of a list. Amounts are None where the survey gave none."""

    estimate: int
    plots: int
    ecosystem: str
    period_from: date | None
    period_to: date | None
    removal_tco2e: float | None
    half_width_tco2e: float | None
    issuable_mg: int


def outlines_of(projects: Collection[Project]) -> Mapping[int, Outline]:
    """Return the outline of the latest estimate of each project that has one, by the project's key: two questions."""
    surveys = Survey.objects.filter(project__in=projects).order_by("project_id", "-revision").distinct("project_id")
    latest = dict(surveys.values_list("id", "project_id"))
    known = Estimate.objects.filter(survey__in=latest).values_list("survey_id", "id", "hash_hex")
    return {latest[survey]: _outline(estimate, hash_hex) for survey, estimate, hash_hex in known}


@lru_cache(maxsize=KEPT)
def _outline(estimate: int, _hash_hex: str) -> Outline:
    """Read an estimate. The hash is part of the key: what is kept is said of these very bytes."""
    found = Estimate.objects.only("document", "issuable_mg").get(pk=estimate)
    document = document_of(found)
    first, last = period_days(document) or (None, None)
    return Outline(
        estimate,
        document["plots"],
        main_ecosystem(document),
        first,
        last,
        document["removal_tco2e"],
        document["half_width_tco2e"],
        found.issuable_mg,
    )
