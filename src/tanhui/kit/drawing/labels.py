"""Find a free place for each name on a map: below, above or beside its sign, never across another sign or name."""

from collections.abc import Sequence
from typing import NamedTuple

_GAP = 4.0


class Box(NamedTuple):
    """A rectangle in drawing units: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float


class Spot(NamedTuple):
    """Where a name is anchored on its base line, and the room that it takes."""

    x: float
    y: float
    anchor: str
    box: Box


def text_width(text: str, size: float) -> float:
    """A Chinese sign is as wide as it is high, a Latin letter a little over half."""
    return sum(size if ord(sign) > 0x2E7F else size * 0.56 for sign in text)  # noqa: PLR2004 - CJK begins there


def circle_box(x: float, y: float, radius: float) -> Box:
    return Box(x - radius, y - radius, x + radius, y + radius)


def overlap(one: Box, other: Box) -> float:
    """The area that two boxes share."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across * down if across > 0 and down > 0 else 0.0


def spots_around(x: float, y: float, radius: float, width: float, size: float) -> tuple[Spot, ...]:
    """The four places of a name about a round sign, the best first."""
    half, up, down = width / 2, size * 0.82, size * 0.24
    middle = y + size * 0.34
    below, above = y + radius + _GAP + up, y - radius - _GAP - down
    right, left = x + radius + _GAP, x - radius - _GAP
    return (
        Spot(x, below, "middle", Box(x - half, below - up, x + half, below + down)),
        Spot(right, middle, "start", Box(right, middle - up, right + width, middle + down)),
        Spot(left, middle, "end", Box(left - width, middle - up, left, middle + down)),
        Spot(x, above, "middle", Box(x - half, above - up, x + half, above + down)),
    )


def spots_near(x: float, y: float, width: float, size: float) -> tuple[Spot, ...]:
    """Places of a land's name about its middle, for a name that needs no sign beside it."""
    half, up, down = width / 2, size * 0.82, size * 0.24
    shifts = (
        (0, 0),
        (0, -26),
        (0, 26),
        (-34, 0),
        (34, 0),
        (-34, -26),
        (34, -26),
        (-34, 26),
        (34, 26),
        (0, -52),
        (0, 52),
    )
    return tuple(
        Spot(x + dx, y + dy, "middle", Box(x + dx - half, y + dy - up, x + dx + half, y + dy + down))
        for dx, dy in shifts
    )


def best_spot(spots: Sequence[Spot], taken: Sequence[Box], frame: Box) -> tuple[Spot, float]:
    """The first place that is free, else the least bad one, with what it covers."""
    costs = [(_cost(spot.box, taken, frame), number) for number, spot in enumerate(spots)]
    cost, number = min(costs)
    return spots[number], cost


def _cost(box: Box, taken: Sequence[Box], frame: Box) -> float:
    room = (box.right - box.left) * (box.bottom - box.top)
    outside = room - overlap(box, frame)
    return outside * 3 + sum(overlap(box, other) for other in taken)
