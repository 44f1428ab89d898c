"""Draw one plot by its stems: the first round filled, growth as a ring, a cross where a tree died.

Where the survey gives no positions the stems stand in a spiral, thickest inside; the page must say so.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from tanhui.kit.drawing.svg import safe, short

_SIDE = 300
_MARGIN = 14.0
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


class Stem(NamedTuple):
    """A tree of a plot in two rounds, None where it was not there or not measured."""

    first_dbh_cm: float | None
    second_dbh_cm: float | None
    dead: bool = False
    x_m: float | None = None
    y_m: float | None = None


def plot_map(trees: Sequence[Stem], *, title: str, side_m: float | None = None) -> str:
    """An SVG element; stems in place when every one has a position and the side is known, else in a spiral."""
    placed = side_m is not None and all(tree.x_m is not None and tree.y_m is not None for tree in trees)
    ordered = list(trees) if placed else sorted(trees, key=_thickness, reverse=True)
    spots = _measured_spots(ordered, side_m or 1.0) if placed else _spiral_spots(len(ordered))
    scale = _pixels_per_cm(ordered)
    stems = "".join(_stem(tree, spot, scale) for tree, spot in zip(ordered, spots, strict=True))
    return (
        f'<svg class="stems" viewBox="0 0 {_SIDE} {_SIDE}" role="img"><title>{safe(title)}</title>'
        f'<rect x=".75" y=".75" width="298.5" height="298.5" rx="2"/>{stems}</svg>'
    )


def _thickness(tree: Stem) -> float:
    return max(tree.first_dbh_cm or 0.0, tree.second_dbh_cm or 0.0)


def _pixels_per_cm(trees: Sequence[Stem]) -> float:
    """The thickest stem fills its share of the square, within what the eye can still tell apart."""
    thickest = max((_thickness(tree) for tree in trees), default=0.0)
    share = 0.34 * _SIDE / math.sqrt(max(len(trees), 12))
    return min(18.0, share) / thickest if thickest > 0 else 1.0


def _measured_spots(trees: Sequence[Stem], side_m: float) -> list[tuple[float, float]]:
    room = _SIDE - 2 * _MARGIN
    return [
        (_MARGIN + room * (tree.x_m or 0.0) / side_m, _SIDE - _MARGIN - room * (tree.y_m or 0.0) / side_m)
        for tree in trees
    ]


def _spiral_spots(count: int) -> list[tuple[float, float]]:
    middle, reach = _SIDE / 2, _SIDE / 2 - _MARGIN
    spots = []
    for number in range(count):
        distance = reach * math.sqrt((number + 0.5) / max(count, 1))
        angle = number * _GOLDEN_ANGLE
        spots.append((middle + distance * math.cos(angle), middle + distance * math.sin(angle)))
    return spots


def _stem(tree: Stem, spot: tuple[float, float], scale: float) -> str:
    x, y = short(spot[0]), short(spot[1])
    if tree.dead:
        return f'<path class="dead" d="M{short(spot[0] - 4)} {short(spot[1] - 4)}l8 8m0-8l-8 8"/>'
    ring = core = ""
    if tree.second_dbh_cm:
        ring = f'<circle class="ring" cx="{x}" cy="{y}" r="{short(max(1.6, tree.second_dbh_cm * scale))}"/>'
    if tree.first_dbh_cm:
        core = f'<circle class="core" cx="{x}" cy="{y}" r="{short(max(1.0, tree.first_dbh_cm * scale))}"/>'
    return ring + core
