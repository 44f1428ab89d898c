"""What a map shows of a place: the parcels in view, simplified to what a screen can show; or, from afar, cells.

A cell is a square of the ground with the sums of the parcels whose inner points lie in it. Outside the workplace only
cells of some five kilometres are ever given, so that nobody can read a boundary from them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
import shapely
from django.db import connection
from shapely.geometry import mapping

from tanhui.land.models import Extent
from tanhui.people.models import Person, Role

MOST_PARCELS = 3_000
CELLS_ACROSS = 48
PUBLIC_CELL_DEGREE = 0.05
SCREEN_PX = 900
LEAST_PX = 5
_PARCELS = """
SELECT code, ecosystem, area_m2, geometry FROM land_parcel
WHERE replaced_by_id IS NULL AND extent && %(box)s::box AND (%(owner)s::bigint IS NULL OR owner_id = %(owner)s)
LIMIT %(most)s
"""
_CELLS = """
SELECT column_, row_, ecosystem, sum(area_m2)::bigint, count(*) FROM (
    SELECT floor(lon / %(size)s)::int AS column_, floor(lat / %(size)s)::int AS row_, ecosystem, area_m2
    FROM land_parcel
    WHERE replaced_by_id IS NULL AND extent && %(box)s::box AND (%(owner)s::bigint IS NULL OR owner_id = %(owner)s)
) AS placed GROUP BY 1, 2, 3 ORDER BY 1, 2, 4 DESC
"""
_REACH = """
SELECT min(lon), min(lat), max(lon), max(lat) FROM land_parcel
WHERE replaced_by_id IS NULL AND (%(owner)s::bigint IS NULL OR owner_id = %(owner)s)
"""
EVERYWHERE = Extent(-180.0, -90.0, 180.0, 90.0)


def parcels_in_view(person: Person, view: Extent) -> dict[str, Any]:
    """Return GeoJSON of the parcels in view, or of cells where they are too many to be told apart."""
    asked = {"box": view.box(), "owner": _owner(person), "most": MOST_PARCELS + 1}
    with connection.cursor() as cursor:
        cursor.execute(_PARCELS, asked)
        rows = cursor.fetchall()
    pixel = (view.east - view.west) / SCREEN_PX
    shapes = shapely.from_wkb([bytes(row[3]) for row in rows])
    if len(rows) > MOST_PARCELS or _specks(shapes, pixel):
        return _cells(view, (view.east - view.west) / CELLS_ACROSS, _owner(person))
    shapes = _simplified(shapes, pixel)
    features = [
        _feature(shape, {"code": code, "ecosystem": ecosystem, "area_m2": area_m2})
        for (code, ecosystem, area_m2, _wkb), shape in zip(rows, shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "grain": "parcel", "features": features}


def parcel_reach(person: Person) -> dict[str, Any]:
    """The rectangle around all parcels that a person may see, for a map to open on; no feature where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"owner": _owner(person)})
        west, south, east, north = cursor.fetchone()
    found = [] if west is None else [_feature(shapely.box(west, south, east, north), {})]
    return {"type": "FeatureCollection", "features": found}


def public_cells() -> dict[str, Any]:
    """Return what anybody may see of the parcels: cells of a twentieth of a degree."""
    return _cells(EVERYWHERE, PUBLIC_CELL_DEGREE, None)


def shape_feature(wkb: bytes, properties: dict[str, Any]) -> dict[str, Any]:
    """One whole shape as GeoJSON, its corners to a tenth of a metre."""
    return _feature(_simplified(shapely.from_wkb([wkb]), 1e-6)[0], properties)


def _specks(shapes: Any, pixel: float) -> bool:  # noqa: ANN401 - an array of shapes
    """Whether most parcels would be too small to see."""
    if not len(shapes):
        return False
    bounds = shapely.bounds(shapes)
    return bool(np.median(bounds[:, 2] - bounds[:, 0]) < LEAST_PX * pixel)


def _owner(person: Person) -> int | None:
    return person.organisation_id if person.role == Role.OWNER else None


def _cells(view: Extent, size: float, owner: int | None) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, {"box": view.box(), "owner": owner, "size": size})
        rows = cursor.fetchall()
    return {
        "type": "FeatureCollection",
        "grain": "cell",
        "features": [_cell(place, found, size) for place, found in _by_place(rows)],
    }


def _by_place(rows: Iterable[tuple[Any, ...]]) -> list[tuple[tuple[int, int], list[tuple[Any, ...]]]]:
    places: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for column, row, *told in rows:
        places.setdefault((column, row), []).append(tuple(told))
    return list(places.items())


def _cell(place: tuple[int, int], found: Sequence[tuple[Any, ...]], size: float) -> dict[str, Any]:
    """The ecosystem with most land names the cell; its sums are of all."""
    west, south = place[0] * size, place[1] * size
    inset = size * 0.04
    square = shapely.box(west + inset, south + inset, west + size - inset, south + size - inset)
    sums = {"area_m2": sum(told[1] for told in found), "count": sum(told[2] for told in found)}
    return _feature(square, {"ecosystem": found[0][0], **sums})


def _simplified(shapes: Any, tolerance: float) -> Any:  # noqa: ANN401 - arrays of shapes
    """Leave out what is smaller than a pixel, and round to seven places."""
    simple = shapely.simplify(shapes, tolerance, preserve_topology=True)
    return shapely.transform(simple, lambda corners: np.round(corners, 7))


def _feature(shape: shapely.Geometry, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(cast("Any", shape))}
