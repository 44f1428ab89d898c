"""Percentages that add up: shares of a sum, rounded so that they make exactly 100."""

from collections.abc import Sequence


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
