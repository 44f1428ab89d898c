"""Independent estimates into one, with one variance and one number of degrees of freedom.

AR-TOOL14 counts df = n − M, plots less strata. Where strata differ much in variance or in number of plots,
Satterthwaite's effective df = (Σv)² / Σ(v²/df) is the honest one (Cochran 1977, 5.16); it lies between the smallest
df of a stratum and n − M and is rounded down, as tables are read. Which of the two holds is a rule of the method.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tanhui.core.carbon.method.model import DF_RULES, N_MINUS_M
from tanhui.core.carbon.sampling import Estimate, added


def combined(estimates: Iterable[Estimate], df_rule: str = N_MINUS_M) -> Estimate:
    """The sum of independent totals; without a variance as soon as one of them has none."""
    assert df_rule in DF_RULES, df_rule
    parts = list(estimates)
    total = added(parts)
    return total if df_rule == N_MINUS_M else total._replace(df=effective_df(parts))


def effective_df(parts: Sequence[Estimate]) -> int:
    """Satterthwaite's degrees of freedom, rounded down. Parts without variance do not count."""
    known = [(part.variance, part.df) for part in parts if part.variance and part.df > 0]
    if not known:
        return sum(part.df for part in parts)
    total = sum((variance for variance, _ in known), Fraction(0))
    return int(total**2 / sum((variance**2 / df for variance, df in known), Fraction(0)))
