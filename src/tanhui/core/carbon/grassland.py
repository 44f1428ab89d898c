"""Soil carbon of grassland by the default factors of IPCC: what management does to it, with no soil sampled.

A state holds SOC_ref · F_LU · F_MG · F_I in equilibrium (tC/ha to 30 cm). When the states of a stratum change, its
soil moves to the new equilibrium in a straight line over D years: ΔSOC = Σ A·SOC(round 2) − Σ A·SOC(round 1),
times the years between the rounds over D, at most one.

Errors of factors are shared: two strata that use one factor err together. A change is therefore kept with its
slope against every factor, and slopes are added before they are squared.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.document_rows import mean_years
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import Factor
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import ALL, CARBON, CHANGE, Cell, CellKey, Cells, StratumResult
from tanhui.core.carbon.survey import Stratum
from tanhui.core.carbon.whole import Whole

MANAGEMENT = "management.csv"
_TWO_SD = Fraction(1, 200)
"""A printed ± percent is two standard deviations."""

Key = tuple[str, str]
Slopes = dict[Key, Fraction]


class State(NamedTuple):
    """So many hectares of a stratum in one state, by the keys of its four factors."""

    area_ha: Fraction
    keys: tuple[Key, Key, Key, Key]


class Stock(NamedTuple):
    """Carbon in equilibrium (tC) and its slope against each factor."""

    carbon_t: Fraction
    slopes: Slopes


def states(stocks: Stocks, stratum: Stratum, round_number: int) -> list[State]:
    """The states of a stratum in a round."""
    table = stocks.survey.table(MANAGEMENT)
    names = ("stratum", "climate", "soil", "land_use", "management", "input")
    rows = zip(table.rounds(), table.exact("area_ha"), *(table.text(name) for name in names), strict=True)
    found = []
    for number, area, name, climate, soil, land_use, management, given in rows:
        if name == stratum.name and number == round_number and area is not None:
            reference = ("soc_ref", f"{climate}/{soil}")
            keys = (reference, ("land_use", land_use), ("management", management), ("input", given or "medium"))
            found.append(State(area, keys))
    return found


def equilibrium(found: Iterable[State], factors: Mapping[Key, Factor]) -> Stock:
    """Σ A·SOC_ref·F_LU·F_MG·F_I, and how it changes with each factor."""
    total, slopes = Fraction(0), Slopes()
    for state in found:
        carbon = state.area_ha
        for key in state.keys:
            carbon *= factors[key].value
        total += carbon
        for key in state.keys:
            slopes[key] = slopes.get(key, Fraction(0)) + carbon / factors[key].value
    return Stock(total, slopes)


def combined(parts: Iterable[tuple[Fraction, Stock]]) -> Stock:
    """A weighted sum of stocks with its slopes."""
    total, slopes = Fraction(0), Slopes()
    for weight, part in parts:
        total += weight * part.carbon_t
        for key, slope in part.slopes.items():
            slopes[key] = slopes.get(key, Fraction(0)) + weight * slope
    return Stock(total, slopes)


def estimated(stock: Stock, method: Method, n: int) -> Estimate:
    """A stock with the variance that the errors of its factors give it."""
    variance = sum(
        (
            (slope * method.factors[key].value * method.factors[key].error_percent * _TWO_SD) ** 2
            for key, slope in stock.slopes.items()
        ),
        Fraction(0),
    )
    return Estimate(n, stock.carbon_t, variance, int(method.value("factor_error_df")))


class _Moved(NamedTuple):
    """What a stratum held in both rounds and how it changed, as stocks with slopes."""

    result: StratumResult
    by_when: dict[str, Stock]


def management_results(stocks: Stocks) -> tuple[tuple[StratumResult, ...], Whole]:
    """Strata and the whole by default factors."""
    years = mean_years(stocks) if stocks.before is not None else None
    moved = [_stratum(stocks, stratum, years) for stratum in stocks.survey.strata]
    return tuple(found.result for found in moved), _whole(stocks, moved)


def _stratum(stocks: Stocks, stratum: Stratum, years: Fraction | None) -> _Moved:
    in_scope = stocks.method.issues(stratum.ecosystem)
    by_round = {number: states(stocks, stratum, number) for number in stocks.rounds}
    areas = {number: sum((state.area_ha for state in found), Fraction(0)) for number, found in by_round.items()}
    missing = _missing(stocks, stratum, [state for found in by_round.values() for state in found])
    by_when: dict[str, Stock] = {}
    if in_scope and not missing and all(by_round.values()):
        by_when = _by_when(stocks, by_round, years)
    rows = sum(len(found) for found in by_round.values())
    cells = _cells(stocks.method, by_when, {number: area for number, area in areas.items() if area}, rows)
    known = {number: area or stratum.area_ha for number, area in areas.items()}
    pools = ("soil",) if by_when else ()
    revisited = _revisited(stocks, stratum)
    return _Moved(StratumResult(stratum, in_scope, pools, known, revisited, cells, tuple(missing)), by_when)


def _revisited(stocks: Stocks, stratum: Stratum) -> tuple[str, ...]:
    seen = [set(stocks.visited(stratum, number)) for number in stocks.rounds]
    return tuple(sorted(set.intersection(*seen))) if len(seen) > 1 else ()


def _missing(stocks: Stocks, stratum: Stratum, found: Sequence[State]) -> list[Note]:
    keys = sorted({key for state in found for key in state.keys if key not in stocks.method.factors})
    return [note("factor_missing", stratum=stratum.name, factor=kind, state=key) for kind, key in keys]


def _by_when(stocks: Stocks, by_round: Mapping[int, list[State]], years: Fraction | None) -> dict[str, Stock]:
    """The stock at the earlier round is in equilibrium; the later one is as far on its way as the years say."""
    numbers = stocks.rounds
    first = equilibrium(by_round[numbers[0]], stocks.method.factors)
    found = {str(numbers[0]): first}
    if len(numbers) > 1 and years is not None:
        last = equilibrium(by_round[numbers[1]], stocks.method.factors)
        gone = min(Fraction(1), years / stocks.method.value("transition_years"))
        found[CHANGE] = combined(((gone, last), (-gone, first)))
        found[str(numbers[1])] = combined(((Fraction(1), first), (Fraction(1), found[CHANGE])))
    return found


def _cells(method: Method, by_when: Mapping[str, Stock], areas: Mapping[int, Fraction], rows: int) -> Cells:
    """The figures of a stock under its pool and under all pools, which are the same."""
    cells: Cells = {}
    for when, stock in by_when.items():
        number = max(areas) if when == CHANGE else int(when)
        total = estimated(stock, method, rows)
        cell = Cell(total.scaled(1 / areas[number]), total)
        cells |= {CellKey(CARBON, pool, when): cell for pool in ("soil", ALL)}
    return cells


def _whole(stocks: Stocks, moved: Sequence[_Moved]) -> Whole:
    """The strata in scope; one that cannot be computed leaves the whole without a figure."""
    scope = [found for found in moved if found.result.in_scope]
    areas: dict[int, Fraction] = {}
    for number in stocks.rounds:
        areas[number] = sum((found.result.areas_ha[number] or Fraction(0) for found in scope), Fraction(0))
    whens = set.intersection(*(set(found.by_when) for found in scope)) if scope else set()
    sums = {when: combined((Fraction(1), found.by_when[when]) for found in scope) for when in whens}
    known = {number: area for number, area in areas.items() if area}
    cells = _cells(stocks.method, sums, known, len(stocks.survey.table(MANAGEMENT)))
    return Whole(cells, known.get(stocks.after) if stocks.after is not None else None)
