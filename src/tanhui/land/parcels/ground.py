"""What an import has to know of the ground: the region's outline, its counties and zones, and who is registered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from tanhui.core.geometry.systems import Box
from tanhui.land.models import County, Zone
from tanhui.people.models import Organisation

REACH_DEGREE = 0.5  # a file whose middle is farther from the region than this is not of it, or not in its system


@dataclass(frozen=True, slots=True)
class Ground:
    """Names are those of the tables, in Chinese and English, besides the keys themselves."""

    outlines: Mapping[str, shapely.Geometry]
    region: shapely.Geometry
    box: Box
    counties: Mapping[str, str]
    zones: Mapping[str, str]
    zone_outlines: Mapping[str, shapely.Geometry]
    owners: Mapping[str, int]


def ground() -> Ground:
    """Read it once for an import."""
    counties, zones = list(County.objects.filter(ended_on=None)), list(Zone.objects.filter(ended_on=None))
    outlines = {county.adcode: shapely.make_valid(shape(county.outline)) for county in counties}
    region = shapely.union_all(np.array(list(outlines.values()), dtype=object))
    west, south, east, north = region.bounds if counties else (-180.0, -90.0, 180.0, 90.0)
    reach = Box(west - REACH_DEGREE, south - REACH_DEGREE, east + REACH_DEGREE, north + REACH_DEGREE)
    return Ground(
        outlines=outlines,
        region=region,
        box=reach,
        counties=_names((county.adcode, county) for county in counties),
        zones=_names((zone.zone, zone) for zone in zones),
        zone_outlines={zone.zone: shape(zone.outline) for zone in zones if zone.outline},
        owners={who.name_zh: who.pk for who in Organisation.objects.all()},
    )


def _names(rows: Any) -> dict[str, str]:  # noqa: ANN401 - pairs of a key and a county or zone
    found: dict[str, str] = {}
    for key, row in rows:
        found |= {key: key, row.name_zh: key, row.name_en: key}
    return found
