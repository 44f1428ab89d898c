"""Which parcels of one file lie on each other, and by how much. Shared edges are no overlap."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from tanhui.core.geometry.defects import DEFECT_CODES, Defect
from tanhui.core.geometry.ellipsoid import Shapes, measure, whole_m2
from tanhui.core.geometry.parse import polygons_of

LEAST_OVERLAP_M2 = 1.0
_INTERIORS_MEET = "T********"
_AT_ONCE = 20_000


class Overlap(NamedTuple):
    """Two shapes by their places, first before second, and the ground they both cover. `same`: they are one shape."""

    first: int
    second: int
    area_m2: int
    same: bool


def overlaps(shapes: Shapes, *, least_m2: float = LEAST_OVERLAP_M2) -> list[Overlap]:
    """Return all pairs of valid shapes that share at least this much ground, in the order of their places."""
    first, second = _near(shapes)
    meet = _interiors_meet(shapes[first], shapes[second])
    first, second = first[meet], second[meet]
    common = shapely.intersection(shapes[first], shapes[second])
    shared = np.array([polygons_of(shape) for shape in common], dtype=object)
    area_m2 = measure(shared).area_m2
    same = shapely.equals(shapes[first], shapes[second])
    found = [
        Overlap(int(one), int(other), int(ground), bool(equal))
        for one, other, ground, equal, exact in zip(first, second, whole_m2(area_m2), same, area_m2, strict=True)
        if exact >= least_m2
    ]
    return sorted(found)


def overlap_defects(found: list[Overlap], area_m2: NDArray[np.int64]) -> list[Defect]:
    """Report each overlap once, at its second shape. The same shape twice is refused; the first of them stays."""
    told = []
    for pair in found:
        code = "same_shape" if pair.same else "overlap"
        own = int(area_m2[pair.second])
        told.append(
            Defect(pair.second, code, DEFECT_CODES[code], own, own, {"other": pair.first, "shared_m2": pair.area_m2})
        )
    return told


def _near(shapes: Shapes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes)
    ordered = one < other
    return one[ordered], other[ordered]


def _interiors_meet(one: Shapes, other: Shapes) -> NDArray[np.bool_]:
    """Ask in pieces, on two threads: the library lets go of the interpreter while it looks."""
    starts = range(0, len(one), _AT_ONCE)
    with ThreadPoolExecutor(2) as workers:
        answers = workers.map(
            lambda start: shapely.relate_pattern(
                one[start : start + _AT_ONCE], other[start : start + _AT_ONCE], _INTERIORS_MEET
            ),
            starts,
        )
        return np.concatenate([np.zeros(0, dtype=bool), *answers])
