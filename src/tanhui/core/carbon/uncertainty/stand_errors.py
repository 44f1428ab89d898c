"""Errors of a tree pool that was computed from stand volume: the volume of a plot, and the factors of its species."""

from collections.abc import Mapping

from tanhui.core.carbon.density import Density
from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.species import species_values
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.uncertainty.model import Block, Item, Shared, block_of
from tanhui.core.carbon.uncertainty.rates import Rates


def stand_blocks(stocks: Stocks, trees: Mapping[tuple[str, int], Density], rates: Rates) -> list[Block]:
    """An item for each species of each plot in each round; none where the tree pool came another way."""
    if "stands.csv" not in stocks.method.sources or not stocks.survey.has("stands.csv"):
        return []
    by_volume = {place: found for place, found in trees.items() if "V" in found.coverage}
    own = {"stand_volume": rates["volume_percent"].log_sd}
    items = [
        Item(*place, f"stand {species}", float(carbon), own, _factors(stocks, species, by_volume[place], rates))
        for place, parts in species_values(stocks).items()
        if place in by_volume
        for species, carbon in parts.items()
        if carbon
    ]
    return [block_of(items)]


def _factors(stocks: Stocks, species: str, found: Density, rates: Rates) -> dict[Shared, float]:
    """What all plots of a species share. Of the roots only their part of the biomass is uncertain, R/(1 + R)."""
    shared = {Shared("carbon_fraction", species): rates["carbon_fraction_percent"].log_sd}
    if "B = aV + b" in found.coverage:
        return shared | {Shared("equation_coefficient", f"{species}, level"): rates["equation_level_percent"].log_sd}
    shared[Shared("expansion", species)] = rates["expansion_percent"].log_sd
    factors = stocks.method.volumes.get(folded(species))
    ratio = float(factors.root_ratio) if factors is not None else 0.0
    shared[Shared("root_ratio", species)] = rates["root_ratio_percent"].log_sd * ratio / (1 + ratio)
    if "D·BEF" in found.coverage:
        shared[Shared("wood_density", species)] = rates["wood_density_percent"].log_sd
    return shared
