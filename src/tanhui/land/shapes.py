"""Geometry between its forms: rings of points for drawings, GeoJSON as it is kept and shown."""

from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

MOST_DRAWN = 2_000
FINEST_DEGREE = 0.001

Ring = list[tuple[float, float]]
Geojson = dict[str, Any]


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


def shape_of(outline: Geojson) -> shapely.Geometry:
    """Return a kept outline as a shape."""
    return shapely.make_valid(shape(outline))


def outline_of(found: BaseGeometry) -> Geojson:
    """Return a shape as GeoJSON, as it is kept."""
    return dict(mapping(found))


def drawn(outline: Geojson) -> Geojson:
    """Return an outline as a map of the whole region can show it: an imported boundary has more corners than pixels."""
    found = shape(outline)
    if shapely.get_num_coordinates(found) <= MOST_DRAWN:
        return outline
    return outline_of(shapely.set_precision(shapely.simplify(found, FINEST_DEGREE), 1e-5))
