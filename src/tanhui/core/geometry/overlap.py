"""Where two pieces of land are the same: exact intersections, their area on the ellipsoid, and what is only a sliver.

Geometry is WKB in EPSG:4490. Edges are taken as straight in degrees, as the parcel tables draw them; areas are geodesic
on the ellipsoid of CGCS2000. Boundaries drawn by different hands never meet exactly: an intersection that is very small
or very thin is a sliver. It is returned and marked, never dropped.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from pyproj import Geod
from shapely import Geometry

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)
PPM = 1_000_000
LEAST_M2 = 0.5
"""Less than this is no area at all: neighbours that share an edge meet in less."""


class Tolerance(NamedTuple):
    """An intersection smaller than `area_m2`, or on average narrower than `width_m`, is a sliver."""

    area_m2: float = 10.0
    width_m: float = 1.0


DRAWING = Tolerance()
"""What two drawings of one boundary differ by."""


class Overlap(NamedTuple):
    """The common part of ours and theirs. Shares are of each one's own area; `geometry` is WKB."""

    area_m2: int
    share_ours_ppm: int
    share_theirs_ppm: int
    sliver: bool
    geometry: bytes


def overlaps(ours: Sequence[bytes], theirs: Sequence[bytes], tolerance: Tolerance = DRAWING) -> list[Overlap | None]:
    """Return the overlap of each pair, in order; None where they have no area in common."""
    assert len(ours) == len(theirs), "pairs"
    mine, others = _read(ours), _read(theirs)
    common = shapely.intersection(mine, others)
    areas: dict[bytes, float] = {}
    found: list[Overlap | None] = []
    for n in range(len(ours)):
        piece = _piece(common[n]) if shapely.area(common[n]) > 0 else None
        if piece is None:
            found.append(None)
            continue
        # A parcel meets many neighbours, and a geodesic area is the dear part: each is computed once.
        for wkb, shape in ((ours[n], mine[n]), (theirs[n], others[n])):
            if wkb not in areas:
                areas[wkb] = area_m2(shape)
        found.append(_overlap(piece, areas[ours[n]], areas[theirs[n]], tolerance))
    return found


def area_m2(geometry: Geometry) -> float:
    """Return the geodesic area of the polygons of a geometry, in square metres."""
    return abs(CGCS2000.geometry_area_perimeter(shapely.orient_polygons(polygons(geometry)))[0])


def largest_piece_m2(wkb: bytes) -> float:
    """Return the area of the largest piece of a geometry: land that hangs together."""
    return max((area_m2(part) for part in shapely.get_parts(polygons(shapely.from_wkb(wkb)))), default=0.0)


def polygons(geometry: Geometry) -> Geometry:
    """Return the parts of a geometry that have area."""
    if isinstance(geometry, shapely.Polygon | shapely.MultiPolygon):
        return geometry
    parts = shapely.get_parts(geometry)
    nested = shapely.get_parts(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - two dimensions are area
    return shapely.MultiPolygon(list(nested))


def _read(wkbs: Sequence[bytes]) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    read: np.ndarray[tuple[int], np.dtype[np.object_]] = np.array(shapely.from_wkb(list(wkbs)), dtype=object)
    whole = shapely.is_valid(read)
    if not whole.all():
        read[~whole] = shapely.make_valid(read[~whole])
    return read


class _Piece(NamedTuple):
    shape: Geometry
    area_m2: float
    perimeter_m: float


def _piece(common: Geometry) -> _Piece | None:
    """Return the part of an intersection that has area, unless that is next to nothing."""
    shape = shapely.orient_polygons(polygons(common))
    area, perimeter_m = CGCS2000.geometry_area_perimeter(shape)
    return _Piece(shape, abs(area), perimeter_m) if abs(area) >= LEAST_M2 else None


def _overlap(piece: _Piece, ours_m2: float, theirs_m2: float, tolerance: Tolerance) -> Overlap:
    return Overlap(
        area_m2=round(piece.area_m2),
        share_ours_ppm=min(PPM, round(piece.area_m2 / ours_m2 * PPM)),
        share_theirs_ppm=min(PPM, round(piece.area_m2 / theirs_m2 * PPM)),
        sliver=piece.area_m2 < tolerance.area_m2 or 2 * piece.area_m2 / piece.perimeter_m < tolerance.width_m,
        geometry=shapely.to_wkb(piece.shape),
    )


def own_overlaps(shapes: Sequence[bytes], tolerance: Tolerance = DRAWING) -> list[tuple[int, int, Overlap]]:
    """Return the pairs of a set that have more than a sliver in common, each pair once, in order."""
    read = _read(shapes)
    first, second = shapely.STRtree(read).query(read, predicate="intersects")
    pairs = sorted((int(one), int(other)) for one, other in zip(first, second, strict=True) if one < other)
    measured = overlaps([shapes[one] for one, _other in pairs], [shapes[other] for _one, other in pairs], tolerance)
    return [
        (*pair, overlap)
        for pair, overlap in zip(pairs, measured, strict=True)
        if overlap is not None and not overlap.sliver
    ]
