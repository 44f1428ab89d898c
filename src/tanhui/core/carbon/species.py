"""What each species holds of the tree pool of a plot, so that a species can be a domain.

Trees and stands are computed again one species at a time, and the plot's tree density is shared in that proportion;
so species add up to the tree pool whatever route the method took. Names go by the method's table where it knows them.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np

from tanhui.core.carbon.density import Densities
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.trees import tree_densities
from tanhui.core.carbon.volume import volume_densities

Shares = dict[tuple[str, int], dict[str, Fraction]]
_FILES = ("trees.csv", "stands.csv")


def species_values(stocks: Stocks) -> Shares:
    """Carbon (tC/ha) of the tree pool by plot and round, by species; plots whose trees are not known are absent."""
    found: Shares = {}
    for file in (file for file in _FILES if file in stocks.method.sources and stocks.survey.has(file)):
        for species, survey in _by_species(stocks.survey, stocks.method, file):
            for visited, density in _densities(stocks, survey, file).items():
                place = found.setdefault(visited[:2], {})
                place[species] = place.get(species, Fraction(0)) + density.carbon_t_ha
        if found:
            break
    return {place: shared for place, parts in found.items() if (shared := _shared(stocks, place, parts)) is not None}


def _shared(stocks: Stocks, place: tuple[str, int], parts: dict[str, Fraction]) -> dict[str, Fraction] | None:
    whole, density = sum(parts.values(), Fraction(0)), stocks.density(*place, "tree")
    if density is None or (not whole and density.carbon_t_ha):
        return None
    scale = density.carbon_t_ha / whole if whole else Fraction(0)
    return {species: part * scale for species, part in parts.items()}


def _densities(stocks: Stocks, survey: Survey, file: str) -> Densities:
    plots = frozenset(plot.name for plot in survey.plots)
    if file == "trees.csv":
        return tree_densities(survey, stocks.method, plots, stocks.rounds)[0]
    return volume_densities(survey, stocks.method).densities


def _by_species(survey: Survey, method: Method, file: str) -> list[tuple[str, Survey]]:
    """The survey once for each species, with its rows of the file alone."""
    table = survey.table(file)
    names = table.coded("species").renamed(lambda name: _known_name(method, name))
    rows = {species: np.flatnonzero(names.codes == code) for code, species in enumerate(names.words)}
    return [
        (species, replace(survey, tables={**survey.tables, file: table.only(rows[species])}))
        for species in sorted(rows)
        if len(rows[species])
    ]


def _known_name(method: Method, name: str) -> str:
    by_equation, by_volume = method.species.get(folded(name)), method.volumes.get(folded(name))
    if by_equation is not None:
        return by_equation.name
    return name if by_volume is None else by_volume.species
