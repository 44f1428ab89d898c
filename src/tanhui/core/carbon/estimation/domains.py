"""Domains: parts of the area that were not strata when the plots were drawn, such as a county, an owner, a species.

How many plots fall into a domain is chance, so its plots are no sample of fixed size. Every plot of a stratum takes
part, with zero where it lies outside the domain (Cochran 1977, 2.13 and 5A.14; Bechtold and Patterson 2005, 4.2): the
total has the variance of these values over all plots. The mean per hectare of the domain is a ratio of two such
totals, Ŷ/Â, with the residuals y − R·a in the place of the values. Degrees of freedom are those of the strata in
which the domain has a plot.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.estimation.combine import combined
from tanhui.core.carbon.estimation.samples import Sample, simple
from tanhui.core.carbon.method.model import N_MINUS_M
from tanhui.core.carbon.sampling import Estimate


class DomainSample(NamedTuple):
    """One stratum: expanded values and expanded areas of all its plots, zero outside the domain."""

    name: str
    values: tuple[Fraction, ...]
    areas_ha: tuple[Fraction, ...]
    population: Fraction | None = None

    @property
    def inside(self) -> int:
        return sum(area != 0 for area in self.areas_ha)


class DomainEstimate(NamedTuple):
    """Total, area and mean per hectare of a domain, and on how many plots they rest."""

    total: Estimate
    area_ha: Estimate
    per_ha: Estimate | None
    plots: int


def domain_estimate(samples: Sequence[DomainSample], df_rule: str = N_MINUS_M) -> DomainEstimate | None:
    """Estimate a domain; None where no plot lies in it."""
    touched = [sample for sample in samples if sample.inside]
    if not touched:
        return None
    plots = sum(sample.inside for sample in touched)
    total = combined((simple(Sample(s.name, s.values, s.population)) for s in touched), df_rule)
    area = combined((simple(Sample(s.name, s.areas_ha, s.population)) for s in touched), df_rule)
    return DomainEstimate(total, area, _mean(touched, total, area, df_rule), plots)


def _mean(samples: Sequence[DomainSample], total: Estimate, area: Estimate, df_rule: str) -> Estimate | None:
    """Ratio of means: R = Ŷ/Â and v(R) = v(Ŷ − R·Â)/Â²."""
    if not area.value:
        return None
    ratio = total.value / area.value
    residuals = combined(
        (
            simple(
                Sample(s.name, tuple(y - ratio * a for y, a in zip(s.values, s.areas_ha, strict=True)), s.population)
            )
            for s in samples
        ),
        df_rule,
    )
    variance = None if residuals.variance is None else residuals.variance / area.value**2
    return Estimate(residuals.n, ratio, variance, residuals.df)


def _residuals(sample: DomainSample, ratio: Fraction) -> Sample:
    pairs = zip(sample.values, sample.areas_ha, strict=True)
    return Sample(sample.name, tuple(value - ratio * area for value, area in pairs), sample.population)
