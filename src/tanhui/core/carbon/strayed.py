"""The single trees behind the flag that an equation was used outside the sizes it was fitted to.

The evaluation counts them by species; here each is named, so that a surveyor can find it and a reader can see how far
outside it stands. Nothing is left out or changed for it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tanhui.core.carbon.allometry import fitted_range, needs_height, outside_range
from tanhui.core.carbon.document_rows import Document
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.survey import Survey, Table
from tanhui.core.carbon.trees import TREE_BY_TREE, SpeciesRows, by_species, live_rows

Limits = tuple[float, float]


class StrayedTree(NamedTuple):
    """A live tree outside the range of one of its equations. `line` is that in trees.csv; height is None if blank."""

    plot: str
    round: int
    tree: str
    line: int
    species: str
    equation: str
    dbh_cm: float
    height_m: float | None
    dbh_range_cm: Limits
    height_range_m: Limits

    def document(self) -> Document:
        """The tree as plain values."""
        return self._asdict() | {"dbh_range_cm": [*self.dbh_range_cm], "height_range_m": [*self.height_range_m]}


def strayed_trees(survey: Survey, method: Method, rounds: tuple[int, ...]) -> tuple[StrayedTree, ...]:
    """All of them in the given rounds, by plot, round and tree; none where the method takes published masses."""
    if not survey.has("trees.csv") or method.tree_route not in TREE_BY_TREE[1:]:
        return ()
    trees = survey.table("trees.csv")
    ecosystems = {stratum.name: stratum.ecosystem for stratum in survey.strata}
    plots = {plot.name for plot in survey.plots if "tree" in method.pools(ecosystems[plot.stratum])}
    visits = frozenset(
        visit[:2] for visit in survey.visits if visit.measured and visit.round in rounds and visit.plot in plots
    )
    species = by_species(trees, live_rows(trees, visits), method)
    return tuple(sorted((tree for found in species for tree in _strayed(trees, found)), key=lambda tree: tree[:4]))


def strayed_rows(survey: Survey, method: Method, rounds: tuple[int, ...]) -> list[Document]:
    """The same as plain rows, for a document or a page."""
    return [tree.document() for tree in strayed_trees(survey, method, rounds)]


def _strayed(trees: Table, found: SpeciesRows) -> Iterator[StrayedTree]:
    """Trees of one species whose mass is computed from sizes outside the range."""
    if found.species is None:
        return
    dbh_cm, height_m = trees.number("dbh_cm")[found.rows], trees.number("height_m")[found.rows]
    computed = ~np.isnan(dbh_cm) & (~np.isnan(height_m) | (not needs_height(found.equations)))
    limits = fitted_range(found.equations)
    plots, numbers, rounds = trees.coded("plot"), trees.coded("tree"), trees.round_numbers()
    for index in np.flatnonzero(computed & outside_range(dbh_cm, height_m, found.equations)).tolist():
        row = int(found.rows[index])
        height = None if np.isnan(height_m[index]) else float(height_m[index])
        yield StrayedTree(
            plots.words[plots.codes[row]],
            int(rounds[row]),
            numbers.words[numbers.codes[row]],
            trees.lines[row],
            found.name,
            found.species.equation,
            float(dbh_cm[index]),
            height,
            *limits,
        )
