"""The sizes of errors that an uncertainty assumes: each by its name, how it is read, where it comes from, how sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tanhui.core.carbon.evidence import STRENGTH
from tanhui.core.carbon.uncertainty.rates import RATES_OF, shipped_rates
from tanhui.monitoring.readout.wording import CONFIDENCES, WEAK, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanhui.monitoring.readout.wording import Words

Row = dict[str, Any]
WEAK_RATES = WEAK | {"design"}
"""Nobody measured these: from memory below the best, or assumed by this software."""

RATES: Words = {
    "dbh_random_percent": _("每次量胸径"),
    "dbh_systematic_percent": _("一轮里围尺和人"),
    "height_random_percent": _("每次量树高"),
    "height_systematic_percent": _("一轮里测高器和人"),
    "dbh_exponent": _("胸径的幂"),
    "equation_residual_percent": _("一株树离它的方程"),
    "equation_level_percent": _("整条方程偏高偏低"),
    "surrogate_level_percent": _("借用别的树种的方程"),
    "equation_slope_percent": _("方程的幂"),
    "carbon_fraction_percent": _("一个树种的含碳率"),
    "root_ratio_percent": _("根茎比"),
    "volume_percent": _("样地的蓄积"),
    "wood_density_percent": _("木材密度"),
    "expansion_percent": _("扩展因子"),
    "soil_bulk_density_percent": _("一层土的容重"),
    "soil_carbon_percent": _("一层土的有机碳"),
    "soil_laboratory_percent": _("一轮里的化验室"),
    "dry_mass_percent": _("样地的干重"),
    "derived_factor_percent": _("由别的碳库推算"),
}
SHIPPED_SOURCES: Words = {
    "dbh_random_percent": _("我国胸径复查的允许误差 2%，当作 95% 的测量都在其内"),
    "dbh_systematic_percent": _("一轮里都一样的围尺和测量组：取允许误差的四分之一，手边没有发表的数"),
    "height_random_percent": _("我国树高复查的允许误差 5%，当作 95% 的测量都在其内"),
    "height_systematic_percent": _("一轮里都一样的仪器和测量组：取允许误差的五分之一，手边没有发表的数"),
    "dbh_exponent": _("只公布生物量、没有公布方程时，生物量随胸径的幂；印出来的多在 2.5 上下"),
    "equation_residual_percent": _("单株与本树种方程之差；手边的方程没有印出它"),
    "equation_level_percent": _("方程在适用范围中间的高低，同一方程的树都一样；方程没有印出它"),
    "surrogate_level_percent": _("借来的方程的高低，同一方程的树都一样"),
    "equation_slope_percent": _("方程的幂，绕适用范围的中间转动；方程没有印出它"),
    "carbon_fraction_percent": _("同一树种实测的含碳率：白桦 0.482（吉林）到 0.513（华北）"),
    "root_ratio_percent": _("一个树种组的根茎比，用比值求根的时候"),
    "volume_percent": _("一块样地的林分蓄积"),
    "wood_density_percent": _("一个树种组的基本密度"),
    "expansion_percent": _("一个树种组的生物量扩展"),
    "soil_bulk_density_percent": _("一块样地一层土的容重，没有印出误差的时候"),
    "soil_carbon_percent": _("一块样地一层土的有机碳，没有印出误差的时候"),
    "soil_laboratory_percent": _("一轮里都一样的化验室和校准"),
    "dry_mass_percent": _("一块样地干重的称量、烘干和取样，没有印出误差的时候"),
    "derived_factor_percent": _("按另一个碳库的份额推算的碳库"),
}
READINGS: Words = {
    "95 % half-width": _("95% 半宽"),
    "standard deviation": _("标准差"),
    "value": _("取值"),
}


def rate_rows(document: Mapping[str, Any]) -> list[Row]:
    """Every rate that took part, in the reader's words; a source that a method brought itself stands as written."""
    idle = _idle(document["evaluation"])
    return [_row(rate) for rate in document.get("uncertainty", {}).get("rates", ()) if rate["name"] not in idle]


def _idle(evaluation: Mapping[str, Any]) -> set[str]:
    """Rates for what did not happen: an exponent where equations are known, a borrowed equation where none was."""
    equations = any(row["kind"] == "equation" for row in evaluation["sources"])
    borrowed = any(row["code"] == "surrogate_equation" for row in evaluation["flags"])
    return ({"dbh_exponent"} if equations else set()) | (set() if borrowed else {"surrogate_level_percent"})


def rates_of(source: str, rows: Sequence[Row]) -> list[Row]:
    """The rates behind one source of error; none for sampling, whose error is measured."""
    return [row for row in rows if row["name"] in RATES_OF.get(source, ())]


def weakest(rows: Sequence[Row]) -> Row | None:
    """The least sure of these rates, where it is weak: what the badge names."""
    weak = [row for row in rows if row["weak"]]
    return max(weak, key=lambda row: STRENGTH.index(row["confidence"]), default=None)


def _row(rate: Mapping[str, Any]) -> Row:
    name, shipped = rate["name"], shipped_rates().get(rate["name"])
    ours = shipped is not None and shipped.source == rate["source"]
    amount = f"{rate['value']:g}" + (rate["unit"] if rate["unit"] == "%" else "")
    return {
        **rate,
        "said": word(RATES, name),
        "amount": amount,
        "reading": word(READINGS, rate["reading"]),
        "source": word(SHIPPED_SOURCES, name) if ours else rate["source"],
        "confidence_said": word(CONFIDENCES, rate["confidence"]),
        "weak": rate["confidence"] in WEAK_RATES,
        "line": gettext("%(name)s %(amount)s（%(reading)s）")
        % {"name": word(RATES, name), "amount": amount, "reading": word(READINGS, rate["reading"])},
    }
