"""Scales for an estimate: the ruler under the large number and the whiskers of a table, with round ends and ticks."""

import math
from collections.abc import Sequence
from typing import NamedTuple

_STEPS = (1, 2, 2.5, 5, 10)


class Ruler(NamedTuple):
    """What `.ruler` of the stylesheet needs. All but `tick_percent` are in the unit of the value."""

    least: float
    most: float
    low: float
    high: float
    at: float
    tick_percent: float
    mark: float | None
    mark_near: str  # '' when the mark's label stands free, 'below' when it must move under the others


class Whisker(NamedTuple):
    """One line of an axis shared by several: the interval, or only the point when there is no interval."""

    at: float
    low: float
    high: float


def nice_step(span: float, pieces: int) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that cuts `span` into at most `pieces`."""
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / pieces))
    return next(power * step for step in (*_STEPS, 20) if power * step * pieces >= span * (1 - 1e-12))


def ruler_scale(value: float, low: float, high: float, mark: float | None = None) -> Ruler:
    """Round ends about an interval, with room on both sides, and ticks every tenth to twentieth of the length."""
    if not low <= value <= high:
        raise ValueError(f"the value {value} does not lie in its interval {low} to {high}")
    least, most = min(low, low if mark is None else mark), max(high, high if mark is None else mark)
    # An interval thinner than its ends can be written is shown with room that can.
    room = max((most - least) * 0.22, max(abs(least), abs(most)) * 1e-4) or 1.0
    step = nice_step(most - least + 2 * room, 18)
    start, end = math.floor((least - room) / step) * step, math.ceil((most + room) / step) * step
    near = "below" if mark is not None and _crowded(mark, (low, value, high), end - start) else ""
    return Ruler(_clean(start), _clean(end), low, high, value, round(100 * step / (end - start), 4), mark, near)


def axis_ticks(whiskers_: Sequence[Whisker]) -> tuple[float, float, tuple[float, ...]]:
    """Ends and labels of an axis that holds zero and every whisker."""
    points = [0.0, *(edge for whisker in whiskers_ for edge in whisker)]
    least, most = min(points), max(points)
    step = nice_step((most - least) or 1.0, 5)
    first, last = math.floor(least / step), math.ceil(most / step)
    ticks = tuple(_clean(number * step) for number in range(first, last + 1))
    margin = step * 0.3
    return _clean(ticks[0] - margin), _clean(ticks[-1] + margin), ticks


def whiskers(rows: Sequence[tuple[float, float | None]]) -> tuple[Whisker, ...]:
    """Value and half-width of each row; without a half-width only the point stands."""
    return tuple(Whisker(at, at - (half or 0.0), at + (half or 0.0)) for at, half in rows)


def _crowded(mark: float, others: Sequence[float], span: float) -> bool:
    return any(abs(mark - other) < 0.16 * span for other in others)


def _clean(value: float) -> float:
    """Twelve significant digits, so that 0.30000000000000004 is written 0.3."""
    cleaned = float(f"{value:.12g}")
    return 0.0 if cleaned == 0 else cleaned
