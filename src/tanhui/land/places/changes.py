"""What a file would change: places that are new, that are otherwise than they stand, that are the same, that end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from django.db.models import Count

from tanhui.land.models import Holds, Parcel, Works, Zone
from tanhui.land.parcels.findings import there_of
from tanhui.land.parcels.prepare import Prepared
from tanhui.land.places.standing import Place
from tanhui.land.shapes import shape_of

NEW, CHANGED, SAME, GONE = "new", "changed", "same", "gone"
SAME_DEGREE = 1e-9


def changes_of(prepared: Prepared, standing: Mapping[str, Place], *, whole: bool, holds: str) -> dict[str, Any]:
    """Return a row for each place that comes or goes, with its area before and after, and their counts.

    With `whole`, what stands and is not in the file ends; what is in it and cannot come in goes on as it stands.
    """
    columns, there = prepared.attributes.columns, there_of(prepared)
    rows = [_row(prepared, place, standing.get(columns["code"][place])) for place in there]
    gone = [place for code, place in standing.items() if whole and code not in set(columns["code"])]
    rows += [_gone(place) for place in gone]
    touched = [row["code"] for row in rows if row["change"] != SAME]
    for name, counts in references(holds, touched).items():
        for row in rows:
            row[name] = counts.get(row["code"], 0)
    rows.sort(key=lambda row: ((NEW, CHANGED, GONE, SAME).index(row["change"]), row["code"]))
    counts = Counter(row["change"] for row in rows)
    comes = {row["code"]: row["after_m2"] for row in rows}
    after = [comes.get(code, place.area_m2) for code, place in standing.items()]
    after += [area_m2 for code, area_m2 in comes.items() if code not in standing]
    return {
        "places": rows,
        "changes": {change: counts[change] for change in (NEW, CHANGED, GONE, SAME)},
        "before_m2": sum(place.area_m2 for place in standing.values()),
        "after_m2": sum(after),
    }


def references(holds: str, codes: Sequence[str]) -> dict[str, dict[str, int]]:
    """Say how many current parcels, works and zones name each of these places."""
    key = "zone_id" if holds == Holds.ZONES else "county_id"
    named = {f"{key}__in": list(codes)}
    found = {
        "parcels": Parcel.objects.filter(replaced_by=None, **named).values_list(key).annotate(Count("id")),
        "works": Works.objects.filter(**named).values_list(key).annotate(Count("id")),
    }
    if holds == Holds.COUNTIES:
        found["zones"] = Zone.objects.filter(ended_on=None, **named).values_list(key).annotate(Count("zone"))
    return {name: dict(rows.order_by()) for name, rows in found.items()}


def _row(prepared: Prepared, place: int, before: Place | None) -> dict[str, Any]:
    columns = prepared.attributes.columns
    told = {name: columns[name][place] for name in ("code", "name_zh", "name_en", "ecosystem", "county")}
    differs = _differs(prepared.checked.shapes[place], told, before) if before else []
    change = NEW if before is None else CHANGED if differs else SAME
    return {
        **told,
        "change": change,
        "differs": differs,
        "before_m2": before.area_m2 if before else None,
        "after_m2": int(prepared.checked.area_m2[place]),
    }


def _gone(before: Place) -> dict[str, Any]:
    told = {name: getattr(before, name) for name in ("code", "name_zh", "name_en", "ecosystem", "county")}
    return {**told, "change": GONE, "differs": [], "before_m2": before.area_m2, "after_m2": 0}


def _differs(shape: shapely.Geometry, told: Mapping[str, Any], before: Place) -> list[str]:
    """Name what is otherwise: the boundary, the name, the ecosystem, the county."""
    found = []
    if before.outline is None or not same_boundary(shape, shape_of(before.outline)):
        found.append("boundary")
    if (told["name_zh"], told["name_en"]) != (before.name_zh, before.name_en):
        found.append("name")
    return found + [name for name in ("ecosystem", "county") if told[name] != getattr(before, name)]


def same_boundary(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Whether two boundaries run through the same corners, to what the grid of coordinates tells apart."""
    first, second = shapely.normalize(_parts(one)), shapely.normalize(_parts(other))
    return bool(shapely.equals_exact(first, second, SAME_DEGREE))


def _parts(shape: shapely.Geometry) -> shapely.Geometry:
    return shape if isinstance(shape, shapely.MultiPolygon) else shapely.MultiPolygon([*shapely.get_parts(shape)])
