"""Geometry as rings of points, for drawings."""

import shapely

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
