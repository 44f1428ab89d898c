"""The flux balance of a place: CO2, CH4 and N2O as CO2e, with their errors. Positive is a source.

A balance is monitored beside the stocks and is never added to a change of stock: the carbon that a chamber sees
leaving is carbon that the next round of stocks will miss, so the sum would count it twice. A figure that is not
of a whole year stays one of its period. A gas that was not measured is named, and no default is put in its place:
the inland default of IPCC for CH4 exceeds what arid reed marshes were seen to emit by about a hundred times.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.sampling import Estimate, sample_mean
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.survey.schema import GASES
from tanhui.core.units import KG_PER_T


class Balance(NamedTuple):
    """Gases of one plot in one year or period: t CO2e/ha by gas, their sum, and its variance from printed errors."""

    plot: str
    year: int
    period: str
    by_gas: dict[str, Fraction]
    variance: Fraction | None

    @property
    def co2e_t_ha(self) -> Fraction:
        return sum(self.by_gas.values(), Fraction(0))

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(gas for gas in GASES if gas not in self.by_gas)


class StratumBalance(NamedTuple):
    """Whole years of a stratum: the mean over its plots, of those that measured the same gases."""

    stratum: str
    year: int
    gases: tuple[str, ...]
    per_ha: Estimate
    total_t: Estimate | None


def potential(method: Method, gas: str) -> Fraction | None:
    """Tonnes of CO2e per tonne of a gas; None where the method has no warming potential for it."""
    if gas == "CO2":
        return Fraction(1)
    name = f"gwp_{gas.lower()}"
    return method.value(name) if name in method.parameters else None


def balances(survey: Survey, method: Method) -> tuple[Balance, ...]:
    """One balance for each plot, year and period, sorted."""
    table = survey.table("fluxes.csv")
    columns = (table.text("plot"), table.rounds("year"), table.text("period"), table.text("gas"))
    rows = zip(*columns, table.exact("flux_kg_ha_a"), table.exact("se"), strict=True)
    sums: dict[tuple[str, int, str], list[tuple[str, Fraction, Fraction | None]]] = {}
    for plot, year, period, gas, flux, error in rows:
        factor = potential(method, gas)
        if flux is not None and factor is not None:
            tonnes = factor / KG_PER_T
            spread = None if error is None else (error * tonnes) ** 2
            sums.setdefault((plot, year, period), []).append((gas, flux * tonnes, spread))
    return tuple(_balance(*key, parts) for key, parts in sorted(sums.items()))


def _balance(plot: str, year: int, period: str, parts: Sequence[tuple[str, Fraction, Fraction | None]]) -> Balance:
    known = [variance for _, _, variance in parts if variance is not None]
    variance = sum(known, Fraction(0)) if len(known) == len(parts) else None
    return Balance(plot, year, period, {gas: amount for gas, amount, _ in parts}, variance)


def stratum_balances(stocks: Stocks, found: Sequence[Balance]) -> Iterator[StratumBalance]:
    """Whole years by stratum; plots that measured other gases stand apart."""
    strata = {plot.name: plot.stratum for plot in stocks.survey.plots}
    areas = {stratum.name: stratum.area_ha for stratum in stocks.survey.strata}
    groups: dict[tuple[str, int, tuple[str, ...]], list[Balance]] = {}
    for balance in found:
        if not balance.period:
            key = (strata[balance.plot], balance.year, tuple(gas for gas in GASES if gas in balance.by_gas))
            groups.setdefault(key, []).append(balance)
    for (stratum, year, gases), members in sorted(groups.items()):
        per_ha = _mean(stocks.method, members)
        area = areas[stratum]
        yield StratumBalance(stratum, year, gases, per_ha, None if area is None else per_ha.scaled(area))


def _mean(method: Method, members: Sequence[Balance]) -> Estimate:
    """The mean of plots; a single one takes its printed error, where the method lets it."""
    mean = sample_mean([balance.co2e_t_ha for balance in members])
    if mean.n > 1 or not method.printed_error or members[0].variance is None:
        return mean
    return Estimate(1, mean.value, members[0].variance, int(method.value("printed_error_replicates")) - 1)


def balance_notes(found: Sequence[Balance]) -> Iterator[Note]:
    """Gases without which a balance is not one."""
    by_missing: dict[tuple[str, ...], set[str]] = {}
    for balance in found:
        if balance.missing:
            by_missing.setdefault(balance.missing, set()).add(balance.plot)
    for missing, plots in sorted(by_missing.items()):
        yield note("flux_incomplete", gases=", ".join(missing), plots=len(plots), names=", ".join(sorted(plots)[:10]))
