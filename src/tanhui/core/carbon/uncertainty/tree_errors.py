"""Errors of single trees: their measurements, how each departs from its equation, what equations and fractions share.

With mass m(D, H), a relative error of D changes it by the elasticity e_D = ∂ln m/∂ln D times as much. For one power
law that is exact at any size; for the sum of several organs it holds near the tree. Elasticities are differences of
whole milligrams, so they are the same on every machine. The slope of an equation turns about the middle of its range
of diameters.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.allometry import fitted_range, needs_height, tree_masses_mg
from tanhui.core.carbon.density import Density
from tanhui.core.carbon.method import Equation
from tanhui.core.carbon.roots import root_ratio
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.survey import Table
from tanhui.core.carbon.trees import by_species, live_rows
from tanhui.core.carbon.uncertainty.model import Block, Floats, Places, Shared
from tanhui.core.carbon.uncertainty.rates import Rates, log_sd
from tanhui.core.units import M2_PER_HA

Trees = Mapping[tuple[str, int], Density]
_STEP = 0.01
_TWICE_95 = 2 * 1.959964
_ROUTES = ("published", "equation", "equation_and_root_ratio")


class Grown(NamedTuple):
    """Trees of one species: rows of trees.csv, masses (kg), elasticities, and what they share."""

    rows: NDArray[np.int64]
    masses_kg: Floats
    dbh: Floats
    height: Floats
    slope: Floats
    shared: Mapping[Shared, float]
    equation: str
    fraction: float


def tree_blocks(stocks: Stocks, trees: Trees, rates: Rates) -> list[Block]:
    """A block for each species; none where the tree pool came another way."""
    if stocks.method.tree_route not in _ROUTES or not stocks.survey.has("trees.csv"):
        return []
    table = stocks.survey.table("trees.csv")
    weighed = {
        place: found for place, found in trees.items() if "V" not in found.coverage and "ground" in found.coverage
    }
    live = live_rows(table, frozenset(weighed))
    grown = list(_published(stocks, table, live, rates) if stocks.method.tree_route == "published" else ())
    grown += list(_by_equation(stocks, table, live, rates) if stocks.method.tree_route != "published" else ())
    shares = _shares(stocks, table, grown, weighed)
    roots = _root_loadings(stocks, weighed, rates)
    return [_block(table, found, shares[found.rows], roots, rates) for found in grown if len(found.rows)]


def _published(stocks: Stocks, table: Table, live: NDArray[np.int64], rates: Rates) -> Iterator[Grown]:
    """Masses as published: their equations are not at hand, so an exponent of D stands for them."""
    masses = table.number("aboveground_biomass_kg")
    names = table.coded("species")
    fraction = stocks.method.parameters["carbon_fraction_tree"]
    sd = float(fraction.high) - float(fraction.low)
    shared = {Shared("carbon_fraction", "tree"): log_sd(sd / _TWICE_95 / float(fraction.value))}
    for code in np.unique(names.codes[live]).tolist():
        rows = live[(names.codes[live] == code) & (masses[live] > 0)]
        name = names.words[code] or "?"
        level = {Shared("equation_coefficient", f"{name}, level"): rates["equation_level_percent"].log_sd}
        exponent = np.full(len(rows), rates["dbh_exponent"].value)
        yield Grown(rows, masses[rows], exponent, np.zeros(len(rows)), np.zeros(len(rows)), shared | level, name, 1.0)


def _by_equation(stocks: Stocks, table: Table, live: NDArray[np.int64], rates: Rates) -> Iterator[Grown]:
    for found in by_species(table, live, stocks.method):
        if found.species is None:
            continue
        name = found.species.equation
        level = "surrogate_level_percent" if found.species.surrogate else "equation_level_percent"
        shared = {
            Shared("equation_coefficient", f"{name}, level"): rates[level].log_sd,
            Shared("carbon_fraction", found.species.name): rates["carbon_fraction_percent"].log_sd,
        }
        dbh, height = table.number("dbh_cm")[found.rows], table.number("height_m")[found.rows]
        mass, by_dbh, by_height = elasticities(dbh, height, found.equations)
        slope = by_dbh * (np.log(dbh) - np.log(_middle_cm(dbh, found.equations)))
        kept = mass > 0
        errors = (mass[kept], by_dbh[kept], by_height[kept], slope[kept])
        yield Grown(found.rows[kept], *errors, shared, name, float(found.species.carbon_fraction))


def elasticities(dbh_cm: Floats, height_m: Floats, equations: Sequence[Equation]) -> tuple[Floats, Floats, Floats]:
    """Mass (kg) of each tree, and by how many per cent it grows with one per cent more diameter, or height."""
    mass = tree_masses_mg(dbh_cm, height_m, equations) / 1e6
    by_dbh = _difference(dbh_cm * np.exp(_STEP), dbh_cm * np.exp(-_STEP), (height_m, height_m), equations)
    if not needs_height(equations):
        return mass, by_dbh, np.zeros(len(dbh_cm))
    heights = (height_m * np.exp(_STEP), height_m * np.exp(-_STEP))
    return mass, by_dbh, _difference(dbh_cm, dbh_cm, heights, equations)


def _difference(
    wider: Floats, narrower: Floats, heights_m: tuple[Floats, Floats], equations: Sequence[Equation]
) -> Floats:
    above, below = tree_masses_mg(wider, heights_m[0], equations), tree_masses_mg(narrower, heights_m[1], equations)
    known = below > 0
    found = np.zeros(len(wider))
    found[known] = np.log(above[known] / below[known]) / (2 * _STEP)
    return found


def _middle_cm(dbh_cm: Floats, equations: Sequence[Equation]) -> float:
    """The geometric middle of the diameters that an equation was made for, or of the trees where that is open."""
    (low, high), _ = fitted_range(equations)
    if 0 < low < high < np.inf:
        return float(np.sqrt(low * high))
    return float(np.exp(np.mean(np.log(dbh_cm))))


def _shares(stocks: Stocks, table: Table, grown: Sequence[Grown], trees: Trees) -> Floats:
    """Carbon (tC/ha) of each row: its share by mass, stems and carbon fraction of the density that counts."""
    places = table.places()
    parts, sums = np.zeros(len(table)), np.zeros(len(places.visits))
    areas = {plot.name: float(plot.area_m2) for plot in stocks.survey.plots if plot.area_m2}
    of_plot = np.array([M2_PER_HA / areas[plot] if plot in areas else 0.0 for plot, _ in places.visits])
    stated = table.number("trees_per_ha")
    stems = np.where(np.isnan(stated), of_plot[places.of_row], stated)
    for found in grown:
        parts[found.rows] = found.masses_kg * stems[found.rows] * found.fraction
    np.add.at(sums, places.of_row, parts)
    density = np.array([float(trees[place].carbon_t_ha) if place in trees else 0.0 for place in places.visits])
    scale = np.divide(density, sums, out=np.zeros(len(sums)), where=sums > 0)
    shares: Floats = parts * scale[places.of_row]
    return shares


def _root_loadings(stocks: Stocks, trees: Trees, rates: Rates) -> Mapping[tuple[str, int], float]:
    """How much an error of the root ratio moves each plot: R/(1 + R) of it, where roots come by a ratio."""
    if stocks.method.tree_route != "equation_and_root_ratio":
        return {}
    intercept, slope = stocks.method.value("root_intercept"), stocks.method.value("root_slope")
    loadings = {}
    for place, found in trees.items():
        whole = above = found.biomass_t_ha or Fraction(0)
        ratio = Fraction(0)
        for _turn in range(4):
            ratio = Fraction(float(root_ratio(above, intercept, slope)))
            above = whole / (1 + ratio)
        loadings[place] = float(ratio / (1 + ratio)) * rates["root_ratio_percent"].log_sd
    return loadings


def _block(table: Table, found: Grown, values: Floats, roots: Mapping[tuple[str, int], float], rates: Rates) -> Block:
    places = table.places()
    visits = [places.visits[index] for index in places.of_row[found.rows].tolist()]
    rounds: Places = np.array([number for _, number in visits], dtype=np.intp)
    trees = table.coded("tree")
    shared = {name: np.full(len(values), loading) for name, loading in found.shared.items()}
    shared[Shared("equation_coefficient", f"{found.equation}, slope")] = (
        found.slope * rates["equation_slope_percent"].log_sd
    )
    for number in np.unique(rounds).tolist():
        seen = rounds == number
        for source, by, rate in (
            ("dbh", found.dbh, "dbh_systematic_percent"),
            ("height", found.height, "height_systematic_percent"),
        ):
            shared[Shared(source, f"round {number}")] = seen * by * rates[rate].log_sd
    if roots:
        shared[Shared("root_ratio", "tree")] = np.array([roots.get(visit, 0.0) for visit in visits])
    return Block(
        plots=[plot for plot, _ in visits],
        rounds=rounds,
        bearers=[f"tree {trees.words[code]}" for code in trees.codes[found.rows].tolist()],
        values=values,
        own={
            "dbh": found.dbh * rates["dbh_random_percent"].log_sd,
            "height": found.height * rates["height_random_percent"].log_sd,
        },
        residual=np.full(len(values), rates["equation_residual_percent"].log_sd),
        shared=shared,
    )
