"""Many polygons taken apart at once: their rings, as runs in one array of whole corners."""

import hashlib
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from tanhui.core.sampling.progress import Pulse, quiet
from tanhui.core.sampling.projection import E7, Whole

ELLIPSOID = Geod(a=6378137.0, rf=298.257222101)
"""That of CGCS2000."""


class Rings(NamedTuple):
    """Rings of polygons in order: ring k has the corners `starts[k]` … `starts[k + 1]` and belongs to `piece[k]`.

    An `outer` ring counts; a hole is taken off.
    """

    corners: Whole
    starts: Whole
    piece: Whole
    outer: NDArray[np.bool_]


def take_apart(polygons: NDArray[Any]) -> Rings:
    """The rings of an array of polygons with whole coordinates."""
    rings, piece = shapely.get_rings(polygons, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.searchsorted(ring, np.arange(len(rings) + 1))
    outer = np.concatenate([[True], piece[1:] != piece[:-1]])
    return Rings(corners.astype(np.int64), starts.astype(np.int64), piece.astype(np.int64), outer)


def planar_area(rings: Rings) -> int:
    """Area in the plane, exact: whole units of each polygon, halves dropped. Corners are seen from a ring's first."""
    first = np.repeat(rings.corners[rings.starts[:-1]], np.diff(rings.starts), axis=0)
    near = rings.corners - first
    cross = np.zeros(len(near), dtype=np.int64)
    cross[:-1] = near[:-1, 0] * near[1:, 1] - near[1:, 0] * near[:-1, 1]
    cross[rings.starts[1:] - 1] = 0
    twice = np.abs(np.add.reduceat(cross, rings.starts[:-1])) * np.where(rings.outer, 1, -1)
    whole = np.zeros(int(rings.piece[-1]) + 1, dtype=np.int64)
    np.add.at(whole, rings.piece, twice)
    return int((whole // 2).sum())


def ground_area_m2(rings: Rings, pulse: Pulse = quiet) -> int:
    """Area on the ellipsoid, each polygon to the whole square metre; corners in 1e-7 degrees.

    Raises what `pulse` raises, which is called for each ring.
    """
    degrees = rings.corners / E7
    areas = np.zeros(int(rings.piece[-1]) + 1)
    for ring, (start, end) in enumerate(zip(rings.starts[:-1].tolist(), rings.starts[1:].tolist(), strict=True)):
        pulse()
        area_m2, _length = ELLIPSOID.polygon_area_perimeter(degrees[start:end, 0], degrees[start:end, 1])
        areas[rings.piece[ring]] += abs(area_m2) if rings.outer[ring] else -abs(area_m2)
    return int(np.rint(areas).sum())


def land_hash(names: tuple[str, ...], rings: Rings) -> str:
    """SHA-256 over the names and corners (whole 1e-7 degrees) of all polygons, so that land can be compared."""
    digest = hashlib.sha256()
    written = rings.corners.astype(">i8")
    for ring, (start, end) in enumerate(zip(rings.starts[:-1].tolist(), rings.starts[1:].tolist(), strict=True)):
        if rings.outer[ring]:
            digest.update(names[rings.piece[ring]].encode() + b"\n")
        digest.update(b"1\n" if rings.outer[ring] else b"-1\n")
        digest.update(written[start:end].tobytes())
    return digest.hexdigest()
