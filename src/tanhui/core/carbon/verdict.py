"""Whether a removal may be issued, how much of it, and every reason that stands against it."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import REASON_CODES, Note, note
from tanhui.core.carbon.deduction import Deducted, Issuance, deduct, issuance, refusal_limit
from tanhui.core.carbon.method.model import TRIAL
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import ALL, CARBON, CHANGE, StratumResult, stated_stocks
from tanhui.core.carbon.whole import Whole
from tanhui.core.units import CO2E_PER_C

NOTHING = Issuance(0, 0)


class Verdict(NamedTuple):
    """The removal, what is deducted from it, and what may be issued: nothing while there is a reason."""

    removal: Estimate | None
    half_width_tco2e: float | None
    uncertainty_percent: float | None
    deducted: Deducted | None
    issuance: Issuance
    notes: tuple[Note, ...]


def judge(stocks: Stocks, results: Sequence[StratumResult], whole: Whole) -> Verdict:
    """All reasons are gathered, those of the survey before those of the figure."""
    change = whole.cell(CARBON, ALL, CHANGE).total
    removal = None if change is None else change.scaled(CO2E_PER_C)
    confidence = stocks.method.value("confidence_level")
    half_width = None if removal is None else removal.half_width(confidence)
    notes = [*_survey_reasons(stocks, results), *_stratum_reasons(stocks, results)]
    gathered = (*stocks.notes, *(found for result in results for found in result.notes))
    notes += [found for found in gathered if found.code in REASON_CODES]
    if removal is not None and half_width is None:
        notes.append(note("no_sampling_variance"))
    if removal is not None and removal.value <= 0:
        notes.append(note("removal_not_positive", removal_tco2e=_rounded(removal.value)))
    deducted, issued = None, NOTHING
    if removal is not None and removal.value > 0 and half_width is not None:
        deducted = deduct(removal.value, Fraction(half_width), stocks.method.deduction)
        issued = NOTHING if deducted.net_tco2e is None else issuance(deducted.net_tco2e, stocks.method)
        notes += _figure_reasons(stocks, removal, deducted, issued)
    uncertainty = None if removal is None else removal.uncertainty_percent(confidence)
    return Verdict(removal, half_width, uncertainty, deducted, NOTHING if notes else issued, tuple(notes))


def _rounded(value: Fraction | float) -> float:
    """A figure for a sentence, to two decimals; the exact one stands in the document."""
    return round(float(value), 2) + 0.0


def _survey_reasons(stocks: Stocks, results: Sequence[StratumResult]) -> Iterator[Note]:
    survey = stocks.survey
    if stocks.method.status == TRIAL:
        yield note("method_on_trial", method=stocks.method.id, version=stocks.method.version)
    if not stocks.method.tickets:
        yield note("method_for_monitoring", method=stocks.method.id, version=stocks.method.version)
    if stocks.before is None:
        yield note("one_round_only", rounds=len(stocks.rounds))
    if survey.pairs and all(pair.kind == "space_for_time" for pair in survey.pairs):
        yield note("space_for_time", pairs=len(survey.pairs))
    uncovered = [result.stratum for result in results if result.stratum.ecosystem not in stocks.method.ecosystems]
    for ecosystem in sorted({stratum.ecosystem for stratum in uncovered}):
        strata = [stratum.name for stratum in uncovered if stratum.ecosystem == ecosystem]
        yield note("ecosystem_not_covered", ecosystem=ecosystem, strata=", ".join(strata))
    if survey.ecosystems == {"wetland"} and not any(result.in_scope for result in results):
        yield note("wetland_monitoring_only", strata=len(results))
    if survey.has("fluxes.csv") and not stocks.densities:
        yield note("fluxes_only", rows=len(survey.table("fluxes.csv")))


def _stratum_reasons(stocks: Stocks, results: Sequence[StratumResult]) -> Iterator[Note]:
    scope = [result for result in results if result.in_scope]
    unknown = [result.stratum.name for result in scope if _area_unknown(result)]
    if unknown:
        yield note("area_unknown", strata=", ".join(unknown))
    yield from _missing_pools(stocks, scope)
    if stocks.before is None:
        return
    stated = {result.stratum.name for result in scope if stated_stocks(stocks, result.stratum)}
    unvisited = [name for result in scope if not result.revisited and (name := result.stratum.name) not in stated]
    if unvisited:
        yield note("no_repeat_visits", strata=", ".join(unvisited))
    changes = {result.stratum.name: result.cell(CARBON, ALL, CHANGE).per_ha for result in scope}
    lost = [
        result.stratum.name for result in scope if result.revisited and result.cell(CARBON, ALL, CHANGE) == (None, None)
    ]
    if lost:
        yield note("stratum_not_computable", strata=", ".join(lost))
    single = [name for name, change in changes.items() if change is not None and change.variance is None]
    if single:
        yield note("too_few_plots", strata=", ".join(single), least=2)


def _area_unknown(result: StratumResult) -> bool:
    areas = result.areas_ha.values() or [result.stratum.area_ha]
    return any(area is None for area in areas)


def _missing_pools(stocks: Stocks, scope: Iterable[StratumResult]) -> Iterator[Note]:
    """Required pools that a stratum did not measure in every round; or no pool at all."""
    missing: dict[str, list[str]] = {}
    for result in scope:
        required = stocks.method.ecosystems[result.stratum.ecosystem].required
        for pool in required:
            if not all(result.cell(CARBON, pool, str(number)).per_ha for number in stocks.rounds):
                missing.setdefault(pool, []).append(result.stratum.name)
        if not required and not result.pools:
            missing.setdefault(ALL, []).append(result.stratum.name)
    for pool, strata in sorted(missing.items()):
        yield note("pool_missing", pool=pool, strata=", ".join(strata))


def _figure_reasons(stocks: Stocks, removal: Estimate, deducted: Deducted, issued: Issuance) -> Iterator[Note]:
    uncertainty = removal.uncertainty_percent(stocks.method.value("confidence_level"))
    if deducted.net_tco2e is None:
        limit = refusal_limit(stocks.method.deduction) or Fraction(0)
        yield note(
            "too_uncertain",
            uncertainty_percent=_rounded(uncertainty or 0.0),
            limit_percent=int(limit),
            more_plots=_more_plots(removal, uncertainty or 0.0, limit),
        )
    elif not issued.issuable_mg:
        yield note("less_than_one_tonne", net_tco2e=_rounded(deducted.net_tco2e))


def _more_plots(removal: Estimate, uncertainty_percent: float, limit_percent: Fraction) -> int:
    """Roughly how many more plots would bring the uncertainty under the limit: it falls with √n."""
    if not limit_percent:
        return 0
    needed = removal.n * (uncertainty_percent / float(limit_percent)) ** 2
    return max(1, int(needed) + 1 - removal.n)
