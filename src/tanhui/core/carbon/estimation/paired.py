"""Change between two rounds: plots seen twice, and what plots seen once can add.

Plots measured in both rounds give the mean of their own differences; that is the change that AR-TOOL14 (6.2) asks for
on permanent plots. Plots of one round only (lost, new, not reached) may be left out; or they give a second,
independent estimate of the change, the difference of two means, and the two are weighted by the inverse of their
variances (sampling with partial replacement, Ware and Cunia 1962, with the matched plots taken as differences):

Δ = w·d̄ + (1 − w)·(ȳ₂ − ȳ₁),   w = v_u/(v_m + v_u),   v(Δ) = v_m·v_u/(v_m + v_u)

The weights are taken as known. df are the larger part's: those of whichever estimate has the greater weight.
"""

from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.estimation.samples import Sample, simple
from tanhui.core.carbon.sampling import Estimate


class Change(NamedTuple):
    """A change and the weight that the pairs had in it; `unpaired` is how many plots of one round took part."""

    estimate: Estimate
    weight: Fraction
    unpaired: int


def paired_change(before: Sample, after: Sample) -> Estimate:
    """The mean difference of plots seen twice, in the same order in both samples."""
    differences = tuple(second - first for first, second in zip(before.values, after.values, strict=True))
    return simple(Sample(before.name, differences, before.population))


def partial_replacement(pairs: Sample, lost: Sample, new: Sample) -> Change:
    """`pairs` holds differences, `lost` values of the first round only, `new` those of the second only.

    Without two plots in each of `lost` and `new` there is no second estimate and the pairs stand alone.
    """
    matched = simple(pairs)
    if matched.variance is None or lost.n < 2 or new.n < 2:  # noqa: PLR2004 - a variance needs two
        return Change(matched, Fraction(1), 0)
    first, second = simple(lost), simple(new)
    unmatched = (first.variance or Fraction(0)) + (second.variance or Fraction(0))
    whole = matched.variance + unmatched
    if not whole:
        return Change(matched, Fraction(1), 0)
    weight = unmatched / whole
    value = weight * matched.value + (1 - weight) * (second.value - first.value)
    df = matched.df if 2 * weight >= 1 else first.df + second.df
    plots = lost.n + new.n
    return Change(Estimate(matched.n + plots, value, matched.variance * weight, df), weight, plots)
