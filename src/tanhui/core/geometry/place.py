"""Where parcels lie: inside the region, at its edge, or outside; and in which county."""

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from tanhui.core.geometry.defects import DEFECT_CODES, Defect
from tanhui.core.geometry.ellipsoid import Integers, Shapes

EDGE_DEGREE = 0.05  # outlines of counties are coarse: some five kilometres beside them nothing is concluded


def inner_points(shapes: Shapes) -> NDArray[np.float64]:
    """Return a point inside each shape as rows of longitude and latitude, rounded to 1e-7 degree; NaN where none is."""
    points = shapely.point_on_surface(shapes)
    spots: NDArray[np.float64] = np.column_stack([shapely.get_x(points), shapely.get_y(points)]).astype(np.float64)
    return np.round(spots, 7)


def place_defects(points: NDArray[np.float64], area_m2: Integers, region: shapely.Geometry) -> list[Defect]:
    """Report parcels whose inner point lies outside the region: far outside is refused, close to it is only shown."""
    spots = np.asarray(shapely.points(points), dtype=object)
    wide = shapely.buffer(region, EDGE_DEGREE)
    shapely.prepare([region, wide])
    there = np.isfinite(points).all(axis=1)
    outside = np.flatnonzero(there & ~shapely.intersects(region, spots))
    far = ~shapely.intersects(wide, spots[outside])
    told = []
    for index, distant in zip(outside, far, strict=True):
        code = "outside_region" if distant else "edge_of_region"
        own = int(area_m2[index])
        told.append(Defect(int(index), code, DEFECT_CODES[code], own, own))
    return told


def containing(points: NDArray[np.float64], outlines: Mapping[str, shapely.Geometry]) -> list[str | None]:
    """Return for each point the key of the first outline that holds it, in the order of the keys; None where none."""
    found: list[str | None] = [None] * len(points)
    spots = np.asarray(shapely.points(points), dtype=object)
    for key in sorted(outlines, reverse=True):
        shapely.prepare(outlines[key])
        for index in np.flatnonzero(shapely.intersects(outlines[key], spots)):
            found[int(index)] = key
    return found
