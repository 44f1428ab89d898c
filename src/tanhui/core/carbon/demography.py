"""What became of the trees between two rounds, matched by plot and number: the components of the change of stock.

Only plots measured in both rounds count. The components of a plot add up to its change exactly:

- survivor_growth: alive both times. What they gained, each standing for as many trees per hectare as before;
- expansion_changed: the same trees, where one stands for another number of trees per hectare than before, as a tree
  does that outgrows a smaller subplot; nothing on plots of one size;
- ingrowth: recorded as grown in since the round before;
- found: alive, without having been recorded alive before and without being marked as grown in: overlooked, given a new
  number, back from missing or dead;
- mortality, removal: alive before, now recorded dead, or cut;
- missing: alive before, now recorded missing, or without any record.

What leaves is taken with its size at the round before, for nobody measured what it grew until then.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.estimation.combine import combined
from tanhui.core.carbon.expansion import Weights, Whole, exact_per_ha, sums_by
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import N_MINUS_M
from tanhui.core.carbon.sampling import Estimate, sample_mean
from tanhui.core.carbon.survey import Stratum, Survey, Table
from tanhui.core.carbon.survey.coded import Codes, closed_up, joined
from tanhui.core.carbon.survey.schema import LIVE_STATUSES
from tanhui.core.carbon.trees import live_rows, weigh
from tanhui.core.units import MG_PER_T

COMPONENTS = ("survivor_growth", "expansion_changed", "ingrowth", "found", "mortality", "removal", "missing")
QUANTITIES = ("stems_ha", "biomass_t_ha", "carbon_t_ha")
_GAINED = ("survivor", "ingrowth", "found")
_LEFT = ("mortality", "removal", "missing")
_FATES = {"dead": "mortality", "removed": "removal", "missing": "missing"}


def fate_of(status: str | None) -> str:
    """What became of a tree alive before, by its later status; None is a tree without any later record.

    Survivor, mortality, removal or missing. Whoever matches trees over two rounds asks here.
    """
    if status is None:
        return "missing"
    return _FATES.get(status, "survivor" if status in LIVE_STATUSES else "missing")


class Flow(NamedTuple):
    """What trees amount to on a hectare; negative for what left."""

    stems_ha: Fraction
    biomass_t_ha: Fraction
    carbon_t_ha: Fraction

    def plus(self, other: "Flow", times: int = 1) -> "Flow":
        return Flow(*(mine + times * theirs for mine, theirs in zip(self, other, strict=True)))


NOTHING = Flow(Fraction(0), Fraction(0), Fraction(0))


class PlotChange(NamedTuple):
    """One plot: its stock in both rounds, each component, and how many trees of the list make it up."""

    plot: str
    before: Flow
    after: Flow
    components: Mapping[str, Flow]
    trees: Mapping[str, int]


class StratumChange(NamedTuple):
    """The mean of the plots of a stratum by component and quantity, and totals where its area is known."""

    stratum: str
    area_ha: Fraction | None
    plots: int
    means: Mapping[tuple[str, str], Estimate]

    def total(self, component: str, quantity: str) -> Estimate | None:
        return None if self.area_ha is None else self.means[component, quantity].scaled(self.area_ha)


class Demography(NamedTuple):
    """The components of change between two rounds. `left_out` are plots with a tree that could not be weighed."""

    before: int
    after: int
    coverage: str
    plots: tuple[PlotChange, ...]
    strata: tuple[StratumChange, ...]
    left_out: tuple[str, ...]
    df_rule: str = N_MINUS_M

    def total(self, component: str, quantity: str) -> Estimate | None:
        """The sum over all strata; None where the area of one is not known."""
        totals = [stratum.total(component, quantity) for stratum in self.strata]
        known = [total for total in totals if total is not None]
        return combined(known, self.df_rule) if known and len(known) == len(totals) else None


def demography(survey: Survey, method: Method, before: int, after: int) -> Demography:
    """The components of change of the trees between two rounds, on the plots where the method looks for trees."""
    ecosystems = {stratum.name: stratum.ecosystem for stratum in survey.strata}
    seen = [
        {visit.plot for visit in survey.visits if visit.measured and visit.round == number}
        for number in (before, after)
    ]
    plots = [
        plot.name
        for plot in survey.plots
        if plot.name in seen[0] & seen[1] and "tree" in method.pools(ecosystems[plot.stratum])
    ]
    changes, left_out = _plot_changes(survey, method, plots, (before, after))
    coverage = "above and below ground" if method.tree_route == "equation" else "above ground"
    strata = tuple(_stratum_change(survey, stratum, changes) for stratum in survey.strata)
    counted = tuple(found for found in strata if found.plots)
    return Demography(before, after, coverage, changes, counted, tuple(sorted(left_out)), method.df_rule)


class _Matched(NamedTuple):
    """Rows of live trees by what became of them; survivors stand in both lists, stem by stem."""

    survivors_before: Codes
    survivors_after: Codes
    gained: Mapping[str, Codes]
    left: Mapping[str, Codes]


def _matched(trees: Table, live_before: Codes, live_after: Codes, recorded: Codes) -> _Matched:
    """`recorded` are the rows of the later round, whatever they say."""
    stems, count = closed_up(*joined((trees.coded("plot"), trees.coded("tree"))))
    then, now = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    then[stems[live_before]] = live_before
    now[stems[recorded]] = recorded
    statuses = trees.coded("status")
    fates = np.array([*map(fate_of, statuses.words), fate_of(None)])
    row_now = now[stems[live_before]]
    fate = fates[np.where(row_now >= 0, statuses.codes[row_now], len(statuses.words))]
    marked = statuses.rows_with("ingrowth".__eq__)[live_after]
    unseen = then[stems[live_after]] < 0
    survivors = fate == "survivor"
    return _Matched(
        live_before[survivors],
        row_now[survivors],
        {"ingrowth": live_after[unseen & marked], "found": live_after[unseen & ~marked]},
        {name: live_before[fate == name] for name in _LEFT},
    )


class _Amounts(NamedTuple):
    """Of each row of the table: one stem, milligrams, and carbon in milligrams times `unit`."""

    by_quantity: Mapping[str, Whole]
    unit: int


def _amounts(trees: Table, weights: Sequence[Weights]) -> _Amounts:
    unit = lcm(*(found.carbon_fraction.denominator for found in weights)) if weights else 1
    masses, carbon = np.zeros(len(trees), dtype=object), np.zeros(len(trees), dtype=object)
    for found in weights:
        masses[found.rows] = found.masses_mg.astype(object)
        carbon[found.rows] = found.masses_mg.astype(object) * int(found.carbon_fraction * unit)
    stems = np.ones(len(trees), dtype=object)
    return _Amounts(dict(zip(QUANTITIES, (stems, masses, carbon), strict=True)), unit)


def _plot_changes(
    survey: Survey, method: Method, plots: Sequence[str], rounds: tuple[int, int]
) -> tuple[tuple[PlotChange, ...], set[str]]:
    trees = survey.table("trees.csv")
    live = [live_rows(trees, frozenset((plot, number) for plot in plots)) for number in rounds]
    weighed = weigh(trees, np.concatenate(live), method)
    names = trees.coded("plot")
    left_out = {names.words[code] for rows in weighed.unweighed for code in np.unique(names.codes[rows]).tolist()}
    kept = [plot for plot in plots if plot not in left_out]
    of_row = names.codes_in(kept)
    live = [rows[of_row[rows] >= 0] for rows in live]
    recorded = np.flatnonzero((trees.round_numbers() == rounds[1]) & (of_row >= 0))
    matched = _matched(trees, live[0], live[1], recorded)
    areas_m2 = {plot.name: plot.area_m2 for plot in survey.plots if plot.area_m2 is not None}
    summed = _Summing(trees, _amounts(trees, weighed.weights), of_row, kept, areas_m2)
    return summed.changes(matched, live), left_out


class _Summing(NamedTuple):
    """Sums rows by plot, in the order of `plots`; `of_row` is the plot of each row, -1 for none of them."""

    trees: Table
    amounts: _Amounts
    of_row: Codes
    plots: Sequence[str]
    areas_m2: Mapping[str, Fraction]

    def flows(self, rows: Codes, expansion_rows: Codes | None = None) -> list[Flow]:
        """What the trees in these rows amount to, each standing for as many as the tree in its expansion row."""
        stems_per_ha = self.trees.number("trees_per_ha")[rows if expansion_rows is None else expansion_rows]
        columns = []
        for quantity, amounts in self.amounts.by_quantity.items():
            sums = sums_by(self.of_row[rows], len(self.plots), amounts[rows], stems_per_ha)
            per_unit = {"stems_ha": 1, "biomass_t_ha": MG_PER_T}.get(quantity, MG_PER_T * self.amounts.unit)
            columns.append([value / per_unit for value in exact_per_ha(sums, self.plots, self.areas_m2)])
        return [Flow(*values) for values in zip(*columns, strict=True)]

    def counts(self, rows: Codes) -> NDArray[np.int64]:
        return np.bincount(self.of_row[rows], minlength=len(self.plots))

    def changes(self, matched: _Matched, live: Sequence[Codes]) -> tuple[PlotChange, ...]:
        """Each plot with its components, which are asserted to add up."""
        first, second = matched.survivors_before, matched.survivors_after
        grown = list(map(_difference, self.flows(second, first), self.flows(first)))
        stretched = list(map(_difference, self.flows(second), self.flows(second, first)))
        parts = {"survivor_growth": grown, "expansion_changed": stretched}
        parts |= {name: self.flows(rows) for name, rows in matched.gained.items()}
        parts |= {name: [NOTHING.plus(flow, -1) for flow in self.flows(rows)] for name, rows in matched.left.items()}
        counts = {"survivor_growth": self.counts(first), "expansion_changed": self._stretched(first, second)}
        counts |= {name: self.counts(rows) for name, rows in (*matched.gained.items(), *matched.left.items())}
        stocks = [self.flows(rows) for rows in live]
        found = tuple(
            PlotChange(
                plot,
                stocks[0][index],
                stocks[1][index],
                {name: parts[name][index] for name in COMPONENTS},
                {name: int(counts[name][index]) for name in COMPONENTS},
            )
            for index, plot in enumerate(self.plots)
        )
        assert all(_whole(change) == change.after for change in found), "the components do not add up"
        return found

    def _stretched(self, first: Codes, second: Codes) -> NDArray[np.int64]:
        stems = self.trees.number("trees_per_ha")
        same = (stems[first] == stems[second]) | (np.isnan(stems[first]) & np.isnan(stems[second]))
        return self.counts(second[~same])


def _difference(after: Flow, before: Flow) -> Flow:
    return after.plus(before, -1)


def _whole(change: PlotChange) -> Flow:
    flow = change.before
    for part in change.components.values():
        flow = flow.plus(part)
    return flow


def _stratum_change(survey: Survey, stratum: Stratum, changes: Sequence[PlotChange]) -> StratumChange:
    names = {plot.name for plot in survey.plots if plot.stratum == stratum.name}
    own = [change for change in changes if change.plot in names]
    means = {
        (component, quantity): sample_mean([getattr(change.components[component], quantity) for change in own])
        for component in (COMPONENTS if own else ())
        for quantity in QUANTITIES
    }
    return StratumChange(stratum.name, stratum.area_ha, len(own), means)
