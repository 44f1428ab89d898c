"""The items of a survey: what each pool on each plot in each round is made of, with its errors.

An item's carbon is its share of the density that the evaluation counts, so the items of a plot add up to the figure
on the page, whatever the method did with roots and expansion. A density of zero has no items.
"""

from collections.abc import Mapping
from fractions import Fraction

from tanhui.core.carbon.density import Density, Visited
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.uncertainty.model import Block, Item, Shared, block_of
from tanhui.core.carbon.uncertainty.rates import Rates, log_sd, rates_of
from tanhui.core.carbon.uncertainty.soil_errors import soil_errors
from tanhui.core.carbon.uncertainty.stand_errors import stand_blocks
from tanhui.core.carbon.uncertainty.tree_errors import tree_blocks

Wanted = Mapping[tuple[str, int], tuple[str, ...]]
"""The pools that count on a plot in a round."""

_TWICE_95 = 2 * 1.959964
_DERIVED = ("a share of ",)


def blocks_of(stocks: Stocks, wanted: Wanted) -> list[Block]:
    """All items of the pools that count, in no particular order."""
    rates = rates_of(stocks.method)
    counted = {
        visited: found
        for visited, found in stocks.densities.items()
        if visited.pool in wanted.get(visited[:2], ()) and found.carbon_t_ha
    }
    trees = {visited[:2]: found for visited, found in counted.items() if visited.pool == "tree"}
    blocks = tree_blocks(stocks, trees, rates) + stand_blocks(stocks, trees, rates)
    itemised = {place for block in blocks for place in zip(block.plots, block.rounds.tolist(), strict=True)}
    soil = soil_errors(stocks.survey, rates)
    whole = [
        _whole(stocks, visited, found, soil, rates)
        for visited, found in counted.items()
        if visited.pool != "tree" or visited[:2] not in itemised
    ]
    return [*blocks, block_of(whole)]


def _whole(
    stocks: Stocks, visited: Visited, found: Density, soil: Mapping[tuple[str, int], Mapping[str, float]], rates: Rates
) -> Item:
    """A pool that is one item: soil, litter, herbs, shrubs, dead wood, or a printed figure."""
    own: Mapping[str, float] = {}
    shared: dict[Shared, float] = {}
    if visited.pool == "soil" and visited[:2] in soil:
        own = soil[visited[:2]]
        shared = {Shared("soil_carbon", f"laboratory, round {visited.round}"): rates["soil_laboratory_percent"].log_sd}
    elif found.coverage != "as printed":
        own, shared = _of_mass(stocks, visited, found, rates)
    elif found.variance is not None:
        own = {"printed_error": _printed(found.variance, found.carbon_t_ha)}
    return Item(visited.plot, visited.round, f"pool {visited.pool}", float(found.carbon_t_ha), own, shared)


def _of_mass(
    stocks: Stocks, visited: Visited, found: Density, rates: Rates
) -> tuple[Mapping[str, float], dict[Shared, float]]:
    """Errors of a dry mass: weighing, or the factor that it is derived by; and its carbon fraction."""
    shared = {}
    fraction = stocks.method.parameters.get(f"carbon_fraction_{visited.pool}")
    if fraction is not None:
        sd = float(Fraction(fraction.high) - Fraction(fraction.low)) / _TWICE_95 / float(fraction.value)
        shared[Shared("carbon_fraction", visited.pool)] = log_sd(sd)
    if found.coverage.startswith(_DERIVED):
        return {}, shared | {Shared("derived_factor", visited.pool): rates["derived_factor_percent"].log_sd}
    if visited.pool == "shrub" and stocks.method.shrub_route != "mass":
        return {}, shared | {Shared("equation_coefficient", "shrubs"): rates["equation_level_percent"].log_sd}
    if found.variance is None:
        return {"dry_mass": rates["dry_mass_percent"].log_sd}, shared
    return {"printed_error": _printed(found.variance, found.carbon_t_ha)}, shared


def _printed(variance: Fraction, value: Fraction) -> float:
    return log_sd(float(variance) ** 0.5 / float(value))
