"""From a wanted precision to plots per stratum, and back: what precision a number of plots can be expected to give.

The formula shares out fractions of plots; whole plots, at least three in each stratum, may keep the precision a little
less well. So the number is raised, plot by plot, until the whole plots keep it too.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.sampling.allocate import allocate
from tanhui.core.sampling.progress import Pulse, quiet
from tanhui.core.sampling.refusal import DesignRefusal
from tanhui.core.sampling.size import MOST_PLOTS, SampleSize, allocation_weights, sample_size
from tanhui.core.sampling.strata import (
    ALLOCATIONS,
    LEAST_PER_STRATUM,
    Goal,
    StratumFacts,
    check_goal,
    checked,
    expected_mean,
)
from tanhui.core.student import t_value


class SizePlan(NamedTuple):
    """Plots per stratum, in the order of the names. `size` is None where the number of plots was given by hand."""

    strata: tuple[StratumFacts, ...]
    goal: Goal
    allocation: str
    counts: tuple[int, ...]
    size: SampleSize | None
    expected_error: float | None

    @property
    def plots(self) -> int:
        return sum(self.counts)


def plan_for_precision(
    strata: tuple[StratumFacts, ...],
    goal: Goal,
    allocation: str,
    *,
    least: int = LEAST_PER_STRATUM,
    kept: tuple[int, ...] | None = None,
    pulse: Pulse = quiet,
) -> SizePlan:
    """Plan the smallest whole sample that can be expected to keep the goal. `kept` plots stand already, by stratum.

    Raises DesignRefusal with what makes no sense, and what `pulse` raises.
    """
    ordered, floors = _opened(strata, goal, allocation, least, kept)
    size = sample_size(ordered, goal, allocation)
    most = tuple(stratum.population for stratum in ordered)
    weights = allocation_weights(ordered, allocation)
    plots = min(max(size.plots, sum(floors)), sum(most))
    counts = allocate(plots, weights, floors, most)
    while plots < sum(most) and not _keeps(ordered, counts, goal):
        pulse()
        plots += 1
        counts = allocate(plots, weights, floors, most)
    return SizePlan(ordered, goal, allocation, counts, size, expected_error(ordered, counts, goal.confidence))


def plan_for_number(
    strata: tuple[StratumFacts, ...],
    plots: int,
    goal: Goal,
    allocation: str,
    *,
    least: int = LEAST_PER_STRATUM,
    kept: tuple[int, ...] | None = None,
) -> SizePlan:
    """Share a number of plots that is given, and say what precision may be expected of it.

    Raises DesignRefusal: `plots_too_few` where the least per stratum does not go in, `plots_too_many` likewise,
    `design_too_large`.
    """
    ordered, floors = _opened(strata, goal, allocation, least, kept)
    most = tuple(stratum.population for stratum in ordered)
    if plots < sum(floors):
        raise DesignRefusal("plots_too_few", plots=plots, least=sum(floors), strata=len(ordered))
    if plots > sum(most):
        raise DesignRefusal("plots_too_many", stratum="", plots=plots, most=sum(most))
    if plots > MOST_PLOTS:
        raise DesignRefusal("design_too_large", plots=plots, most=MOST_PLOTS)
    counts = allocate(plots, allocation_weights(ordered, allocation), floors, most)
    return SizePlan(ordered, goal, allocation, counts, None, expected_error(ordered, counts, goal.confidence))


def expected_error(strata: tuple[StratumFacts, ...], counts: tuple[int, ...], confidence: Fraction) -> float | None:
    """Half of the interval as a share of the mean, of whole plots and with the finite population; None without a mean.

    Var = Σ W_h² s_h² / n_h · (1 − n_h/N_h), df = n − L.
    """
    mean, df = expected_mean(strata), sum(counts) - len(strata)
    if mean <= 0 or df < 1 or min(counts) < 1:
        return None
    return t_value(df, confidence) * math.sqrt(_variance(strata, counts)) / float(mean)


def _variance(strata: tuple[StratumFacts, ...], counts: tuple[int, ...]) -> Fraction:
    whole = sum(stratum.area_m2 for stratum in strata)
    return sum(
        (
            Fraction(s.area_m2, whole) ** 2 * s.sd**2 * (Fraction(1, n) - Fraction(1, s.population))
            for s, n in zip(strata, counts, strict=True)
        ),
        Fraction(0),
    )


def _keeps(strata: tuple[StratumFacts, ...], counts: tuple[int, ...], goal: Goal) -> bool:
    """Whether whole plots keep the goal; exact, but for t."""
    t = Fraction(str(t_value(max(1, sum(counts) - len(strata)), goal.confidence)))
    return t * t * _variance(strata, counts) <= (goal.relative_error * expected_mean(strata)) ** 2


def _opened(
    strata: tuple[StratumFacts, ...], goal: Goal, allocation: str, least: int, kept: tuple[int, ...] | None
) -> tuple[tuple[StratumFacts, ...], tuple[int, ...]]:
    """The strata by name, and the fewest plots that each must have. `kept` comes in the order of the names."""
    assert allocation in ALLOCATIONS, allocation
    check_goal(goal)
    ordered = checked(strata)
    standing = kept or (0,) * len(ordered)
    floors = tuple(max(least, standing[index]) for index in range(len(ordered)))
    for stratum, floor in zip(ordered, floors, strict=True):
        if stratum.population < floor:
            raise DesignRefusal(
                "plots_too_many",
                stratum=stratum.name,
                plots=floor,
                most=stratum.population,
                plot_area_m2=float(stratum.plot_area_m2),
            )
    return ordered, floors
