"""Area effect and density effect of each change between neighbouring rounds, by stratum and added up by scope."""

from collections.abc import Sequence
from fractions import Fraction

from tanhui.core.carbon.assessment.series_rows import scopes
from tanhui.core.carbon.document_rows import Document, number
from tanhui.core.carbon.estimation import Effects, effects
from tanhui.core.carbon.evaluate import Evaluation
from tanhui.core.carbon.strata import ALL, CARBON, StratumResult


def effect_rows(compared: Sequence[Evaluation]) -> list[Document]:
    """Rows by pair of rounds: each stratum whose areas and stocks are known, then the sums of each scope.

    The change taken apart is that of the two stocks, each over all plots of its round; the paired change stands in
    the series.
    """
    return [row for evaluation in compared if evaluation.stocks.before is not None for row in _pair_rows(evaluation)]


def _pair_rows(evaluation: Evaluation) -> list[Document]:
    before, after = evaluation.stocks.rounds
    pair: Document = {"from_round": before, "to_round": after}
    parts = {result.stratum.name: _effects(result, before, after) for result in evaluation.strata}
    rows = [
        pair | {"scope": None, "stratum": result.stratum.name} | _areas(result, before, after) | _cells(found)
        for result in evaluation.strata
        if (found := parts[result.stratum.name]) is not None
    ]
    for scope, results in scopes(evaluation):
        known = [one for result in results if (one := parts[result.stratum.name]) is not None]
        if known and len(known) == len(results):
            total = Effects(*(sum(column, Fraction(0)) for column in zip(*known, strict=True)))
            rows.append(pair | {"scope": scope, "stratum": None} | _scope_areas(results, before, after) | _cells(total))
    return rows


def _effects(result: StratumResult, before: int, after: int) -> Effects | None:
    areas = result.areas_ha.get(before), result.areas_ha.get(after)
    totals = [result.cell(CARBON, ALL, str(number)).total for number in (before, after)]
    if areas[0] is None or areas[1] is None or totals[0] is None or totals[1] is None:
        return None
    return effects((areas[0], areas[1]), (totals[0].value, totals[1].value))


def _areas(result: StratumResult, before: int, after: int) -> Document:
    densities = [result.cell(CARBON, ALL, str(number)).per_ha for number in (before, after)]
    return {
        "area_before_ha": number(result.areas_ha.get(before)),
        "area_after_ha": number(result.areas_ha.get(after)),
        "density_before_tc_ha": number(densities[0].value if densities[0] else None),
        "density_after_tc_ha": number(densities[1].value if densities[1] else None),
    }


def _scope_areas(results: Sequence[StratumResult], before: int, after: int) -> Document:
    areas = [sum((one.areas_ha.get(when) or Fraction(0) for one in results), Fraction(0)) for when in (before, after)]
    stocks = [
        sum((cell.total.value for one in results if (cell := one.cell(CARBON, ALL, str(when))).total), Fraction(0))
        for when in (before, after)
    ]
    densities = [stock / area if area else None for stock, area in zip(stocks, areas, strict=True)]
    return {
        "area_before_ha": number(areas[0]),
        "area_after_ha": number(areas[1]),
        "density_before_tc_ha": number(densities[0]),
        "density_after_tc_ha": number(densities[1]),
    }


def _cells(found: Effects) -> Document:
    return {
        "change_tc": number(found.change),
        "area_effect_tc": number(found.area),
        "density_effect_tc": number(found.density),
        "both_effect_tc": number(found.both),
        "area_effect_half_tc": number(found.area_half),
        "density_effect_half_tc": number(found.density_half),
    }
