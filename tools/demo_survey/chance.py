"""Numbers drawn by chance that come out the same on every machine.

Only plain uniform draws are taken from NumPy, whose bit generators promise a fixed stream;
the shapes of its other distributions may change between versions. Normal draws are made
here, from the inverse of the distribution function.
"""

from statistics import NormalDist

import numpy as np

_STANDARD = NormalDist()


class Chance:
    """One stream of draws, fixed by a seed and a path of whole numbers (stratum, plot)."""

    def __init__(self, *key: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(list(key)))

    def share(self) -> float:
        return float(self._generator.random())

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return min(high, low + int(self.share() * (high - low + 1)))

    def normal(self, mean: float, deviation: float, reach: float = 2.5) -> float:
        """A normal draw that never lies more than `reach` deviations from the mean."""
        tail = _STANDARD.cdf(-reach)
        return mean + deviation * _STANDARD.inv_cdf(tail + self.share() * (1 - 2 * tail))
