"""Readings of the region, its zones and counties."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Sum

from tanhui.land.models import County, Region, Zone
from tanhui.land.shapes import drawn


class EcosystemSum(NamedTuple):
    ecosystem: str
    zones: int
    area_mu: int


def region() -> Region | None:
    return Region.objects.order_by("id").first()


def zones() -> Sequence[Zone]:
    """Return the zones that stand, the largest first within each ecosystem."""
    return list(Zone.objects.filter(ended_on=None).select_related("county").order_by("ecosystem", "-area_mu"))


def counties() -> Sequence[County]:
    return list(County.objects.filter(ended_on=None).order_by("adcode"))


def ground() -> dict[str, Any]:
    """Return the counties as GeoJSON, as the maps draw them: outlines with adcode, names and where a name may stand."""
    return {"type": "FeatureCollection", "features": [_outline(county) for county in counties()]}


def _outline(county: County) -> dict[str, Any]:
    properties = {
        "adcode": county.adcode,
        "name_zh": county.name_zh,
        "name_en": county.name_en,
        "centroid": [county.label_lon, county.label_lat],
    }
    return {"type": "Feature", "geometry": drawn(county.outline), "properties": properties}


def ecosystem_sums() -> Sequence[EcosystemSum]:
    current = Zone.objects.filter(ended_on=None).values("ecosystem")
    rows = current.annotate(zones=Count("zone"), area_mu=Sum("area_mu")).order_by("ecosystem")
    return [EcosystemSum(row["ecosystem"], row["zones"], row["area_mu"]) for row in rows]
