"""Regression on an auxiliary figure: known everywhere, or from a larger first phase (double sampling).

The mean is ȳ + β(x̄' − x̄) with β = Σ(x − x̄)(y − ȳ)/Σ(x − x̄)². x̄' is known everywhere, or the mean of a first
phase of n' points, of which the n plots are a part (α = n/n'). Two published variances stand here; the caller says
which:

- `ar_tool14`: s²/n · (1 − (1 − α)·ρ²), CDM AR-TOOL14 (18)-(19), s² with n − 1. With α = 0 this is the regression
estimator of survey textbooks, s²(1 − ρ²)/n. df = n − 1, as for a mean. - `residual`: s_e²·[1/n + (x̄' − x̄)²/Σ(x −
x̄)²] + (s² − s_e²)/n', s_e² with n − 2 (Cochran 1977, 12.63, for samples that are not large); the last term is absent
where x is known everywhere. df = n − 2. It also sees that x̄' may lie far from x̄.

The finite population correction is 1 − n/N where x is known everywhere; of a first phase it takes s²/N (Cochran 1977,
12.57).
"""

from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.estimation.samples import finite_share, mean_of, products
from tanhui.core.carbon.sampling import Estimate

AR_TOOL14, RESIDUAL = "ar_tool14", "residual"
LEAST = 3
"""Plots that a line with an error of its own needs."""

Values = tuple[Fraction, ...]


class Known(NamedTuple):
    """The auxiliary mean, and from how many points of a first phase it comes; None where it is known everywhere."""

    mean: Fraction
    points: Fraction | None = None


class Line(NamedTuple):
    """A fitted line: slope, square of the correlation, and the sums it came from."""

    slope: Fraction
    rho_squared: Fraction
    sum_xx: Fraction
    sum_yy: Fraction


def fitted(values: Values, auxiliary: Values) -> Line | None:
    """The line of least squares; None for fewer than three plots or an auxiliary that does not vary."""
    sum_xx = products(auxiliary, auxiliary) if len(values) >= LEAST else Fraction(0)
    if not sum_xx:
        return None
    sum_xy, sum_yy = products(auxiliary, values), products(values, values)
    return Line(sum_xy / sum_xx, sum_xy**2 / (sum_xx * sum_yy) if sum_yy else Fraction(0), sum_xx, sum_yy)


def regression_mean(
    values: Values, auxiliary: Values, known: Known, form: str, population: Fraction | None = None
) -> Estimate | None:
    """The mean by regression; None where no line can be fitted."""
    assert form in {AR_TOOL14, RESIDUAL}, form
    line = fitted(values, auxiliary)
    if line is None:
        return None
    shift = known.mean - mean_of(auxiliary)
    mean = mean_of(values) + line.slope * shift
    n, spread = len(values), line.sum_yy / (len(values) - 1)
    if form == AR_TOOL14:
        share = Fraction(0) if known.points is None else Fraction(n) / known.points
        variance, df = spread / n * (1 - (1 - share) * line.rho_squared), n - 1
    else:
        residual = line.sum_yy * (1 - line.rho_squared) / (n - 2)
        variance, df = residual * (Fraction(1, n) + shift**2 / line.sum_xx), n - 2
        if known.points is not None:
            variance += max(Fraction(0), spread - residual) / known.points
    if known.points is None:
        variance *= finite_share(n, population)
    elif population is not None:
        variance = max(Fraction(0), variance - spread / population)
    return Estimate(n, mean, variance, df)
