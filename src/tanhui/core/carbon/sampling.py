"""The stratified estimator: mean, variance, degrees of freedom and a 90 % interval.

Stratum i has n_i plots with mean m_i and sample variance s_i². Its total is A_i·m_i with variance A_i²·s_i²/n_i;
totals and variances of strata add up, and df = n − M (AR-TOOL14 (12)-(17)). Sums are exact fractions, so they do
not depend on the order of plots; only the square root and Student's t are floats.
"""

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.student import t_value

__all__ = ["Estimate", "added", "sample_mean", "t_value"]


class Estimate(NamedTuple):
    """A mean or a total. `variance` is that of the estimate itself; without one there is no interval."""

    n: int
    value: Fraction
    variance: Fraction | None
    df: int

    @property
    def se(self) -> float | None:
        return None if self.variance is None else math.sqrt(self.variance)

    def scaled(self, factor: Fraction) -> "Estimate":
        variance = None if self.variance is None else self.variance * factor**2
        return Estimate(self.n, self.value * factor, variance, self.df)

    def half_width(self, confidence: Fraction) -> float | None:
        """Half of the two-sided interval; None without a variance or without degrees of freedom."""
        if self.se is None or self.df < 1:
            return None
        return t_value(self.df, confidence) * self.se

    def uncertainty_percent(self, confidence: Fraction) -> float | None:
        half_width = self.half_width(confidence)
        if half_width is None or not self.value:
            return None
        return 100 * half_width / abs(float(self.value))


def sample_mean(values: Sequence[Fraction]) -> Estimate:
    """Mean of plots of one stratum; one plot has no variance.

    Σ(v − v̄)² is Σv² − (Σv)²/n. Both sums run over whole numbers on one denominator, which is exact and quick.
    """
    n = len(values)
    scale = math.lcm(*(value.denominator for value in values))
    whole = [value.numerator * (scale // value.denominator) for value in values]
    total = sum(whole)
    mean = Fraction(total, n * scale)
    if n == 1:
        return Estimate(1, mean, None, 0)
    squares = n * sum(number * number for number in whole) - total * total
    return Estimate(n, mean, Fraction(squares, n * n * (n - 1) * scale * scale), n - 1)


def added(estimates: Iterable[Estimate]) -> Estimate:
    """The sum of independent totals; without a variance as soon as one of them has none."""
    parts = list(estimates)
    variances = [part.variance for part in parts if part.variance is not None]
    variance = sum(variances, Fraction(0)) if len(variances) == len(parts) else None
    total = sum((part.value for part in parts), Fraction(0))
    return Estimate(sum(part.n for part in parts), total, variance, sum(part.df for part in parts))
