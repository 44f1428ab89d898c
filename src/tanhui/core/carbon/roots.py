"""Roots as AR-TOOL14 takes them by default: R = e^(−1.085 + 0.9256·ln b) / b, b above-ground biomass in t/ha.

Computed in decimal arithmetic of 40 digits, so that every machine has the same ratio.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from tanhui.core.carbon.density import Densities, Density, Visited, density
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import LitterFactor

DECIMAL = Context(prec=40, rounding=ROUND_HALF_EVEN)


def root_ratio(above_t_ha: Fraction, intercept: Fraction, slope: Fraction) -> Fraction:
    """Roots per above-ground biomass of a stand; a stand without biomass has none."""
    if above_t_ha <= 0:
        return Fraction(0)
    above = decimal(above_t_ha)
    exponent = DECIMAL.add(decimal(intercept), DECIMAL.multiply(decimal(slope), DECIMAL.ln(above)))
    return Fraction(DECIMAL.divide(DECIMAL.exp(exponent), above))


def decimal(value: Fraction) -> Decimal:
    return DECIMAL.divide(Decimal(value.numerator), Decimal(value.denominator))


def with_roots(densities: Densities, method: Method) -> Densities:
    """Tree densities above ground, each with the roots that its own biomass calls for."""
    intercept, slope = method.value("root_intercept"), method.value("root_slope")
    return {visited: _with_roots(found, intercept, slope) for visited, found in densities.items()}


def _with_roots(found: Density, intercept: Fraction, slope: Fraction) -> Density:
    above = found.biomass_t_ha or Fraction(0)
    grown = 1 + root_ratio(above, intercept, slope)
    return density(found.carbon_t_ha * grown, "above ground, roots by AR-TOOL14", biomass_t_ha=above * grown)


def above_ground(densities: Densities) -> dict[tuple[str, int], Fraction]:
    """Above-ground biomass (t/ha) by visit, of densities that have no roots in them yet."""
    return {
        (at.plot, at.round): found.biomass_t_ha for at, found in densities.items() if found.biomass_t_ha is not None
    }


def derived_densities(
    trees: Densities,
    above_t_ha: Mapping[tuple[str, int], Fraction],
    dominant: Mapping[tuple[str, int], str],
    method: Method,
) -> Densities:
    """Dead wood as a share of the tree pool, litter as a share of above-ground biomass that falls as it grows.

    DF_LI = a·e^(b·B) percent by the species that dominates the plot. A plot whose species has no factor has no
    litter density.
    """
    share = method.value("deadwood_share")
    fraction = method.value("carbon_fraction_litter")
    found: Densities = {}
    for at, tree in trees.items():
        if at.pool != "tree" or tree.biomass_t_ha is None:
            continue
        place = (at.plot, at.round)
        found[Visited(*place, "deadwood")] = density(
            tree.carbon_t_ha * share, "a share of the tree pool", biomass_t_ha=tree.biomass_t_ha * share
        )
        litter = _litter_t_ha(above_t_ha.get(place), method.litter.get(dominant.get(place, "")))
        if litter is not None:
            found[Visited(*place, "litter")] = density(
                litter * fraction, "a share of above-ground biomass", biomass_t_ha=litter
            )
    return found


def _litter_t_ha(above_t_ha: Fraction | None, factor: LitterFactor | None) -> Fraction | None:
    if above_t_ha == 0:
        return Fraction(0)
    if above_t_ha is None or factor is None:
        return None
    return above_t_ha * litter_share(above_t_ha, Fraction(factor.a), Fraction(factor.b))


def litter_share(above_t_ha: Fraction, a: Fraction, b: Fraction) -> Fraction:
    """DF_LI as a share of one."""
    return a / 100 * Fraction(DECIMAL.exp(DECIMAL.multiply(decimal(b), decimal(above_t_ha))))
