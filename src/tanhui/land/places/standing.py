"""The zones or counties that stand today, in one shape for both."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tanhui.core.geometry.ellipsoid import measure, whole_m2
from tanhui.land.models import County, Holds, Zone
from tanhui.land.shapes import Geojson, shape_of

M2_PER_MU = 10_000 / 15


class Place(NamedTuple):
    """A zone or a county. `outline` is GeoJSON, or None where no boundary has been drawn; a county has no ecosystem."""

    code: str
    name_zh: str
    name_en: str
    ecosystem: str
    county: str
    area_m2: int
    outline: Geojson | None
    source: str


def standing_places(holds: str) -> Mapping[str, Place]:
    """Return the current ones by code."""
    return zones_standing() if holds == Holds.ZONES else counties_standing()


def zones_standing() -> dict[str, Place]:
    """A zone without a boundary has its registered area."""
    rows = Zone.objects.filter(ended_on=None).order_by("zone")
    drawn = _areas([row.outline for row in rows])
    return {
        row.zone: Place(
            row.zone,
            row.name_zh,
            row.name_en,
            row.ecosystem,
            row.county_id,
            area_m2 if area_m2 is not None else round(row.area_mu * M2_PER_MU),
            row.outline,
            row.source,
        )
        for row, area_m2 in zip(rows, drawn, strict=True)
    }


def counties_standing() -> dict[str, Place]:
    rows = County.objects.filter(ended_on=None).order_by("adcode")
    return {
        row.adcode: Place(row.adcode, row.name_zh, row.name_en, "", "", area_m2 or 0, row.outline, "")
        for row, area_m2 in zip(rows, _areas([row.outline for row in rows]), strict=True)
    }


def _areas(outlines: list[Geojson | None]) -> list[int | None]:
    shapes = np.array([shape_of(outline) if outline else None for outline in outlines] or [], dtype=object)
    areas = whole_m2(measure(shapes).area_m2).tolist()
    return [int(area) if outline else None for outline, area in zip(outlines, areas, strict=True)]
