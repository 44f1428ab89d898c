"""The tree pool from single trees: published masses or species equations, expanded to the hectare.

Live stock is what is recorded live or grown in. A measured visit without tree rows has no trees: that is a
zero, and the only one that is inferred. A plot with one tree that cannot be computed has no density at all,
for leaving the tree out would understate the stock of that round.
"""

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from tanhui.core.carbon.allometry import MG_PER_KG, needs_height, outside_range, tree_masses_mg
from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Visited, density
from tanhui.core.carbon.method import Equation, Method
from tanhui.core.carbon.method.model import Species, folded
from tanhui.core.carbon.survey import Survey, Table
from tanhui.core.carbon.survey.schema import LIVE_STATUSES
from tanhui.core.units import M2_PER_HA

_MG_PER_T = 1000 * MG_PER_KG
_EXPANSION_UNIT = 10**6


class Weighed(NamedTuple):
    """Trees whose mass is known (row index to milligrams), rows that could not be weighed, and notes."""

    masses_mg: dict[int, int]
    carbon_fractions: dict[int, Fraction]
    unweighed: set[int]
    notes: list[Note]


def tree_densities(
    survey: Survey, method: Method, plots: frozenset[str], rounds: tuple[int, ...]
) -> tuple[Densities, list[Note]]:
    """Tree density of every measured visit to `plots` in `rounds`, and what stands against single trees."""
    if not survey.has("trees.csv"):
        return {}, []
    trees = survey.table("trees.csv")
    visited = {visit[:2] for visit in survey.visits if visit.measured and visit.plot in plots and visit.round in rounds}
    live = _live_rows(trees, visited)
    weighed = _published(trees, live, method) if method.tree_route == "published" else _by_equation(trees, live, method)
    places = tuple(trees.visits())
    spoilt = {places[row] for row in weighed.unweighed}
    biomass, carbon = _per_hectare(trees, weighed, _plot_areas(survey))
    coverage = "above ground" if method.tree_route == "published" else "above and below ground"
    found = {
        Visited(*place, "tree"): density(
            carbon.get(place, Fraction(0)), coverage, biomass_t_ha=biomass.get(place, Fraction(0))
        )
        for place in visited - spoilt
    }
    return found, weighed.notes


def _live_rows(trees: Table, visited: set[tuple[str, int]]) -> list[int]:
    rows = enumerate(zip(trees.visits(), trees.text("status"), strict=True))
    return [row for row, (place, status) in rows if status in LIVE_STATUSES and place in visited]


def _plot_areas(survey: Survey) -> dict[str, Fraction]:
    return {plot.name: plot.area_m2 for plot in survey.plots if plot.area_m2 is not None}


def _published(trees: Table, live: list[int], method: Method) -> Weighed:
    masses = trees.number("aboveground_biomass_kg")
    missing = {row for row in live if np.isnan(masses[row])}
    known = [row for row in live if row not in missing]
    milligrams = {row: round(float(masses[row]) * MG_PER_KG) for row in known}
    fraction = method.value("carbon_fraction_tree")
    notes = _counted("tree_biomass_missing", trees, missing)
    return Weighed(milligrams, dict.fromkeys(known, fraction), missing, notes)


def _by_equation(trees: Table, live: list[int], method: Method) -> Weighed:
    """Trees by their species' equations, one species at a time."""
    weighed = Weighed({}, {}, set(), [])
    rows_of: dict[str, list[int]] = {}
    names = trees.text("species")
    for row in live:
        rows_of.setdefault(names[row], []).append(row)
    for name in sorted(rows_of):
        species = method.species.get(folded(name))
        if species is None or not any(equation.enabled for equation in method.equations.get(species.equation, ())):
            weighed.unweighed.update(rows_of[name])
            weighed.notes.extend(_counted("species_without_equation", trees, rows_of[name], species=name or "?"))
            continue
        _weigh_species(trees, rows_of[name], species, method.equations[species.equation], weighed)
        weighed.notes.extend(_species_notes(name, species, method.equations[species.equation], len(rows_of[name])))
    return weighed


def _weigh_species(
    trees: Table, rows: list[int], species: Species, equations: tuple[Equation, ...], weighed: Weighed
) -> None:
    """Add the trees of one species to `weighed`."""
    dbh_cm, height_m = trees.number("dbh_cm")[rows], trees.number("height_m")[rows]
    measured = ~np.isnan(dbh_cm) & (~np.isnan(height_m) | (not needs_height(equations)))
    lost = [row for row, known in zip(rows, measured.tolist(), strict=True) if not known]
    kept = [row for row, known in zip(rows, measured.tolist(), strict=True) if known]
    weighed.unweighed.update(lost)
    weighed.notes.extend(_counted("height_missing", trees, lost, species=species.name))
    milligrams = tree_masses_mg(dbh_cm[measured], height_m[measured], equations)
    weighed.masses_mg.update(zip(kept, milligrams, strict=True))
    weighed.carbon_fractions.update(dict.fromkeys(kept, species.carbon_fraction))
    outside = outside_range(dbh_cm[measured], height_m[measured], equations)
    strayed = [row for row, out in zip(kept, outside.tolist(), strict=True) if out]
    limits = _limits(equations)
    weighed.notes.extend(_counted("equation_out_of_range", trees, strayed, species=species.name, limits=limits))


def _limits(equations: tuple[Equation, ...]) -> str:
    first = next(equation for equation in equations if equation.enabled)
    low, high = first.dbh_cm
    return f"D {low:g}-{high:g} cm, H {first.height_m[0]:g}-{first.height_m[1]:g} m"


def _counted(code: str, trees: Table, rows: Iterable[int], **params: str) -> list[Note]:
    """One note for all rows of a kind, with how many trees and plots they are; none for no rows."""
    rows = list(rows)
    if not rows:
        return []
    names = trees.text("plot")
    return [note(code, trees=len(rows), plots=len({names[row] for row in rows}), **params)]


def _species_notes(name: str, species: Species, equations: tuple[Equation, ...], trees: int) -> Iterator[Note]:
    if species.surrogate:
        yield note("surrogate_equation", species=name, equation=species.equation, trees=trees)
    disabled = [equation.organ for equation in equations if not equation.enabled]
    if disabled:
        yield note("equation_disabled", species=species.name, organs=", ".join(disabled))


def _per_hectare(
    trees: Table, weighed: Weighed, areas_m2: dict[str, Fraction]
) -> tuple[dict[tuple[str, int], Fraction], dict[tuple[str, int], Fraction]]:
    """Biomass and carbon (t/ha) by plot and round, summed in whole numbers so that no order matters."""
    places = tuple(trees.visits())
    expansions = trees.number("trees_per_ha").tolist()
    sums: dict[tuple[tuple[str, int], tuple[int, int], bool], int] = {}
    for row, mass_mg in weighed.masses_mg.items():
        stated = not math.isnan(expansions[row])
        weight = round(expansions[row] * _EXPANSION_UNIT) if stated else _EXPANSION_UNIT
        key = (places[row], weighed.carbon_fractions[row].as_integer_ratio(), stated)
        sums[key] = sums.get(key, 0) + mass_mg * weight
    biomass: dict[tuple[str, int], Fraction] = {}
    carbon: dict[tuple[str, int], Fraction] = {}
    for (place, ratio, stated), total in sums.items():
        per_plot = Fraction(1) if stated else M2_PER_HA / areas_m2[place[0]]
        tonnes = Fraction(total, _EXPANSION_UNIT * _MG_PER_T) * per_plot
        biomass[place] = biomass.get(place, Fraction(0)) + tonnes
        carbon[place] = carbon.get(place, Fraction(0)) + tonnes * Fraction(*ratio)
    return biomass, carbon
