"""The tables of the evaluation document, each row a mapping of plain values."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from tanhui.core.carbon.flux_sums import flux_co2e
from tanhui.core.carbon.method.model import EQUAL_MASS, FIXED_DEPTH
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import ALL, BIOMASS, CARBON, CHANGE, SOIL_BESIDE, Cell, CellKey, StratumResult
from tanhui.core.carbon.survey import Survey, Visit
from tanhui.core.carbon.survey.cells import read_date
from tanhui.core.carbon.survey.schema import POOLS
from tanhui.core.carbon.whole import Whole
from tanhui.core.units import CO2E_PER_C

Document = dict[str, object]

_QUANTITIES = {BIOMASS: ("biomass_t_ha", "t/ha", "t"), CARBON: ("carbon_t_ha", "tC/ha", "tC")}
_REMOVAL = ("removal_tco2e", "tCO2e/ha", "tCO2e")
_POOL_ORDER = (*POOLS, ALL)


def number(value: Fraction | float | None) -> float | None:
    """A quantity to twelve significant digits; zero has no sign."""
    return None if value is None else float(f"{float(value):.12g}") + 0.0


def round_rows(stocks: Stocks) -> list[Document]:
    """All rounds, of which the last two are compared; where others are compared, those alone."""
    rounds = stocks.survey.rounds
    return measured_rounds(stocks.survey, rounds if stocks.rounds == tuple(rounds[-2:]) else stocks.rounds)


def measured_rounds(survey: Survey, rounds: Iterable[int]) -> list[Document]:
    return [_round_row(survey, round_number) for round_number in rounds]


def _round_row(survey: Survey, round_number: int) -> Document:
    visits = [visit for visit in survey.visits if visit.round == round_number and visit.measured]
    days = sorted(visit.day for visit in visits)
    return {
        "round": round_number,
        "plots": len(visits),
        "year_from": int(days[0][:4]),
        "year_to": int(max(day[:4] for day in days)),
        "date_from": days[0],
        "date_to": days[-1],
    }


def period_document(stocks: Stocks) -> Document:
    """From the last day of the earlier round to the last day of the later one, so that periods do not overlap.

    `years` is the mean time between the visits of the plots that were visited in both rounds.
    """
    ends = [_round_row(stocks.survey, round_number)["date_to"] for round_number in stocks.rounds]
    both = len(ends) > 1
    return {
        "from": ends[0] if both else None,
        "to": ends[-1] if both else None,
        "years": number(mean_years(stocks)) if both else None,
    }


def mean_years(stocks: Stocks) -> Fraction | None:
    by_round: dict[int, dict[str, Visit]] = {round_number: {} for round_number in stocks.rounds}
    for visit in stocks.survey.visits:
        if visit.measured and visit.round in by_round:
            by_round[visit.round][visit.plot] = visit
    first, second = by_round.values()
    spans = [_years(visit.day, second[plot].day) for plot, visit in first.items() if plot in second]
    return sum(spans, Fraction(0)) / len(spans) if spans else None


def _years(before: str, after: str) -> Fraction:
    first, second = read_date(before), read_date(after)
    if first is None or second is None:
        return Fraction(int(after[:4]) - int(before[:4]))
    return Fraction(_days(first, second) * 4, 1461)


def _days(first: date, second: date) -> int:
    return (second - first).days


def density_rows(stocks: Stocks) -> list[Document]:
    ecosystems = {stratum.name: stratum.ecosystem for stratum in stocks.survey.strata}
    strata = {plot.name: plot.stratum for plot in stocks.survey.plots}
    return [
        {
            "plot": visited.plot,
            "stratum": strata[visited.plot],
            "ecosystem": ecosystems[strata[visited.plot]],
            "round": visited.round,
            "pool": visited.pool,
            "biomass_t_ha": number(found.biomass_t_ha),
            "carbon_t_ha": number(found.carbon_t_ha),
            "coverage": found.coverage,
        }
        for visited, found in sorted(stocks.densities.items())
    ]


def estimate_rows(stocks: Stocks, results: Iterable[StratumResult], whole: Whole) -> list[Document]:
    """Estimates of the whole, then of each stratum. The whole always has its carbon rows, even where unknown."""
    whens = [str(round_number) for round_number in stocks.rounds] + [CHANGE]
    cells = {CellKey(CARBON, ALL, when): Cell(None, None) for when in whens} | whole.cells
    rows = _cell_rows(stocks, ALL, cells)
    for result in results:
        rows += _cell_rows(stocks, result.stratum.name, result.cells)
    return rows


def _cell_rows(stocks: Stocks, domain: str, cells: dict[CellKey, Cell]) -> list[Document]:
    rows: list[Document] = []
    ordered = sorted(cells, key=lambda key: (key.quantity, _POOL_ORDER.index(key.pool), key.when))
    for key in (key for key in ordered if key.quantity in _QUANTITIES):
        rows.append(_estimate_row(stocks, domain, key, _QUANTITIES[key.quantity], cells[key]))
        if key.quantity == CARBON and key.when == CHANGE:
            cell = Cell(*(None if part is None else part.scaled(CO2E_PER_C) for part in cells[key]))
            rows.append(_estimate_row(stocks, domain, key, _REMOVAL, cell))
    return rows


def _estimate_row(stocks: Stocks, domain: str, key: CellKey, names: tuple[str, str, str], cell: Cell) -> Document:
    quantity, unit, total_unit = names
    known = cell.per_ha or cell.total
    return {
        "quantity": quantity,
        "pool": key.pool,
        "domain": domain,
        "round": CHANGE if key.when == CHANGE else int(key.when),
        **_per_ha(stocks, cell.per_ha),
        "n": known.n if known else 0,
        "unit": unit,
        "total": number(cell.total.value if cell.total else None),
        "total_unit": total_unit,
        "total_half_width": _half_width(stocks, cell.total),
    }


def _per_ha(stocks: Stocks, estimate: Estimate | None) -> Document:
    if estimate is None:
        return {"mean": None, "se": None, "df": None, "half_width": None, "uncertainty_percent": None}
    confidence = stocks.method.value("confidence_level")
    return {
        "mean": number(estimate.value),
        "se": number(estimate.se),
        "df": estimate.df if estimate.variance is not None else None,
        "half_width": number(estimate.half_width(confidence)),
        "uncertainty_percent": number(estimate.uncertainty_percent(confidence)),
    }


def _half_width(stocks: Stocks, estimate: Estimate | None) -> float | None:
    return None if estimate is None else number(estimate.half_width(stocks.method.value("confidence_level")))


def _co2e(estimate: Estimate | None) -> Estimate | None:
    return None if estimate is None else estimate.scaled(CO2E_PER_C)


def stratum_rows(stocks: Stocks, results: Iterable[StratumResult]) -> list[Document]:
    return [_stratum_row(stocks, result) for result in results]


def _stratum_row(stocks: Stocks, result: StratumResult) -> Document:
    removal = _co2e(result.cell(CARBON, ALL, CHANGE).total)
    before = _stock(result, stocks.before)
    after = _stock(result, stocks.after)
    stratum = result.stratum
    return {
        "stratum": stratum.name,
        "note": stratum.note,
        "ecosystem": stratum.ecosystem,
        "area_ha": number(_area(result, stocks.after) if stocks.after is not None else stratum.area_ha),
        "area_before_ha": number(_area(result, stocks.before)),
        "n": len(result.revisited) if stocks.before is not None else len(_visited(stocks, result)),
        "pools": list(result.pools),
        "in_scope": result.in_scope,
        "stock_before_tc": number(before),
        "stock_after_tc": number(after),
        "removal_tco2e": number(removal.value if removal else None),
        "half_width_tco2e": _half_width(stocks, removal),
        **_effects(stocks, result),
    }


def _visited(stocks: Stocks, result: StratumResult) -> tuple[str, ...]:
    return () if stocks.after is None else stocks.visited(result.stratum, stocks.after)


def _area(result: StratumResult, round_number: int | None) -> Fraction | None:
    return None if round_number is None else result.areas_ha.get(round_number)


def _stock(result: StratumResult, round_number: int | None) -> Fraction | None:
    total = None if round_number is None else result.cell(CARBON, ALL, str(round_number)).total
    return None if total is None else total.value


def _effects(stocks: Stocks, result: StratumResult) -> Document:
    """Where the area changed: the change through area at mean density, and through density on mean area (tC)."""
    areas = _area(result, stocks.before), _area(result, stocks.after)
    first, second = _stock(result, stocks.before), _stock(result, stocks.after)
    nothing: Document = {"area_effect_tc": None, "density_effect_tc": None}
    if None in (*areas, first, second) or areas[0] == areas[1]:
        return nothing
    before_ha, after_ha = areas[0] or Fraction(0), areas[1] or Fraction(0)
    change = (second or Fraction(0)) - (first or Fraction(0))
    if not before_ha or not after_ha:
        return {"area_effect_tc": number(change), "density_effect_tc": number(0.0)}
    mean_density = ((first or Fraction(0)) / before_ha + (second or Fraction(0)) / after_ha) / 2
    through_area = (after_ha - before_ha) * mean_density
    return {"area_effect_tc": number(through_area), "density_effect_tc": number(change - through_area)}


def soil_rule_rows(stocks: Stocks, results: Iterable[StratumResult], whole: Whole) -> list[Document]:
    """The change of soil carbon by fixed depth and at equal soil mass, side by side."""
    domains = [(ALL, whole.cells), *((result.stratum.name, result.cells) for result in results)]
    by_mass = stocks.method.soil.decides == EQUAL_MASS
    fixed, equal = (SOIL_BESIDE, CARBON) if by_mass else (CARBON, SOIL_BESIDE)
    rules = ((FIXED_DEPTH, fixed), (EQUAL_MASS, equal))
    return [
        _soil_rule_row(stocks, domain, rule, cells[CellKey(quantity, "soil", CHANGE)])
        for domain, cells in domains
        for rule, quantity in rules
        if CellKey(quantity, "soil", CHANGE) in cells
    ]


def _soil_rule_row(stocks: Stocks, domain: str, rule: str, cell: Cell) -> Document:
    removal = _co2e(cell.total)
    return {
        "domain": domain,
        "rule": rule,
        **_per_ha(stocks, cell.per_ha),
        "unit": "tC/ha",
        "removal_tco2e": number(removal.value if removal else None),
        "half_width_tco2e": _half_width(stocks, removal),
    }


def pair_rows(stocks: Stocks) -> list[Document]:
    """The comparisons that the survey asks for, pool by pool, among pools measured alike in both states."""
    rows: list[Document] = []
    for pair in stocks.survey.pairs:
        changes = {pool: change for pool in POOLS if (change := _pair_change(stocks, pair.before, pair.after, pool))}
        carbon = sum((change.value for change in changes.values()), Fraction(0)) if changes else None
        rows.append(
            {
                "pair": pair.name,
                "kind": pair.kind,
                "years": number(pair.years),
                "from": {"plot": pair.before[0], "round": pair.before[1]},
                "to": {"plot": pair.after[0], "round": pair.after[1]},
                "pools": [{"pool": pool, **_per_ha(stocks, change)} for pool, change in changes.items()],
                "carbon_t_ha": number(carbon),
                "removal_tco2e_ha": number(None if carbon is None else carbon * CO2E_PER_C),
            }
        )
    return rows


def _pair_change(stocks: Stocks, before: tuple[str, int], after: tuple[str, int], pool: str) -> Estimate | None:
    first, second = stocks.density(*before, pool), stocks.density(*after, pool)
    if first is None or second is None or first.coverage != second.coverage:
        return None
    change = second.carbon_t_ha - first.carbon_t_ha
    if not stocks.method.printed_error or first.variance is None or second.variance is None:
        return Estimate(1, change, None, 0)
    replicates = int(stocks.method.value("printed_error_replicates"))
    return Estimate(1, change, first.variance + second.variance, 2 * (replicates - 1))


def flux_rows(stocks: Stocks) -> list[Document]:
    """Fluxes as measured. CO2e per year only for what was measured over a whole year."""
    table = stocks.survey.table("fluxes.csv")
    columns = (table.text("plot"), table.rounds("year"), table.text("gas"), table.text("period"))
    amounts = (table.exact("flux_kg_ha_a"), table.exact("se"))
    rows = [
        {
            "plot": plot,
            "year": year,
            "gas": gas,
            "period": period,
            "flux_kg_ha": number(flux),
            "se": number(error),
            "annual": not period,
            "co2e_t_ha_a": number(flux_co2e(stocks, gas, flux)) if not period else None,
        }
        for plot, year, gas, period, flux, error in zip(*columns, *amounts, strict=True)
    ]
    return sorted(rows, key=lambda row: (str(row["plot"]), str(row["year"]), str(row["gas"])))
