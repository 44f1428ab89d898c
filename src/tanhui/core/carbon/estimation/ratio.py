"""The ratio of means, and the mean by ratio where an auxiliary figure is known everywhere.

R = ȳ/x̄ has the variance (1 − f)/n · s_d²/x̄² with s_d² = Σ(y − R·x)²/(n − 1) (Cochran 1977, 2.46; Freese 1962). The
mean by ratio is R·X̄, X̄ being the known mean, with the variance (1 − f)/n · s_d² · (X̄/x̄)². It pays where y rises
with x in proportion; it has a bias of the order 1/n. df = n − 1.
"""

from fractions import Fraction

from tanhui.core.carbon.estimation.samples import finite_share, mean_of
from tanhui.core.carbon.sampling import Estimate

Values = tuple[Fraction, ...]


def ratio_of_means(values: Values, auxiliary: Values, population: Fraction | None = None) -> Estimate:
    """R with its variance. Asserts that the auxiliary mean is not zero."""
    n, mean = len(values), mean_of(auxiliary)
    assert mean, "a ratio needs an auxiliary mean other than zero"
    ratio = mean_of(values) / mean
    if n == 1:
        return Estimate(1, ratio, None, 0)
    squares = sum(((y - ratio * x) ** 2 for y, x in zip(values, auxiliary, strict=True)), Fraction(0))
    return Estimate(n, ratio, finite_share(n, population) * squares / (n - 1) / n / mean**2, n - 1)


def mean_by_ratio(
    values: Values, auxiliary: Values, known_mean: Fraction, population: Fraction | None = None
) -> Estimate:
    return ratio_of_means(values, auxiliary, population).scaled(known_mean)
