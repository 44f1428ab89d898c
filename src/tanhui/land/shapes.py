"""Geometry as rings of points, for drawings."""

from typing import Any

import shapely
from shapely.geometry import mapping, shape

MOST_DRAWN = 2_000
FINEST_DEGREE = 0.001

Ring = list[tuple[float, float]]


def rings_of(wkb: bytes) -> list[list[Ring]]:
    """Return the polygons of a geometry, each as its outer ring and its holes, longitude before latitude."""
    parts = shapely.get_parts(shapely.from_wkb(wkb))
    return [
        [_ring(part.exterior), *(_ring(hole) for hole in part.interiors)]
        for part in parts
        if isinstance(part, shapely.Polygon)
    ]


def _ring(line: shapely.LinearRing) -> Ring:
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(line)]


def drawn(outline: Any) -> Any:  # noqa: ANN401 - GeoJSON
    """Return an outline as a map of the whole region can show it: an imported boundary has more corners than pixels."""
    found = shape(outline)
    if shapely.get_num_coordinates(found) <= MOST_DRAWN:
        return outline
    return dict(mapping(shapely.set_precision(shapely.simplify(found, FINEST_DEGREE), 1e-5)))
