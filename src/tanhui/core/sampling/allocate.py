"""Share a number of plots among strata: in proportion, none below the least, none above what its land holds.

A stratum whose share lies below the least gets the least, one above the most gets the most, and the others share what
is left, until no share lies outside. Then whole plots go by largest remainder, equal remainders by name. The parts
always add up to the number that was shared.
"""

from collections.abc import Sequence
from fractions import Fraction


def allocate(plots: int, weights: Sequence[Fraction], least: Sequence[int], most: Sequence[int]) -> tuple[int, ...]:
    """Share `plots` in proportion to `weights`. Needs Σ least ≤ plots ≤ Σ most, and least ≤ most for each."""
    assert sum(least) <= plots <= sum(most), "the caller has seen that the bounds can hold"
    bound: dict[int, int] = {}
    while True:
        free = [index for index in range(len(weights)) if index not in bound]
        shares = _shares(plots - sum(bound.values()), {index: weights[index] for index in free})
        low = {index: least[index] for index in free if shares[index] < least[index]}
        high = {index: most[index] for index in free if shares[index] > most[index]}
        if not low and not high:
            whole = _largest_remainder(shares) | bound
            return tuple(whole[index] for index in range(len(weights)))
        lacking = sum((least[index] - shares[index] for index in low), Fraction(0))
        surplus = sum((shares[index] - most[index] for index in high), Fraction(0))
        # The side that is further out is settled first: it moves the shares of the rest towards the other side.
        bound |= low if lacking >= surplus else high


def _shares(plots: int, weights: dict[int, Fraction]) -> dict[int, Fraction]:
    total = sum(weights.values(), Fraction(0))
    if total <= 0:
        return {index: Fraction(plots, len(weights)) for index in weights}
    return {index: plots * weight / total for index, weight in weights.items()}


def _largest_remainder(shares: dict[int, Fraction]) -> dict[int, int]:
    floors = {index: int(share) for index, share in shares.items()}
    left = int(sum(shares.values(), Fraction(0))) - sum(floors.values())
    order = sorted(shares, key=lambda index: (floors[index] - shares[index], index))
    for index in order[:left]:
        floors[index] += 1
    return floors
