"""What is known of a stratum before the sample is drawn, and what is wanted of the whole."""

import itertools
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.sampling.refusal import DesignRefusal

LEAST_PER_STRATUM = 3
PROPORTIONAL, NEYMAN, COST = "proportional", "neyman", "cost"
ALLOCATIONS = (PROPORTIONAL, NEYMAN, COST)


class StratumFacts(NamedTuple):
    """A stratum as it is planned with: its land, the plot laid out in it, what a plot is expected to show.

    `mean` and `sd` are of the quantity that the precision is asked of (tC/ha, or tCO2e/ha), over plots. `cost` is
    that of one plot, in any unit that all strata share; only the cost-weighted allocation looks at it.
    """

    name: str
    area_m2: int
    plot_area_m2: Fraction
    mean: Fraction
    sd: Fraction
    cost: Fraction = Fraction(1)

    @property
    def population(self) -> int:
        """N_h: how many plots the land would hold side by side."""
        return int(self.area_m2 / self.plot_area_m2)


class Goal(NamedTuple):
    """The wanted precision: half of the two-sided interval, as a share of the mean. 0.10 at 0.90 is ±10 % at 90 %."""

    relative_error: Fraction
    confidence: Fraction


def checked(strata: tuple[StratumFacts, ...]) -> tuple[StratumFacts, ...]:
    """Return the strata by name. Raises DesignRefusal where a figure makes no sense."""
    if not strata:
        raise DesignRefusal("no_strata")
    ordered = tuple(sorted(strata, key=lambda stratum: stratum.name))
    for stratum, following in itertools.pairwise(ordered):
        if stratum.name == following.name:
            raise DesignRefusal("stratum_repeated", stratum=stratum.name)
    for stratum in ordered:
        _check(stratum)
    return ordered


def check_goal(goal: Goal) -> None:
    """Raise DesignRefusal for a precision that nobody can mean."""
    if not 0 < goal.relative_error <= 1:
        raise DesignRefusal("error_out_of_range", percent=float(goal.relative_error * 100))
    if not Fraction(1, 2) <= goal.confidence < 1:
        raise DesignRefusal("confidence_out_of_range", percent=float(goal.confidence * 100))


def expected_mean(strata: tuple[StratumFacts, ...]) -> Fraction:
    """The area-weighted mean of the whole."""
    return sum((Fraction(s.area_m2) * s.mean for s in strata), Fraction(0)) / sum(s.area_m2 for s in strata)


def _check(stratum: StratumFacts) -> None:
    if stratum.area_m2 <= 0:
        raise DesignRefusal("area_unknown", stratum=stratum.name)
    if stratum.sd < 0:
        raise DesignRefusal("sd_negative", stratum=stratum.name, sd=float(stratum.sd))
    if stratum.cost <= 0:
        raise DesignRefusal("cost_not_positive", stratum=stratum.name, cost=float(stratum.cost))
    if stratum.population < 1:
        raise DesignRefusal(
            "plots_too_many", stratum=stratum.name, plots=1, most=0, plot_area_m2=float(stratum.plot_area_m2)
        )
