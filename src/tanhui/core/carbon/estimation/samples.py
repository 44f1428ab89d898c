"""What estimators work on: the plots of a stratum, and what the whole stratum would hold if it were like each of them.

A plot with a density of y tC/ha in a stratum of A ha stands for A·y: its *expanded* value. The mean of the expanded
values estimates the stratum's total, and their variance over n that of the total, also where the area changed between
two rounds (A₂·y₂ − A₁·y₁). With the finite population correction the variance shrinks by 1 − n/N, N being how many
plots the land would hold side by side.
"""

from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.sampling import Estimate, sample_mean


class Sample(NamedTuple):
    """Values of the plots of one stratum. `population` is N in plots, or None for no finite population correction."""

    name: str
    values: tuple[Fraction, ...]
    population: Fraction | None = None

    @property
    def n(self) -> int:
        return len(self.values)


def finite_share(n: int, population: Fraction | None) -> Fraction:
    """1 − n/N, by which a variance shrinks; never below zero, and one without a known population."""
    return Fraction(1) if population is None else max(Fraction(0), 1 - Fraction(n) / population)


def simple(sample: Sample) -> Estimate:
    """Simple random sampling: s²/n·(1 − n/N). One plot has a mean and no variance. Asserts at least one."""
    assert sample.values, f"{sample.name} has no plots"
    mean = sample_mean(sample.values)
    if mean.variance is None:
        return mean
    return mean._replace(variance=mean.variance * finite_share(sample.n, sample.population))


def mean_of(values: tuple[Fraction, ...]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def products(left: tuple[Fraction, ...], right: tuple[Fraction, ...]) -> Fraction:
    """Sum of products of the deviations from the two means: Σ(x − x̄)(y − ȳ)."""
    mean_left, mean_right = mean_of(left), mean_of(right)
    pairs = zip(left, right, strict=True)
    return sum(((one - mean_left) * (other - mean_right) for one, other in pairs), Fraction(0))
