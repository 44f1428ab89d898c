"""Rounding that adds up: shares of a sum that make exactly 100, and parts that make exactly their total."""

import math
from collections.abc import Sequence
from fractions import Fraction


def shares_percent(parts: Sequence[int], *, places: int = 1) -> tuple[float, ...]:
    """Return the share of each part in percent, by largest remainder. All zero when the parts are.

    Equal remainders are given to the earlier part, so the same parts always give the same shares.
    """
    total = sum(parts)
    if total <= 0:
        return tuple(0.0 for _part in parts)
    units = 100 * 10**places
    floors = [part * units // total for part in parts]
    left = units - sum(floors)
    order = sorted(range(len(parts)), key=lambda index: (-(parts[index] * units % total), index))
    for index in order[:left]:
        floors[index] += 1
    return tuple(floor / 10**places for floor in floors)


def adding_up(parts: Sequence[float | Fraction], *, places: int) -> tuple[float, ...]:
    """Return the parts rounded so that they make exactly the rounded sum, by largest remainder.

    Each part is one of its two neighbours of so many decimals; a part that needs no rounding keeps its value.
    """
    scaled = [Fraction(part) * 10**places for part in parts]
    floors = [math.floor(part) for part in scaled]
    left = round(sum(scaled, Fraction(0))) - sum(floors)
    order = sorted(range(len(parts)), key=lambda index: (floors[index] - scaled[index], index))
    for index in order[:left]:
        floors[index] += 1
    return tuple(floor / 10**places for floor in floors)
