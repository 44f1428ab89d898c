"""Estimates of the whole area: the strata in scope added up, each pool over the strata that count it."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.estimation.combine import combined
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import ALL, CHANGE, SOIL_BESIDE, Cell, CellKey, Cells, StratumResult


class Whole(NamedTuple):
    """Estimates over the strata in scope, and the area they stand for."""

    cells: Cells
    area_ha: Fraction | None

    def cell(self, quantity: str, pool: str, when: str) -> Cell:
        return self.cells.get(CellKey(quantity, pool, when), Cell(None, None))


def whole_result(stocks: Stocks, results: Iterable[StratumResult]) -> Whole:
    """Sum of the strata in scope. A stratum that lacks an estimate leaves the whole without it."""
    scope = [result for result in results if result.in_scope]
    keys = sorted({key for result in scope for key in result.cells})
    cells = {key: _cell(stocks, key, _counting(scope, key)) for key in keys}
    known = {key: cell for key, cell in cells.items() if cell != Cell(None, None)}
    return Whole(known, _area(stocks, scope, CHANGE))


def sum_of(stocks: Stocks, results: Sequence[StratumResult], quantity: str, pool: str, when: str) -> Cell:
    """One estimate over the strata given; empty where one of them lacks it."""
    key = CellKey(quantity, pool, when)
    counting = _counting(results, key)
    return _cell(stocks, key, counting) if counting else Cell(None, None)


def _counting(scope: Sequence[StratumResult], key: CellKey) -> list[StratumResult]:
    """The strata that count the pool of a key; all of them for the sum of pools."""
    if key.pool == ALL:
        return list(scope)
    return [result for result in scope if key.pool in result.pools]


def _cell(stocks: Stocks, key: CellKey, results: Sequence[StratumResult]) -> Cell:
    parts = [result.cell(*key) for result in results]
    totals = [part.total for part in parts if part.total is not None]
    if len(totals) < len(parts):
        return Cell(parts[0].per_ha, None) if len(parts) == 1 else Cell(None, None)
    total = combined(totals, stocks.method.df_rule)
    area = _area(stocks, results, key.when)
    return Cell(total.scaled(1 / area) if area else None, total)


def _area(stocks: Stocks, results: Iterable[StratumResult], when: str) -> Fraction | None:
    """Area of strata in a round; a change is counted over the area of the later round."""
    number = stocks.after if when == CHANGE else int(when)
    areas = [result.areas_ha.get(number) if number is not None else result.stratum.area_ha for result in results]
    known = [area for area in areas if area is not None]
    return sum(known, Fraction(0)) if len(known) == len(areas) and areas else None


def soil_rules_differ(result: StratumResult | Whole) -> bool:
    """Whether equal soil mass gives the change another sign than the fixed depth."""
    deciding = result.cell("carbon", "soil", CHANGE).per_ha
    beside = result.cell(SOIL_BESIDE, "soil", CHANGE).per_ha
    return deciding is not None and beside is not None and (deciding.value > 0) != (beside.value > 0)
