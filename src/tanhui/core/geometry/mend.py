"""Put right what is wrong with polygons, and say of each what was done, with its area before and after.

Nothing is mended silently, and nothing whose area changes is mended without being asked: the remedy then is `asked`.
Shapes are in degrees of EPSG:4490. What comes out is valid, its outer rings run counter-clockwise, and it is a
MultiPolygon, so that all parcels are of one kind.
"""

from contextlib import suppress
from typing import NamedTuple

import numpy as np
import shapely

from tanhui.core.geometry.defects import DEFECT_CODES, Defect, Remedy
from tanhui.core.geometry.ellipsoid import Floats, Integers, Shapes, measure, whole_m2
from tanhui.core.geometry.parse import polygons_of

GRID_DEGREE = 1e-9  # a tenth of a millimetre: coordinates are kept to it, so that the same file gives the same bytes
LEAST_PIECE_M2 = 1.0
SLIVER_M2 = 100.0
SLIVER_WIDTH_M = 1.0
LONGEST_DEGREE_M = 111_700.0
SAME_AREA_M2, SAME_AREA_SHARE = 1.0, 1e-4
_HOLES = ("Hole lies outside shell", "Nested holes", "Holes are nested", "Interior is disconnected")
_PARTS = ("Nested shells", "Duplicate Rings", "Holes are nested")


class Mended(NamedTuple):
    """Valid multipolygons (None where refused), their whole square metres (0 where refused), and what was found."""

    shapes: Shapes
    area_m2: Integers
    defects: list[Defect]


class _Found(NamedTuple):
    place: int
    code: str


def on_grid(shapes: Shapes) -> Shapes:
    """Round all coordinates to the grid that parcels are kept on."""
    return shapely.transform(shapes, lambda corners: np.round(corners, 9))


def mend(shapes: Shapes, *, outer_ccw: bool | None = None) -> Mended:
    """Mend polygons. `outer_ccw` says which way outer rings must run in this kind of file; None: it does not matter."""
    drawn = measure(shapes).area_m2
    work, found = shapes.copy(), list[_Found]()
    _drop_repeated(work, found)
    _make_valid(work, found)
    _drop_tiny(work, found)
    _orient(shapes, work, found, outer_ccw=outer_ccw)
    refused = [place for place in np.flatnonzero(shapely.is_missing(work)) if shapes[place] is not None]
    changed = sorted({note.place for note in found})
    area = drawn.copy()
    area[changed] = measure(work[changed]).area_m2
    refused += [place for place in np.flatnonzero(area < LEAST_PIECE_M2) if work[place] is not None]
    work[refused] = None
    area[refused] = 0.0
    defects = _reported(found, drawn, area, frozenset(int(place) for place in refused))
    defects += _looked_odd(work, area)
    kept = ~shapely.is_missing(work)
    work[kept] = _multi(work[kept])
    return Mended(work, whole_m2(area), defects)


def _drop_repeated(work: Shapes, found: list[_Found]) -> None:
    corners, owner = shapely.get_coordinates(work, return_index=True)
    again = (np.diff(owner) == 0) & (np.diff(corners, axis=0) == 0).all(axis=1)
    for place in np.unique(owner[1:][again]):
        # A ring of fewer than three corners cannot be written; such a shape is left to the next step.
        with suppress(shapely.errors.GEOSException):
            cleaned = shapely.remove_repeated_points(work[place])
            if shapely.get_num_coordinates(cleaned) < shapely.get_num_coordinates(work[place]):
                work[place] = cleaned
                found.append(_Found(int(place), "repeated_points"))


def _make_valid(work: Shapes, found: list[_Found]) -> None:
    wrong = np.flatnonzero(~shapely.is_missing(work) & ~shapely.is_valid(work))
    if not len(wrong):
        return
    reasons = shapely.is_valid_reason(work[wrong])
    mended = shapely.make_valid(work[wrong], method="structure", keep_collapsed=False)
    for place, reason, shape in zip(wrong, reasons, mended, strict=True):
        found.append(_Found(int(place), _reason_code(str(reason))))
        work[place] = polygons_of(shape if shape.is_valid else _joined(shape, work[place]))


def _joined(pieces: shapely.Geometry, drawn: shapely.Geometry) -> shapely.Geometry:
    """Return the pieces as one valid shape: two that share an edge may come out as two parts, which is not valid.

    Where lines cross a hair's breadth beside a corner they cannot be joined. Then the shape is made anew of what its
    lines enclose; whoever gave it sees the area before and after.
    """
    with suppress(shapely.errors.GEOSException):
        joined = shapely.union_all(shapely.get_parts(pieces))
        if joined.is_valid:
            return joined
    return shapely.make_valid(drawn)


def _reason_code(reason: str) -> str:
    if reason.startswith(_HOLES):
        return "bad_holes"
    if reason.startswith(_PARTS):
        return "bad_parts"
    return "self_intersection"


def _drop_tiny(work: Shapes, found: list[_Found]) -> None:
    """Take away parts and holes under a square metre, which no survey can mean."""
    parts, owner = shapely.get_parts(work, return_index=True)
    _rings, place = shapely.get_rings(parts, return_index=True)
    several = np.unique(owner[place][np.flatnonzero(np.diff(owner[place]) == 0)])
    for index in several:
        pieces = shapely.get_parts(work[index])
        kept = [_without_tiny_holes(piece) for piece in pieces[measure(pieces).area_m2 >= LEAST_PIECE_M2]]
        before = len(pieces) + shapely.get_num_interior_rings(pieces).sum()
        if before == len(kept) + sum(len(piece.interiors) for piece in kept):
            continue
        work[index] = None if not kept else kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
        found.append(_Found(int(index), "tiny_pieces"))


def _without_tiny_holes(piece: shapely.Polygon) -> shapely.Polygon:
    holes = np.array([shapely.Polygon(ring) for ring in piece.interiors], dtype=object)
    if not len(holes):
        return piece
    kept = holes[measure(holes).area_m2 >= LEAST_PIECE_M2]
    return shapely.Polygon(piece.exterior, [hole.exterior for hole in kept])


def _orient(shapes: Shapes, work: Shapes, found: list[_Found], *, outer_ccw: bool | None) -> None:
    if outer_ccw is not None:
        parts, owner = shapely.get_parts(shapes, return_index=True)
        turned = shapely.is_ccw(shapely.get_exterior_ring(parts)) != outer_ccw
        valid = shapely.is_valid(shapes)
        found += [_Found(int(place), "ring_order") for place in np.unique(owner[turned]) if valid[place]]
    work[:] = shapely.orient_polygons(work, exterior_cw=False)


def _reported(found: list[_Found], drawn: Floats, area: Floats, refused: frozenset[int]) -> list[Defect]:
    before, after = whole_m2(drawn), whole_m2(area)
    same = np.abs(area - drawn) <= np.maximum(SAME_AREA_M2, SAME_AREA_SHARE * drawn)
    told = []
    for place, code in found:
        remedy = DEFECT_CODES[code] if same[place] or code in {"ring_order", "repeated_points"} else Remedy.ASKED
        if place not in refused:
            told.append(Defect(place, code, remedy, int(before[place]), int(after[place])))
    return told + [Defect(index, "no_area", Remedy.REFUSED, int(before[index]), 0) for index in sorted(refused)]


def _looked_odd(work: Shapes, area: Floats) -> list[Defect]:
    """Slivers and holes are what they are; they are only shown."""
    there = ~shapely.is_missing(work)
    parts, owner = shapely.get_parts(work, return_index=True)
    holes = np.zeros(len(work), dtype=np.int64)
    np.add.at(holes, owner, shapely.get_num_interior_rings(parts))
    # No degree is longer than this, so only these can be thin; they are few, and only they are measured.
    lean = np.flatnonzero(there & (area < np.maximum(SLIVER_M2, LONGEST_DEGREE_M / 2 * shapely.length(work))))
    width_m = 2 * area[lean] / np.maximum(measure(work[lean]).edge_m, 1e-9)
    thin = [int(i) for i, width in zip(lean, width_m, strict=True) if area[i] < SLIVER_M2 or width < SLIVER_WIDTH_M]
    whole = whole_m2(area)
    odd = [Defect(i, "sliver", Remedy.KEPT, int(whole[i]), int(whole[i])) for i in thin]
    return odd + [
        Defect(int(i), "holes", Remedy.KEPT, int(whole[i]), int(whole[i]), {"holes": int(holes[i])})
        for i in np.flatnonzero(holes)
    ]


def _multi(shapes: Shapes) -> Shapes:
    single = shapely.get_type_id(shapes) == int(shapely.GeometryType.POLYGON)
    made = shapes.copy()
    made[single] = shapely.multipolygons(shapes[single], indices=np.arange(int(single.sum())))
    return made
