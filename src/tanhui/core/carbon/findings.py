"""What a reader should know of the results: weak parameters, lost plots, changed areas, rules that decide."""

from collections.abc import Iterable, Iterator, Sequence

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import StratumResult, stated_stocks
from tanhui.core.carbon.survey.schema import POOLS
from tanhui.core.carbon.wetland import balance_notes, balances
from tanhui.core.carbon.whole import soil_rules_differ


def result_notes(stocks: Stocks, results: Sequence[StratumResult]) -> Iterator[Note]:
    for result in results:
        yield from result.notes
    yield from _weak_parameters(stocks)
    yield from _named("printed_error_used", (result for result in results if _has_printed_error(result)))
    yield from _named("stated_stock_used", (found for found in results if stated_stocks(stocks, found.stratum)))
    yield from _named("area_changed", (result for result in results if len(set(result.areas_ha.values())) > 1))
    yield from _named("soil_rule_decides", (result for result in results if soil_rules_differ(result)))
    if any(result.in_scope for result in results):
        wetlands = (found for found in results if found.stratum.ecosystem == "wetland" and not found.in_scope)
        yield from _named("wetland_reported_only", wetlands)
    yield from _lost_plots(stocks, results)
    if stocks.method.format > 1:
        yield from balance_notes(balances(stocks.survey, stocks.method))
    periods = [period for period in stocks.survey.table("fluxes.csv").text("period") if period]
    if periods:
        yield note("flux_not_annual", rows=len(periods))


def _named(code: str, results: Iterable[StratumResult]) -> Iterator[Note]:
    """One note with the names of all strata concerned, if there are any."""
    names = [result.stratum.name for result in results]
    if names:
        yield note(code, strata=", ".join(names), count=len(names))


def _has_printed_error(result: StratumResult) -> bool:
    return any(cell.per_ha is not None and cell.per_ha.n == 1 and cell.per_ha.df > 0 for cell in result.cells.values())


def _weak_parameters(stocks: Stocks) -> Iterator[Note]:
    """Parameters of low confidence that took part: those of a pool only where its mass was converted."""
    pools = {visited.pool for visited, found in stocks.densities.items() if found.biomass_t_ha is not None}
    for parameter in stocks.method.parameters.values():
        pool = parameter.name.rpartition("_")[2]
        if parameter.confidence == "memory-low" and (pool not in POOLS or pool in pools):
            yield note("low_confidence_parameter", parameter=parameter.name, source=parameter.source)


def _lost_plots(stocks: Stocks, results: Iterable[StratumResult]) -> Iterator[Note]:
    """Plots of one round that the other round did not see, so that they say nothing of the change."""
    if stocks.before is None or stocks.after is None:
        return
    lost: set[str] = set()
    for result in results:
        seen = {plot for number in stocks.rounds for plot in stocks.visited(result.stratum, number)}
        lost |= seen - set(result.revisited)
    if lost:
        yield note("plots_not_revisited", plots=len(lost), names=", ".join(sorted(lost)[:10]))
