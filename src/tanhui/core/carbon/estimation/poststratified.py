"""Post-stratification: strata that were formed after the plots were drawn, from a map that covers everything.

The number of plots in a stratum is then chance, and the variance has a second term for it (Cochran 1977, 5A.9;
Bechtold and Patterson 2005, 4.2, as the US forest inventory uses it):

    v(ȳ) = 1/n · [ Σ W_h n_h v_h + Σ (1 − W_h)(n_h/n) v_h ],   v_h = s_h²/n_h

which is Σ W_h s_h²/n + Σ (1 − W_h) s_h²/n². The finite population correction goes with the first term only. Each
estimation unit is post-stratified by itself; totals of units add up. df = n − M.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tanhui.core.carbon.estimation.samples import Sample, finite_share, mean_of
from tanhui.core.carbon.sampling import Estimate, sample_mean


def post_stratified(strata: Sequence[Sample], weights: Sequence[Fraction], population: Fraction | None) -> Estimate:
    """Mean of one estimation unit. `weights` are shares of its area and add up to 1; each stratum has a plot.

    Without a variance as soon as a stratum with weight has one plot only. `population` is N of the unit.
    """
    assert sum(weights, Fraction(0)) == 1, "the weights of an estimation unit add up to 1"
    n = sum(stratum.n for stratum in strata)
    mean = sum((w * mean_of(s.values) for s, w in zip(strata, weights, strict=True)), Fraction(0))
    df = n - len(strata)
    if any(stratum.n == 1 for stratum in strata):
        return Estimate(n, mean, None, df)
    spreads = [_spread(stratum) for stratum in strata]
    first = _added(w * spread for w, spread in zip(weights, spreads, strict=True)) / n * finite_share(n, population)
    second = _added((1 - w) * spread for w, spread in zip(weights, spreads, strict=True)) / n**2
    return Estimate(n, mean, first + second, df)


def _spread(sample: Sample) -> Fraction:
    """s² of the plots."""
    return (sample_mean(sample.values).variance or Fraction(0)) * sample.n


def _added(terms: Iterable[Fraction]) -> Fraction:
    return sum(terms, Fraction(0))
