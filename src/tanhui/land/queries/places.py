"""Readings of zones and counties with what they were before."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tanhui.land.models import County, Holds, PlaceVersion, Zone
from tanhui.land.places.standing import standing_places


class PlaceRow(NamedTuple):
    """A zone or county as it stands, or as it ended.

    `since` None: from the beginning. `versions` are the former ones, the latest first.
    """

    code: str
    name_zh: str
    name_en: str
    ecosystem: str
    county: County | None
    area_m2: int | None
    drawn: bool
    since: date | None
    ended_on: date | None
    versions: Sequence[PlaceVersion]


def place_rows(holds: str) -> list[PlaceRow]:
    """All of them, by code; those that have ended last."""
    kept: dict[str, list[PlaceVersion]] = defaultdict(list)
    for version in PlaceVersion.objects.select_related("batch").defer("outline").filter(holds=holds).order_by("-id"):
        kept[version.code].append(version)
    areas = {code: place.area_m2 for code, place in standing_places(holds).items()}
    rows: Sequence[Zone | County] = (
        list(Zone.objects.select_related("county")) if holds == Holds.ZONES else list(County.objects.all())
    )
    found = [_row(row, kept[str(row.pk)], areas.get(str(row.pk))) for row in rows]
    return sorted(found, key=lambda row: (row.ended_on is not None, row.code))


def _row(row: Zone | County, versions: list[PlaceVersion], area_m2: int | None) -> PlaceRow:
    current = next((version for version in versions if version.valid_to is None), None)
    zone = row if isinstance(row, Zone) else None
    return PlaceRow(
        code=str(row.pk),
        name_zh=row.name_zh,
        name_en=row.name_en,
        ecosystem=zone.ecosystem if zone else "",
        county=zone.county if zone else None,
        area_m2=area_m2,
        drawn=bool(row.outline),
        since=current.valid_from if current else None,
        ended_on=row.ended_on,
        versions=[version for version in versions if version.valid_to is not None],
    )
