"""Estimates of one stratum: what its plots held in each round, and what changed on the plots seen twice.

A change is paired: only plots measured in both rounds count, each with its own difference, and only pools that
were measured alike in both. Where the area of the stratum changed, a plot stands for area × density in each
round, so that growth of area and growth of density are both in the total, and can be told apart.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Density
from tanhui.core.carbon.sampling import Estimate, sample_mean
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.survey import Stratum

CHANGE = "change"
ALL = "all"
BIOMASS, CARBON, SOIL_BESIDE = "biomass", "carbon", "soil_beside"
"""Quantities; the last is soil carbon by the rule of the method that does not decide."""


class Measured(NamedTuple):
    """A plot's value in one round (t/ha) and the variance of a printed error."""

    value: Fraction
    variance: Fraction | None


class Cell(NamedTuple):
    """One estimate per hectare and over the area; either may be unknown."""

    per_ha: Estimate | None
    total: Estimate | None


class CellKey(NamedTuple):
    quantity: str
    pool: str
    when: str


Cells = dict[CellKey, Cell]
Wanted = tuple[str, tuple[str, ...]]
"""A quantity and the pools over which it is added."""


class StratumResult(NamedTuple):
    """A stratum with all its estimates. `pools` are those that are added up; areas are by round."""

    stratum: Stratum
    in_scope: bool
    pools: tuple[str, ...]
    areas_ha: Mapping[int, Fraction | None]
    revisited: tuple[str, ...]
    cells: Cells
    notes: tuple[Note, ...]

    def cell(self, quantity: str, pool: str, when: str) -> Cell:
        return self.cells.get(CellKey(quantity, pool, when), Cell(None, None))


def stratum_result(stocks: Stocks, stratum: Stratum) -> StratumResult:
    areas = stratum_areas(stocks, stratum)
    revisited = _revisited(stocks, stratum)
    pools, notes = _pools(stocks, stratum, revisited)
    cells: Cells = {}
    for quantity, names in _wanted(pools):
        label = names[0] if len(names) == 1 else ALL
        for number in stocks.rounds:
            plots = stocks.visited(stratum, number)
            cells[CellKey(quantity, label, str(number))] = _round_cell(stocks, (quantity, names), number, plots, areas)
        cells[CellKey(quantity, label, CHANGE)] = _change_cell(stocks, (quantity, names), revisited, areas)
    _share_single_pool(cells, pools)
    _state_stocks(stocks, stratum, cells, pools, areas)
    in_scope = stocks.method.issues(stratum.ecosystem)
    known = {key: cell for key, cell in cells.items() if cell != Cell(None, None)}
    return StratumResult(stratum, in_scope, pools, areas, revisited, known, tuple(notes))


def _wanted(pools: tuple[str, ...]) -> list[Wanted]:
    wanted: list[Wanted] = [(quantity, (pool,)) for pool in pools for quantity in (BIOMASS, CARBON)]
    if len(pools) > 1:
        wanted += [(BIOMASS, pools), (CARBON, pools)]
    return wanted + ([(SOIL_BESIDE, ("soil",))] if "soil" in pools else [])


def _share_single_pool(cells: Cells, pools: tuple[str, ...]) -> None:
    """A stratum with one pool has the same figures under that pool and under all."""
    if len(pools) == 1:
        cells |= {key._replace(pool=ALL): cell for key, cell in cells.items() if key.quantity != SOIL_BESIDE}


def stratum_areas(stocks: Stocks, stratum: Stratum) -> dict[int, Fraction | None]:
    """Area by round: as strata_totals.csv states it, else the one area of strata.csv."""
    stated = stocks.survey.stated_areas_ha()
    return {number: stated.get((stratum.name, number), stratum.area_ha) for number in stocks.rounds}


def _revisited(stocks: Stocks, stratum: Stratum) -> tuple[str, ...]:
    """Plots measured in both rounds; of a survey that lists repeats, only those listed."""
    if stocks.before is None or stocks.after is None:
        return ()
    both = set(stocks.visited(stratum, stocks.before)) & set(stocks.visited(stratum, stocks.after))
    listed = {pair.before[0] for pair in stocks.survey.pairs if pair.kind == "repeat"}
    return tuple(sorted(both & listed if listed else both))


def _pools(stocks: Stocks, stratum: Stratum, revisited: tuple[str, ...]) -> tuple[tuple[str, ...], list[Note]]:
    """Required pools, and of the others those that every compared plot has; what falls out is noted."""
    rule = stocks.method.ecosystems.get(stratum.ecosystem)
    if rule is None:
        return (), []
    kept, notes = list(rule.required), []
    plots = revisited or (stocks.visited(stratum, stocks.after) if stocks.after is not None else ())
    for pool in rule.pools:
        measured = [any(stocks.density(plot, number, pool) for number in stocks.rounds) for plot in plots]
        alike = [_alike(stocks, plot, pool) if revisited else has for plot, has in zip(plots, measured, strict=True)]
        if all(alike) and alike:
            kept += [pool] if pool not in kept else []
        elif any(measured):
            code = "measured_differently" if revisited and not any(alike) else "pool_partly_measured"
            notes.append(note(code, stratum=stratum.name, pool=pool))
    return tuple(kept), notes


def _alike(stocks: Stocks, plot: str, pool: str) -> bool:
    if stocks.before is None or stocks.after is None:
        return False
    first, second = stocks.density(plot, stocks.before, pool), stocks.density(plot, stocks.after, pool)
    return first is not None and second is not None and first.coverage == second.coverage


def measured_value(
    stocks: Stocks, plot: str, number: int, quantity: str, pools: tuple[str, ...]
) -> tuple[Measured, tuple[str, ...]] | None:
    """Value of a plot over pools, and what it covers; None as soon as one pool is not measured."""
    found = [stocks.density(plot, number, pool) for pool in pools]
    densities = [density for density in found if density is not None]
    if len(densities) < len(pools):
        return None
    coverage = tuple(density.coverage for density in densities)
    if quantity == SOIL_BESIDE:
        # A printed soil density comes without its layers, and so without a mass to compare at.
        beside = stocks.soil_beside.get((plot, number))
        return None if beside is None else (Measured(beside, None), coverage)
    values = [_value(density, quantity) for density in densities]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return Measured(sum(known, Fraction(0)), _variance(densities) if quantity == CARBON else None), coverage


def _value(density: Density, quantity: str) -> Fraction | None:
    return density.biomass_t_ha if quantity == BIOMASS else density.carbon_t_ha


def _variance(densities: list[Density]) -> Fraction | None:
    known = [density.variance for density in densities if density.variance is not None]
    return sum(known, Fraction(0)) if len(known) == len(densities) else None


def _round_cell(
    stocks: Stocks, wanted: Wanted, number: int, plots: tuple[str, ...], areas: Mapping[int, Fraction | None]
) -> Cell:
    found = [measured_value(stocks, plot, number, *wanted) for plot in plots]
    measured = [one[0] for one in found if one is not None]
    if not measured:
        return Cell(None, None)
    estimate = _estimate(stocks, [one.value for one in measured], [one.variance for one in measured], 1)
    area = areas[number]
    return Cell(estimate, None if area is None else estimate.scaled(area))


def _change_cell(stocks: Stocks, wanted: Wanted, plots: tuple[str, ...], areas: Mapping[int, Fraction | None]) -> Cell:
    """Paired differences per hectare, and of area × density in total."""
    if stocks.before is None or stocks.after is None:
        return Cell(None, None)
    pairs: list[tuple[Measured, Measured]] = []
    for plot in plots:
        first = measured_value(stocks, plot, stocks.before, *wanted)
        second = measured_value(stocks, plot, stocks.after, *wanted)
        if first is not None and second is not None and first[1] == second[1]:
            pairs.append((first[0], second[0]))
    if not pairs:
        return Cell(None, None)
    per_ha = _weighted_change(stocks, pairs, Fraction(1), Fraction(1))
    area_before, area_after = areas[stocks.before], areas[stocks.after]
    if area_before is None or area_after is None:
        return Cell(per_ha, None)
    return Cell(per_ha, _weighted_change(stocks, pairs, area_before, area_after))


def _weighted_change(
    stocks: Stocks, pairs: list[tuple[Measured, Measured]], before: Fraction, after: Fraction
) -> Estimate:
    values = [second.value * after - first.value * before for first, second in pairs]
    variances = [
        None
        if first.variance is None or second.variance is None
        else second.variance * after**2 + first.variance * before**2
        for first, second in pairs
    ]
    return _estimate(stocks, values, variances, 2)


def _estimate(stocks: Stocks, values: list[Fraction], variances: list[Fraction | None], densities: int) -> Estimate:
    """Mean of the plots. A single one takes its printed error, where the method lets it.

    `densities` is how many independent printed means stand behind a value; each brings its replicates.
    """
    estimate = sample_mean(values)
    if estimate.n > 1 or not stocks.method.printed_error or variances[0] is None:
        return estimate
    replicates = int(stocks.method.value("printed_error_replicates"))
    return Estimate(1, estimate.value, variances[0], densities * (replicates - 1))


def _state_stocks(
    stocks: Stocks,
    stratum: Stratum,
    cells: Cells,
    pools: tuple[str, ...],
    areas: Mapping[int, Fraction | None],
) -> None:
    """Put the carbon stocks that strata_totals.csv states in the place of computed ones."""
    stated = stated_stocks(stocks, stratum)
    labels = (ALL, *pools) if len(pools) == 1 else (ALL,)
    for label in labels:
        for number, total in stated.items():
            area = areas[number]
            per_ha = Estimate(1, total / area, None, 0) if area else None
            cells[CellKey(CARBON, label, str(number))] = Cell(per_ha, Estimate(1, total, None, 0))
        if stocks.before in stated and stocks.after in stated:
            cells[CellKey(CARBON, label, CHANGE)] = _stated_change(stocks, cells, label)


def stated_stocks(stocks: Stocks, stratum: Stratum) -> dict[int, Fraction]:
    """Carbon (t) of a stratum by round as printed, where the method takes it; all compared rounds or none."""
    if not stocks.method.stated_totals:
        return {}
    table = stocks.survey.table("strata_totals.csv")
    rows = zip(table.text("stratum"), table.rounds(), table.exact("carbon_t"), strict=True)
    found = {number: carbon for name, number, carbon in rows if name == stratum.name and carbon is not None}
    return found if all(number in found for number in stocks.rounds) else {}


def _stated_change(stocks: Stocks, cells: Cells, label: str) -> Cell:
    before = cells[CellKey(CARBON, label, str(stocks.before))]
    after = cells[CellKey(CARBON, label, str(stocks.after))]
    per_ha = None
    if before.per_ha is not None and after.per_ha is not None:
        per_ha = Estimate(1, after.per_ha.value - before.per_ha.value, None, 0)
    first = Fraction(0) if before.total is None else before.total.value
    second = Fraction(0) if after.total is None else after.total.value
    return Cell(per_ha, Estimate(1, second - first, None, 0))
