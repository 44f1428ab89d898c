"""The land of the demonstration: its parcels are told of, triaged, and those that may have a ticket chosen.

The facts stand in the region's folder and are made up; each carries the note that says so. Running it again finds the
parcels decided and adds nothing.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction

from tanhui.kit import clock
from tanhui.land.models import Parcel, Triage, TriageOutcome
from tanhui.land.periods import Period
from tanhui.land.queries.triage import standing
from tanhui.land.services.triage import decide_triage, tell_facts
from tanhui.people.models import Person

YOUNG_PLANTATION = "0141"


class Ground(NamedTuple):
    """The parcels that a project may choose, by code, and the period that it takes them for."""

    codes: Sequence[str]
    period: Period


def triage_demonstration(*, folder: Path, period: Period, people: Mapping[str, Person]) -> Ground:
    """Triage the region's parcels for a period once. Returns those that may have a ticket for it.

    Young plantations are decided for two whole years that CCER can still credit, all others for the period.
    """
    told = tomllib.loads((folder / "triage.toml").read_text(encoding="utf-8"))
    parcels = list(Parcel.objects.filter(replaced_by=None, batch__synthetic=True).order_by("code"))
    if not Triage.objects.filter(parcel__in=parcels).exists():
        _triage(_sorted(parcels), told, period, by=people["surina"], at=clock.now())
    outcomes = standing().filter(period_from=period[0], period_to=period[1], outcome=TriageOutcome.TICKET)
    codes = outcomes.filter(parcel__in=parcels).order_by("parcel_code").values_list("parcel_code", flat=True)
    return Ground(list(codes), period)


def _sorted(parcels: Sequence[Parcel]) -> Mapping[str, list[Parcel]]:
    """Which set of facts is told of each parcel; of wetlands the parcel table says enough."""
    found: dict[str, list[Parcel]] = {"ccer": [], "disputed": [], "ticket": [], "": []}
    for parcel in parcels:
        found[_facts_of(parcel)].append(parcel)
    return found


def _facts_of(parcel: Parcel) -> str:
    if parcel.ecosystem == "wetland":
        return ""
    if parcel.land_class == YOUNG_PLANTATION:
        return "ccer"
    return "ticket" if parcel.owner_id else "disputed"


@transaction.atomic
def _triage(
    groups: Mapping[str, list[Parcel]], told: Mapping[str, Any], period: Period, *, by: Person, at: datetime
) -> None:
    signed = {"by": by, "reason": told["reason"], "at": at}
    year = at.astimezone(clock.LOCAL).year
    ccer = (date(year - 3, 1, 1), date(year - 1, 1, 1))
    for name, parcels in groups.items():
        if not parcels:
            continue
        during = ccer if name == "ccer" else period
        for facts, some in _facts(name, parcels, told):
            tell_facts(parcels=some, period=during, facts=facts, note=told["note"], evidence=None, **signed)
        decide_triage(parcels=parcels, period=during, **signed)


def _facts(name: str, parcels: list[Parcel], told: Mapping[str, Any]) -> list[tuple[dict[str, str], list[Parcel]]]:
    """The facts of a group. A plantation began in the spring of the year that it was planted in."""
    if name != "ccer":
        return [(dict(told[name]), parcels)] if name else []
    years = sorted({parcel.planted_year for parcel in parcels if parcel.planted_year})
    return [
        ({**told[name], "start_date": f"{year}-04-15"}, [one for one in parcels if one.planted_year == year])
        for year in years
    ]
