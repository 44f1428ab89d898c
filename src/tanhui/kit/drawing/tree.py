"""Draw the plots of a region as one tree: a dot is a plot, a larger dot a higher density, all lines end in the stem."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from tanhui.kit.drawing.svg import GOLDEN, HUES, safe, short

WIDTH = 560
_MIDDLE, _HEART_Y, _FORK_Y, _GROUND_Y = 280.0, 340.0, 401.4, 554.0
_INNER, _OUTER = 110.0, 266.0
_FIRST_DEGREE, _LAST_DEGREE = 174.0, 6.0
_ORDER = ("f", "g", "w")


class TreeDot(NamedTuple):
    """One plot: its ecosystem, and its carbon density in tC/ha where one is known."""

    ecosystem: str
    density_tc_ha: float | None


class _Placed(NamedTuple):
    x: float
    y: float
    radius: float


def stem_tree(plots: Sequence[TreeDot], *, title: str) -> str:
    """An SVG element with one strand and one dot a plot, sectors of the crown in proportion to the counts."""
    sectors = {hue: [plot for plot in plots if HUES[plot.ecosystem] == hue] for hue in _ORDER}
    placed = _place(sectors, len(plots))
    strands = "".join(_strands(hue, dots) for hue, dots in placed.items() if dots)
    dots = "".join(_dots(hue, dots) for hue, dots in placed.items() if dots)
    return (
        f'<svg class="tree" viewBox="0 0 {WIDTH} {WIDTH}" role="img"><title>{safe(title)}</title>'
        f'{strands}<path class="ground" d="M130 554H430"/>{dots}</svg>'
    )


def _place(sectors: dict[str, list[TreeDot]], count: int) -> dict[str, list[_Placed]]:
    """Angles run evenly from left to right; distances follow the golden ratio, so that no two dots meet."""
    placed: dict[str, list[_Placed]] = {}
    position = 0
    for hue, plots in sectors.items():
        largest = _high_density(plots)
        placed[hue] = []
        for plot in plots:
            part = (position + 0.5) / count
            position += 1
            angle = math.radians(_FIRST_DEGREE + (_LAST_DEGREE - _FIRST_DEGREE) * part)
            reach = math.sqrt(_INNER**2 + (_OUTER**2 - _INNER**2) * ((position * GOLDEN) % 1.0))
            x, y = _MIDDLE + reach * math.cos(angle), _HEART_Y - reach * math.sin(angle)
            placed[hue].append(_Placed(x, y, _radius(plot, largest, count)))
    return placed


def _high_density(plots: Sequence[TreeDot]) -> float:
    """The density that one plot in twenty exceeds: one huge plot must not shrink all the others."""
    ordered = sorted(plot.density_tc_ha or 0.0 for plot in plots)
    return ordered[int(0.95 * (len(ordered) - 1))] if ordered else 0.0


def _radius(plot: TreeDot, largest: float, count: int) -> float:
    """Area in proportion to density, but never too small to see; fewer plots, larger dots."""
    scale = min(2.2, max(1.0, math.sqrt(300 / count)))
    share = max(plot.density_tc_ha or 0.0, 0.0) / largest if largest > 0 else 0.0
    return scale * max(1.6, 3.8 * math.sqrt(min(share, 1.0)))


def _strands(hue: str, dots: Sequence[_Placed]) -> str:
    return f'<g class="strand {hue}"><path d="{"".join(map(_strand, dots))}"/></g>'


def _strand(dot: _Placed) -> str:
    """From the plot towards the heart of the crown, then down the stem; the stem keeps the order of the crown."""
    aside = dot.x - _MIDDLE
    first = f"{short(dot.x - 0.58 * aside)} {short(dot.y + 0.58 * (_HEART_Y - dot.y))}"
    second = f"{short(_MIDDLE + 0.0325 * aside)} 330"
    fork = f"{short(_MIDDLE + 0.0203 * aside)} {short(_FORK_Y)}"
    foot = f"{short(_MIDDLE + 0.0183 * aside)} {short(_GROUND_Y)}"
    return f"M{short(dot.x)} {short(dot.y)}C{first} {second} {fork}L{foot}"


def _dots(hue: str, dots: Sequence[_Placed]) -> str:
    circles = "".join(f'<circle cx="{short(d.x)}" cy="{short(d.y)}" r="{short(d.radius)}"/>' for d in dots)
    return f'<g class="dot {hue}">{circles}</g>'
