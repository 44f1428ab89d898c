"""What each living tree of a plot weighs, and what it adds to the hectare: the tree density of a plot, tree by tree.

The amounts of a visit add up to its tree density above the ground, or above and below where the equations have the
roots in them. A tree that cannot be weighed has no amount; its plot then has no density either.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from tanhui.core.carbon.allometry import MG_PER_KG
from tanhui.core.carbon.expansion import Weights, exact_per_ha, sums_by
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.survey import Survey, Table
from tanhui.core.carbon.trees import TREE_BY_TREE, live_rows, weigh
from tanhui.core.units import MG_PER_T


class TreeAmount(NamedTuple):
    """The dry mass of one tree (kg), and the carbon it stands for on a hectare (tC/ha)."""

    mass_kg: Fraction
    carbon_t_ha: Fraction


TreeAmounts = dict[tuple[int, str], TreeAmount]
"""Amounts by round and number of the tree."""


def tree_amounts(survey: Survey, method: Method, plot: str, rounds: tuple[int, ...]) -> TreeAmounts:
    """The amounts of the living trees of a plot; empty where the method weighs no single trees on it."""
    ecosystem_of = {stratum.name: stratum.ecosystem for stratum in survey.strata}
    own = next(found for found in survey.plots if found.name == plot)
    looked_for = "tree" in method.pools(ecosystem_of[own.stratum])
    if not looked_for or not survey.has("trees.csv") or method.tree_route not in TREE_BY_TREE:
        return {}
    visits = frozenset(
        (visit.plot, visit.round)
        for visit in survey.visits
        if visit.measured and visit.plot == plot and visit.round in rounds
    )
    trees = survey.table("trees.csv")
    areas_m2 = {} if own.area_m2 is None else {plot: own.area_m2}
    found: TreeAmounts = {}
    for weights in weigh(trees, live_rows(trees, visits), method).weights:
        found |= _amounts(trees, weights, plot, areas_m2)
    return found


def _amounts(trees: Table, weights: Weights, plot: str, areas_m2: dict[str, Fraction]) -> TreeAmounts:
    rows, count = weights.rows, len(weights.rows)
    sums = sums_by(np.arange(count), count, weights.masses_mg, trees.number("trees_per_ha")[rows])
    per_ha_mg = exact_per_ha(sums, [plot] * count, areas_m2)
    rounds, numbers = trees.round_numbers()[rows].tolist(), trees.coded("tree").taken(rows)
    return {
        (number, tree): TreeAmount(Fraction(mass, MG_PER_KG), per_ha * weights.carbon_fraction / MG_PER_T)
        for number, tree, mass, per_ha in zip(rounds, numbers, weights.masses_mg.tolist(), per_ha_mg, strict=True)
    }
