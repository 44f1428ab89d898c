"""Estimates over the rounds: a dot with its interval for each, joined by a thin straight line."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tanhui.kit.drawing.ruler import nice_step
from tanhui.kit.drawing.svg import HUES, label, safe, short

_WIDTH, _HEIGHT = 560.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 74.0, 70.0, 22.0, 34.0
_PIECES = 4


class Point(NamedTuple):
    """A round: where it lies in time (years), what stands under it and beside its dot, value and half-width."""

    year: float
    below: str
    beside: str
    value: float
    half_width: float | None


def series(points: Sequence[Point], *, title: str, ecosystem: str = "", places: int = 0) -> str:
    """Return an SVG element; empty without a point. The axis begins where the values are: dots need no zero."""
    if not points:
        return ""
    low = min(point.value - (point.half_width or 0.0) for point in points)
    high = max(point.value + (point.half_width or 0.0) for point in points)
    step = nice_step((high - low) or abs(high) or 1.0, _PIECES)
    least, most = step * (low // step), step * (-(-high // step))
    most = most if most > least else least + step
    first, span = points[0].year, points[-1].year - points[0].year

    def at(point: Point) -> float:
        room = _WIDTH - _LEFT - _RIGHT
        return _LEFT + (room * (0.08 + 0.84 * (point.year - first) / span) if span else room / 2)

    def up(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (most - value) / (most - least)

    grid = "".join(_tick(up(tick), f"{tick:,.{places}f}") for tick in _ticks(least, most, step))
    line = "L".join(f"{short(at(point))} {short(up(point.value))}" for point in points)
    joined = f'<path class="line" d="M{line}"/>' if len(points) > 1 else ""
    following = [*points[1:], None]
    dots = "".join(
        _dot(point, at(point), up, rises=after is not None and after.value > point.value)
        for point, after in zip(points, following, strict=True)
    )
    return (
        f'<svg class="series {HUES.get(ecosystem, "")}" viewBox="0 0 {short(_WIDTH)} {short(_HEIGHT)}" role="img">'
        f"<title>{safe(title)}</title>{grid}{joined}{dots}</svg>"
    )


def _ticks(least: float, most: float, step: float) -> list[float]:
    count = round((most - least) / step)
    return [float(f"{least + step * number:.12g}") for number in range(count + 1)]


def _tick(y: float, text: str) -> str:
    line = f'<path class="grid" d="M{short(_LEFT)} {short(y)}H{short(_WIDTH - _RIGHT + 20)}"/>'
    return line + label(_LEFT - 10, y + 4, text.replace("-", "−"), css="tick", anchor="end")


def _dot(point: Point, x: float, up: Callable[[float], float], *, rises: bool) -> str:
    """The figure stands above the line that leaves its dot, or below it where the line rises."""
    y = up(point.value)
    whisker = ""
    if point.half_width is not None:
        high, low = up(point.value + point.half_width), up(point.value - point.half_width)
        ends = f"M{short(x - 6)} {short(high)}h12M{short(x - 6)} {short(low)}h12"
        whisker = f'<path class="whisker" d="M{short(x)} {short(high)}V{short(low)}{ends}"/>'
    circle = f'<circle cx="{short(x)}" cy="{short(y)}" r="5"/>'
    said = label(x + 12, y + (20 if rises else -8), point.beside, css="value")
    return whisker + circle + said + label(x, _HEIGHT - 8, point.below, css="tick", anchor="middle")
