"""Plots on a square grid with a random start, turned or not: even cover of the land, each place equally likely.

The grid is as wide as it can be and still give the number of plots: beginning at the square root of land per plot it is
narrowed by a hundredth at a time. What it gives too much is taken away at random. Corners of the grid are whole
centimetres: the turn is a pair of whole numbers (cosine and sine times 2^30), the start two 32-bit shares of the
spacing.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tanhui.core.sampling.chance import Chance
from tanhui.core.sampling.ground import Ground
from tanhui.core.sampling.place import Spot, Taken, no_room
from tanhui.core.sampling.progress import Pulse, quiet
from tanhui.core.sampling.projection import Whole

TURN_BITS, START_BITS = 30, 32
NARROWEST_SHARE = 5
CHUNK = 500_000


class Turn(NamedTuple):
    """A direction: tenths of a degree, counter-clockwise, and its cosine and sine times 2^30."""

    tenths_deg: int
    cosine: int
    sine: int


class Grid(NamedTuple):
    """The grid that was laid: its spacing, start and turn, how many of its points lie on the land and can be plots."""

    spacing_cm: int
    start: tuple[int, int]
    turn: Turn
    points_on_land: int
    points_fitting: int


@dataclass(slots=True)
class Points:
    """Points of a grid that lie on the land, in the order of north and east, with the polygon that holds each."""

    east_cm: Whole
    north_cm: Whole
    piece: Whole


def turned(tenths_deg: int) -> Turn:
    """A turn by tenths of a degree."""
    angle = math.radians(tenths_deg / 10)
    return Turn(tenths_deg, round(math.cos(angle) * 2**TURN_BITS), round(math.sin(angle) * 2**TURN_BITS))


def lay_grid(
    ground: Ground,
    count: int,
    chance: Chance,
    taken: Taken,
    *,
    margin_mm: int,
    stratum: str,
    turn_at_random: bool,
    pulse: Pulse = quiet,
) -> tuple[list[Spot], Grid]:
    """Place `count` plots on a grid; they become taken. Raises DesignRefusal `no_room` where none is wide enough."""
    turn = turned(chance.below(900) if turn_at_random else 0)
    start = (chance.below(2**START_BITS), chance.below(2**START_BITS))
    widest = math.isqrt(ground.planar_cm2 // count)
    spacing, most = widest, 0
    while spacing >= max(1, taken.distance_cm, widest // NARROWEST_SHARE):
        pulse()
        points, on_land = _points(ground, spacing, start, turn, margin_mm)
        free = [
            Spot(east, north, piece)
            for east, north, piece in zip(
                points.east_cm.tolist(), points.north_cm.tolist(), points.piece.tolist(), strict=True
            )
            if taken.free(east, north)
        ]
        most = max(most, len(free))
        if len(free) >= count:
            chosen = chance.shuffled(free)[:count]
            for spot in chosen:
                taken.add(spot.east_cm, spot.north_cm)
            return chosen, Grid(spacing, start, turn, on_land, len(points.piece))
        spacing = min(spacing - 1, spacing * 99 // 100)
    raise no_room(ground, stratum, count, most, taken)


def _points(ground: Ground, spacing: int, start: tuple[int, int], turn: Turn, margin_mm: int) -> tuple[Points, int]:
    """The points of the grid that can be plots, and how many lie on the land at all."""
    west, south, _east, _north = ground.box
    origin = (west + (spacing * start[0] >> START_BITS), south + (spacing * start[1] >> START_BITS))
    found: list[tuple[Whole, Whole, Whole]] = []
    on_land = 0
    for east, north in _chunks(ground, spacing, origin, turn):
        piece = ground.parcel_at(east, north, margin_mm)
        on_land += int((ground.parcel_at(east, north, 0) >= 0).sum()) if margin_mm else int((piece >= 0).sum())
        found.append((east[piece >= 0], north[piece >= 0], piece[piece >= 0]))
    east, north, piece = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((east, north))
    return Points(east[order], north[order], piece[order]), on_land


def _chunks(ground: Ground, spacing: int, origin: tuple[int, int], turn: Turn) -> list[tuple[Whole, Whole]]:
    """All points of the grid over the box of the land; over the boxes of its polygons where those are much less."""
    boxes = [ground.box]
    whole = _steps(ground.box, spacing, origin, turn)
    if _count(whole) > CHUNK:
        boxes = [tuple(int(edge) for edge in outline.bounds) for outline in ground.outlines]  # type: ignore[misc] # of four
    steps = np.concatenate([_pairs(_steps(box, spacing, origin, turn)) for box in boxes])
    if len(boxes) > 1:
        steps = np.unique(steps, axis=0)
    along, up = steps[:, 0] * spacing, steps[:, 1] * spacing
    east = origin[0] + ((along * turn.cosine - up * turn.sine) >> TURN_BITS)
    north = origin[1] + ((along * turn.sine + up * turn.cosine) >> TURN_BITS)
    return [(east[at : at + CHUNK], north[at : at + CHUNK]) for at in range(0, len(east), CHUNK)]


def _steps(
    box: tuple[int, int, int, int], spacing: int, origin: tuple[int, int], turn: Turn
) -> tuple[int, int, int, int]:
    """First and last step along and up that a box can need."""
    west, south, east, north = box
    corners = [(x - origin[0], y - origin[1]) for x in (west, east) for y in (south, north)]
    along = [((x * turn.cosine + y * turn.sine) >> TURN_BITS) // spacing for x, y in corners]
    up = [((y * turn.cosine - x * turn.sine) >> TURN_BITS) // spacing for x, y in corners]
    return min(along) - 1, max(along) + 1, min(up) - 1, max(up) + 1


def _count(steps: tuple[int, int, int, int]) -> int:
    first, last, low, high = steps
    return (last - first + 1) * (high - low + 1)


def _pairs(steps: tuple[int, int, int, int]) -> Whole:
    first, last, low, high = steps
    along, up = np.meshgrid(np.arange(first, last + 1, dtype=np.int64), np.arange(low, high + 1, dtype=np.int64))
    return np.column_stack([along.ravel(), up.ravel()])
