"""How many plots a wanted precision asks for.

With W_h the share of land of stratum h, s_h the standard deviation between its plots, N_h the number of plots that its
land would hold, E the absolute half-width (relative error × expected mean) and t Student's two-sided quantile with
n − L degrees of freedom (n plots in L strata), let V = (E/t)² and F = Σ W_h² s_h² / N_h. Then (Cochran 1977, 5.5-5.9)

    Neyman        n = (Σ W_h s_h)² / (V + F)
    proportional  n = Σ W_h s_h² / (V + F)
    cost          n = (Σ W_h s_h √c_h)(Σ W_h s_h / √c_h) / (V + F)

For plots of one size the first is, letter by letter, the formula of the CDM A/R tool,
n = N t² (Σ w s)² / (N E² + t² Σ w s²), and of Winrock's sourcebook, (Σ N_h s_h)² / (N² E²/t² + Σ N_h s_h²); with one
stratum all are t² CV² / (ε² + t² CV²/N). As t depends on n, n is the smallest number that is at least what the formula
asks for with the t of that very n. Everything but t and √c is exact.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.sampling.refusal import DesignRefusal
from tanhui.core.sampling.strata import COST, NEYMAN, Goal, StratumFacts, expected_mean
from tanhui.core.student import t_value, z_value

MOST_ROUNDS = 50
MOST_PLOTS = 20_000
"""More than any field season; what asks for more is a slip of the pen."""


class SizeStep(NamedTuple):
    """One turn of the sum: with this t, the formula gives `exact`, that is `plots`. `df` is None for the normal."""

    df: int | None
    t: float
    exact: Fraction
    plots: int


class SampleSize(NamedTuple):
    """The smallest sample that keeps what was asked, and the way to it."""

    plots: int
    error_abs: Fraction
    mean: Fraction
    steps: tuple[SizeStep, ...]


def sample_size(strata: tuple[StratumFacts, ...], goal: Goal, allocation: str) -> SampleSize:
    """Solve the formula for n, with Student's t of n itself. Strata are checked ones.

    Raises DesignRefusal: `mean_not_positive`, `no_variance`, `design_too_large`.
    """
    mean = expected_mean(strata)
    if mean <= 0:
        raise DesignRefusal("mean_not_positive", mean=float(mean))
    if not any(stratum.sd for stratum in strata):
        raise DesignRefusal("no_variance")
    error_abs = goal.relative_error * mean
    steps = [_step(strata, allocation, error_abs, None, z_value(goal.confidence))]
    if steps[0].plots > MOST_PLOTS:
        raise DesignRefusal("design_too_large", plots=steps[0].plots, most=MOST_PLOTS)
    for _round in range(MOST_ROUNDS):
        df = max(1, steps[-1].plots - len(strata))
        if any(step.df == df for step in steps):
            break
        steps.append(_step(strata, allocation, error_abs, df, t_value(df, goal.confidence)))
    last = _settled(strata, allocation, error_abs, goal, steps[-1].plots)
    if last != steps[-1]:
        steps.append(last)
    return SampleSize(max(last.plots, len(strata) + 1), error_abs, mean, tuple(steps))


def plots_needed(strata: tuple[StratumFacts, ...], allocation: str, error_abs: Fraction, t: Fraction) -> Fraction:
    """What the formula gives for one t, before it is rounded up."""
    whole = sum(stratum.area_m2 for stratum in strata)
    shares = [Fraction(stratum.area_m2, whole) for stratum in strata]
    finite = sum((w * w * s.sd**2 / s.population for w, s in zip(shares, strata, strict=True)), Fraction(0))
    return _spread(strata, shares, allocation) / ((error_abs / t) ** 2 + finite)


def allocation_weights(strata: tuple[StratumFacts, ...], allocation: str) -> tuple[Fraction, ...]:
    """In what proportion plots are shared among the strata."""
    if allocation == NEYMAN:
        return tuple(stratum.area_m2 * stratum.sd for stratum in strata)
    if allocation == COST:
        return tuple(stratum.area_m2 * stratum.sd / _root(stratum.cost) for stratum in strata)
    return tuple(Fraction(stratum.area_m2) for stratum in strata)


def _spread(strata: tuple[StratumFacts, ...], shares: list[Fraction], allocation: str) -> Fraction:
    if allocation == NEYMAN:
        return sum((w * s.sd for w, s in zip(shares, strata, strict=True)), Fraction(0)) ** 2
    if allocation == COST:
        dear = sum((w * s.sd * _root(s.cost) for w, s in zip(shares, strata, strict=True)), Fraction(0))
        cheap = sum((w * s.sd / _root(s.cost) for w, s in zip(shares, strata, strict=True)), Fraction(0))
        return dear * cheap
    return sum((w * s.sd**2 for w, s in zip(shares, strata, strict=True)), Fraction(0))


def _root(value: Fraction) -> Fraction:
    """A square root as the double that IEEE 754 rounds it to: the same everywhere."""
    return Fraction(math.sqrt(value))


def _step(strata: tuple[StratumFacts, ...], allocation: str, error_abs: Fraction, df: int | None, t: float) -> SizeStep:
    exact = plots_needed(strata, allocation, error_abs, Fraction(str(t)))
    return SizeStep(df, t, exact, math.ceil(exact))


def _settled(strata: tuple[StratumFacts, ...], allocation: str, error_abs: Fraction, goal: Goal, near: int) -> SizeStep:
    """The step of the smallest n that is at least what its own t asks for; `near` is where the search begins."""

    def asked(plots: int) -> SizeStep:
        df = max(1, plots - len(strata))
        return _step(strata, allocation, error_abs, df, t_value(df, goal.confidence))

    plots = max(1, near)
    while asked(plots).plots > plots:
        plots += 1
    while plots > 1 and asked(plots - 1).plots <= plots - 1:
        plots -= 1
    return asked(plots)._replace(plots=plots)
