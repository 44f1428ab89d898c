"""The tree pool from single trees: published masses or species equations, expanded to the hectare.

Live stock is what is recorded live or grown in. A measured visit without tree rows has no trees: that is a
zero, and the only one that is inferred. A plot with one tree that cannot be computed has no density at all,
for leaving the tree out would understate the stock of that round.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.allometry import MG_PER_KG, needs_height, outside_range, tree_masses_mg
from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Density, Visited
from tanhui.core.carbon.expansion import Weights, per_hectare
from tanhui.core.carbon.method import Equation, Method
from tanhui.core.carbon.method.model import Species, folded
from tanhui.core.carbon.survey import Survey, Table
from tanhui.core.carbon.survey.schema import LIVE_STATUSES

Rows = NDArray[np.int64]
TREE_BY_TREE = ("published", "equation", "equation_and_root_ratio")
"""The routes of a method by which single trees have a mass."""
_FEW = 2**15


class Weighed(NamedTuple):
    """Trees whose mass is known, rows that could not be weighed, and notes. Rows stand in no particular order."""

    weights: list[Weights]
    unweighed: list[Rows]
    notes: list[Note]


def tree_densities(
    survey: Survey, method: Method, plots: frozenset[str], rounds: tuple[int, ...]
) -> tuple[Densities, list[Note]]:
    """Tree density of every measured visit to `plots` in `rounds`, and what stands against single trees."""
    if not survey.has("trees.csv"):
        return {}, []
    trees = survey.table("trees.csv")
    visited = [
        (plot, number)
        for plot, number, _, status in survey.visits
        if status == "measured" and number in rounds and plot in plots
    ]
    live = live_rows(trees, frozenset(visited))
    weighed = weigh(trees, live, method)
    places = trees.places()
    spoilt = {places.visits[index] for rows in weighed.unweighed for index in np.unique(places.of_row[rows]).tolist()}
    coverage = "above ground" if method.tree_route == "published" else "above and below ground"
    areas_m2 = {plot.name: plot.area_m2 for plot in survey.plots if plot.area_m2 is not None}
    found = per_hectare(trees, weighed.weights, areas_m2)
    stocks = map(Density, found.biomass_t_ha, found.carbon_t_ha, repeat(None), repeat(coverage))
    stocked = dict(zip(found.visits, stocks, strict=True))
    bare = Density(Fraction(0), Fraction(0), None, coverage)
    sound = [place for place in visited if place not in spoilt] if spoilt else visited
    return {Visited(plot, number, "tree"): stocked.get((plot, number), bare) for plot, number in sound}, weighed.notes


def weigh(trees: Table, live: Rows, method: Method) -> Weighed:
    """The dry mass of each of these trees by the route of the method: as published, or by equations."""
    return _published(trees, live, method) if method.tree_route == "published" else _by_equation(trees, live, method)


def live_rows(trees: Table, visited: frozenset[tuple[str, int]]) -> Rows:
    """The rows of trees that were found alive at one of the visits, in order."""
    places = trees.places()
    seen = np.array([visit in visited for visit in places.visits], dtype=np.bool_)
    alive = trees.coded("status").rows_with(LIVE_STATUSES.__contains__)
    return np.flatnonzero(alive & seen[places.of_row])


def _published(trees: Table, live: Rows, method: Method) -> Weighed:
    masses_kg = trees.number("aboveground_biomass_kg")[live]
    known = ~np.isnan(masses_kg)
    masses_mg = np.rint(masses_kg[known] * MG_PER_KG).astype(np.int64)
    missing = live[~known]
    weights = [Weights(live[known], masses_mg, method.value("carbon_fraction_tree"))]
    return Weighed(weights, [missing], _counted("tree_biomass_missing", trees, missing))


class SpeciesRows(NamedTuple):
    """The rows of one species name as it was written, and the equations it goes by; none where it has none."""

    name: str
    rows: Rows
    species: Species | None
    equations: tuple[Equation, ...]


def by_species(trees: Table, rows: Rows, method: Method) -> Iterator[SpeciesRows]:
    """Rows gathered by species, in the order of the names."""
    names = trees.coded("species")
    codes = names.codes[rows]
    if len(names.words) < _FEW:
        codes = codes.astype(np.int16)  # short numbers are sorted by their digits, which is ten times as fast
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(names.words))).tolist()
    for code in sorted(range(len(names.words)), key=names.words.__getitem__):
        own = rows[order[ends[code - 1] if code else 0 : ends[code]]]
        if not len(own):
            continue
        species = method.species.get(folded(names.words[code]))
        equations = method.equations.get(species.equation, ()) if species else ()
        usable = species if any(equation.enabled for equation in equations) else None
        yield SpeciesRows(names.words[code], own, usable, equations)


def _by_equation(trees: Table, live: Rows, method: Method) -> Weighed:
    """Trees by their species' equations, one species at a time."""
    weighed = Weighed([], [], [])
    for found in by_species(trees, live, method):
        if found.species is None:
            weighed.unweighed.append(found.rows)
            weighed.notes.extend(_counted("species_without_equation", trees, found.rows, species=found.name or "?"))
            continue
        _weigh_species(trees, found.rows, found.species, found.equations, weighed)
        weighed.notes.extend(_species_notes(found.name, found.species, found.equations, len(found.rows)))
    return weighed


def _weigh_species(
    trees: Table, rows: Rows, species: Species, equations: tuple[Equation, ...], weighed: Weighed
) -> None:
    """Add the trees of one species to `weighed`."""
    dbh_cm, height_m = trees.number("dbh_cm")[rows], trees.number("height_m")[rows]
    unknown = np.isnan(dbh_cm)
    if needs_height(equations):
        unknown |= np.isnan(height_m)
    if unknown.any():
        weighed.unweighed.append(rows[unknown])
        weighed.notes.extend(_counted("height_missing", trees, rows[unknown], species=species.name))
        rows, dbh_cm, height_m = rows[~unknown], dbh_cm[~unknown], height_m[~unknown]
    masses_mg = tree_masses_mg(dbh_cm, height_m, equations)
    weighed.weights.append(Weights(rows, masses_mg, species.carbon_fraction))
    strayed = rows[outside_range(dbh_cm, height_m, equations)]
    limits = range_text(equations)
    weighed.notes.extend(_counted("equation_out_of_range", trees, strayed, species=species.name, limits=limits))


def range_text(equations: tuple[Equation, ...]) -> str:
    """The range of the first enabled equation, as a note shows it."""
    first = next(equation for equation in equations if equation.enabled)
    low, high = first.dbh_cm
    return f"D {low:g}-{high:g} cm, H {first.height_m[0]:g}-{first.height_m[1]:g} m"


def _counted(code: str, trees: Table, rows: Rows, **params: str) -> list[Note]:
    """One note for all rows of a kind, with how many trees and plots they are; none for no rows."""
    if not len(rows):
        return []
    plots = len(np.unique(trees.coded("plot").codes[rows]))
    return [note(code, trees=len(rows), plots=plots, **params)]


def _species_notes(name: str, species: Species, equations: tuple[Equation, ...], trees: int) -> Iterator[Note]:
    if species.surrogate:
        yield note("surrogate_equation", species=name, equation=species.equation, trees=trees)
    disabled = [equation.organ for equation in equations if not equation.enabled]
    if disabled:
        yield note("equation_disabled", species=species.name, organs=", ".join(disabled))
