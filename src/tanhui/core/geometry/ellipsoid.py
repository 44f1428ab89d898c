"""Areas on the ellipsoid of CGCS2000, in square metres: what a parcel measures, whatever map it was drawn on.

Sides are geodesics between the corners, holes are taken off, and the order of a ring does not matter. An area is
rounded to the nearest square metre once, here, halves to the even one.
"""

import itertools
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)


class Measured(NamedTuple):
    """Area and length of all edges, one value a shape. An empty or missing shape measures nothing."""

    area_m2: Floats
    edge_m: Floats


def measure(shapes: Shapes) -> Measured:
    """Measure polygons or multipolygons in degrees of longitude and latitude. They need not be valid.

    The area of an invalid polygon is what its rings enclose as they are drawn: a figure of eight cancels itself.
    """
    parts, owners = shapely.get_parts(shapes, return_index=True)
    rings, places = shapely.get_rings(parts, return_index=True)
    area_m2, edge_m = np.zeros(len(shapes)), np.zeros(len(shapes))
    if not len(rings):
        return Measured(area_m2, edge_m)
    ring_m2, ring_m = _rings(rings)
    outer = np.diff(places, prepend=-1) != 0
    owner = owners[places]
    np.add.at(area_m2, owner, np.where(outer, ring_m2, -ring_m2))
    np.add.at(edge_m, owner, ring_m)
    return Measured(np.abs(area_m2), edge_m)


def whole_m2(area_m2: Floats) -> Integers:
    """Round areas to whole square metres, halves to even."""
    return np.rint(area_m2).astype(np.int64)


def _rings(rings: Shapes) -> tuple[Floats, Floats]:
    corners, index = shapely.get_coordinates(rings, return_index=True)
    lon, lat = np.ascontiguousarray(corners[:, 0]), np.ascontiguousarray(corners[:, 1])
    ends = np.searchsorted(index, np.arange(len(rings) + 1)).tolist()
    # One call a ring: pyproj has no call for many, and a hundred thousand of these take four seconds.
    found = [CGCS2000.polygon_area_perimeter(lon[start:end], lat[start:end]) for start, end in itertools.pairwise(ends)]
    table = np.array(found, dtype=np.float64).reshape(-1, 2)
    return np.abs(table[:, 0]), table[:, 1]
