"""Where plots lie: on a grid with a random start, or at random with a least distance.

Both work in whole centimetres with the whole numbers of `chance`, on parcels in the order of their names. Two plots are
never nearer than the least distance, nor than the size of a plot; where the land cannot hold that many, it is said how
many went in and what would help.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import NamedTuple

import numpy as np

from tanhui.core.sampling.chance import Chance
from tanhui.core.sampling.ground import Ground
from tanhui.core.sampling.progress import Pulse, quiet
from tanhui.core.sampling.refusal import DesignRefusal

HITS_PER_PLOT, HITS_AT_LEAST, DARTS_PER_HIT = 100, 5_000, 20
BATCH = 256


class Spot(NamedTuple):
    """A place on the ground: easting and northing in centimetres, and which polygon of the ground holds it."""

    east_cm: int
    north_cm: int
    piece: int


@dataclass(slots=True)
class Taken:
    """Places that are taken, found by their cell; nothing may come nearer than `distance_cm`.

    `plot_cm` is the size of a plot: no distance may ever be smaller.
    """

    distance_cm: int
    plot_cm: int = 0
    cells: dict[tuple[int, int], list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, east_cm: int, north_cm: int) -> None:
        self.cells.setdefault(self._cell(east_cm, north_cm), []).append((east_cm, north_cm))

    def free(self, east_cm: int, north_cm: int) -> bool:
        """Whether a place is far enough from all that are taken."""
        column, row = self._cell(east_cm, north_cm)
        least = self.distance_cm**2
        return all(
            (east_cm - east) ** 2 + (north_cm - north) ** 2 >= least
            for across in (-1, 0, 1)
            for up in (-1, 0, 1)
            for east, north in self.cells.get((column + across, row + up), ())
        )

    def _cell(self, east_cm: int, north_cm: int) -> tuple[int, int]:
        size = max(1, self.distance_cm)
        return east_cm // size, north_cm // size


def throw_darts(
    ground: Ground,
    count: int,
    chance: Chance,
    taken: Taken,
    *,
    margin_mm: int,
    stratum: str,
    pulse: Pulse = quiet,
) -> list[Spot]:
    """Place `count` plots at random, each equally likely to fall anywhere that is still free; they become taken.

    A dart is aimed at a place in the box of a polygon and hits if that polygon holds it. Bounded: after 100 hits a plot
    (at least 5,000), or twenty times as many darts, it is refused with `no_room`, saying how many went in.
    """
    placed: list[Spot] = []
    if count == 0:
        return placed
    hits = max(HITS_AT_LEAST, HITS_PER_PLOT * count)
    for spot in islice(_darts(ground, chance, margin_mm, hits * DARTS_PER_HIT, pulse), hits):
        if taken.free(spot.east_cm, spot.north_cm):
            taken.add(spot.east_cm, spot.north_cm)
            placed.append(spot)
        if len(placed) == count:
            return placed
    raise no_room(ground, stratum, count, len(placed), taken)


def no_room(ground: Ground, stratum: str, count: int, placed: int, taken: Taken) -> DesignRefusal:
    """The refusal of a stratum whose land is too small, with a distance at which the plots would likely go in.

    Random placing without overlap stops near 54.7 % of the plane covered by circles of half the distance; a third is
    taken, since land has edges. `likely_m` is 0 where a smaller distance would not help: because plots would overlap,
    or because the land has room enough for that distance already and the plots do not go in for another reason.
    """
    likely_m = int(math.sqrt(ground.planar_cm2 / 3 * 4 / math.pi / max(1, count))) // 100
    helps = taken.plot_cm <= likely_m * 100 < taken.distance_cm
    return DesignRefusal(
        "no_room",
        stratum=stratum,
        plots=count,
        placed=placed,
        distance_m=taken.distance_cm / 100,
        likely_m=likely_m if helps else 0,
        area_ha=round(ground.area_m2 / 10_000, 2),
    )


def _darts(ground: Ground, chance: Chance, margin_mm: int, most: int, pulse: Pulse) -> Iterator[Spot]:
    """At most `most` darts: those that hit, in the order thrown. Tested in batches, drawn one after the other."""
    boxes = [tuple(int(edge) for edge in outline.bounds) for outline in ground.outlines]
    bounds = list(accumulate((east - west + 1) * (north - south + 1) for west, south, east, north in boxes))
    for start in range(0, most, BATCH):
        pulse()
        thrown = [_dart(chance, bounds, boxes) for _dart_number in range(min(BATCH, most - start))]
        aimed, east, north = (np.array(column, dtype=np.int64) for column in zip(*thrown, strict=True))
        hit = ground.parcel_at(east, north, margin_mm)
        # A dart counts only in the polygon it was aimed at, so land where two boxes overlap is not hit twice as often.
        for index in np.flatnonzero(hit == aimed).tolist():
            yield Spot(int(east[index]), int(north[index]), int(hit[index]))


def _dart(chance: Chance, bounds: list[int], boxes: list[tuple[int, ...]]) -> tuple[int, int, int]:
    """A parcel by the size of its box, and a place in that box: every centimetre of every box is equally likely."""
    parcel = bisect_right(bounds, chance.below(bounds[-1]))
    west, south, east, north = boxes[parcel]
    return parcel, west + chance.below(east - west + 1), south + chance.below(north - south + 1)


def start_taken(distance_cm: int, spots: Iterable[tuple[int, int]]) -> Taken:
    """The places that stand already."""
    taken = Taken(distance_cm)
    for east_cm, north_cm in spots:
        taken.add(east_cm, north_cm)
    return taken
