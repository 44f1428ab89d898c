"""Two-sided quantiles of Student's t and of the normal distribution, rounded so that all machines agree."""

from fractions import Fraction
from functools import cache


@cache
def t_value(df: int, confidence: Fraction) -> float:
    """Two-sided quantile of Student's t to six decimals, so that every numerical library gives the same digits."""
    from scipy.special import stdtrit

    return round(float(stdtrit(df, 0.5 + float(confidence) / 2)), 6)


@cache
def z_value(confidence: Fraction) -> float:
    """The same of the normal distribution: what t comes to when nothing is known yet of the degrees of freedom."""
    from scipy.special import ndtri

    return round(float(ndtri(0.5 + float(confidence) / 2)), 6)
