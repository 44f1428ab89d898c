"""The tree pool from stand volume, by three routes.

A survey's own B = a·V + b; V·D·BEF·(1+R) by species (AR-CM-001); or V·BCEF·(1+R) with factors by class of growing
stock and of above-ground biomass (IPCC 2006, tables 4.5 and 4.4). V in m³/ha, D in t/m³, biomass in t/ha.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Visited, density
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import ClassStep, VolumeFactors, folded
from tanhui.core.carbon.survey import Survey, Table

Place = tuple[str, int]
Own = tuple[Fraction, Fraction, Fraction]


class Converted(NamedTuple):
    """Biomass, carbon and above-ground biomass in t/ha, and what they cover."""

    biomass: Fraction
    carbon: Fraction
    above: Fraction
    coverage: frozenset[str]


class VolumeStocks(NamedTuple):
    """Tree densities, the above-ground biomass (t/ha) in them, and notes."""

    densities: Densities
    above_t_ha: dict[Place, Fraction]
    notes: list[Note]


def volume_densities(survey: Survey, method: Method) -> VolumeStocks:
    """stands.csv, summed over species; a visit of which one species cannot be converted has no density."""
    table = survey.table("stands.csv")
    own = _own_coefficients(survey.table("parameters.csv"))
    strata = {plot.name: plot.stratum for plot in survey.plots}
    sums: dict[Place, Converted | None] = {}
    notes: list[Note] = []
    for place, species, volume in zip(table.visits(), table.text("species"), table.exact("volume_m3_ha"), strict=True):
        converted = _convert(volume, own.get((strata[place[0]], species)), method, species)
        if volume is not None and converted is None:
            notes.append(note("volume_without_factors", species=species))
        sums[place] = _added(sums[place], converted) if place in sums else converted
    known = {place: total for place, total in sums.items() if total is not None}
    found = {
        Visited(*place, "tree"): density(total.carbon, ", ".join(sorted(total.coverage)), biomass_t_ha=total.biomass)
        for place, total in known.items()
    }
    return VolumeStocks(found, {place: total.above for place, total in known.items()}, notes)


def _added(first: Converted | None, second: Converted | None) -> Converted | None:
    if first is None or second is None:
        return None
    return Converted(
        first.biomass + second.biomass,
        first.carbon + second.carbon,
        first.above + second.above,
        first.coverage | second.coverage,
    )


def _own_coefficients(table: Table) -> dict[tuple[str, str], Own]:
    columns = (table.exact("a"), table.exact("b"), table.exact("carbon_fraction"))
    rows = zip(table.text("stratum"), table.text("species"), *columns, strict=True)
    return {
        (stratum, species): (a, b, fraction)
        for stratum, species, a, b, fraction in rows
        if a is not None and b is not None and fraction is not None
    }


def _convert(volume: Fraction | None, own: Own | None, method: Method, species: str) -> Converted | None:
    if volume is None:
        return None
    if own:
        a, b, fraction = own
        biomass = max(Fraction(0), a * volume + b) if volume else Fraction(0)
        return Converted(biomass, biomass * fraction, biomass, frozenset({"above ground, B = aV + b"}))
    factors = method.volumes.get(folded(species))
    if factors is None:
        return None
    return by_class(volume, factors, method) if method.tree_route == "volume_by_class" else by_species(volume, factors)


def by_species(volume: Fraction, factors: VolumeFactors) -> Converted:
    """V·D·BEF·(1+R)·CF."""
    above = volume * factors.density_t_m3 * factors.bef
    biomass = above * (1 + factors.root_ratio)
    coverage = frozenset({"above and below ground, V·D·BEF·(1+R)"})
    return Converted(biomass, biomass * factors.carbon_fraction, above, coverage)


def by_class(volume: Fraction, factors: VolumeFactors, method: Method) -> Converted | None:
    """V·BCEF·(1+R)·CF; None for a group that has no class table."""
    if factors.group not in method.expansion or factors.group not in method.root_ratios:
        return None
    above = volume * class_value(method.expansion[factors.group], volume)
    biomass = above * (1 + class_value(method.root_ratios[factors.group], above))
    coverage = frozenset({"above and below ground, V·BCEF·(1+R)"})
    return Converted(biomass, biomass * factors.carbon_fraction, above, coverage)


def class_value(steps: Sequence[ClassStep], size: Fraction) -> Fraction:
    """The factor of the class in which a size lies; its upper end belongs to a class."""
    return next(step.value for step in steps if step.to is None or size <= step.to)
