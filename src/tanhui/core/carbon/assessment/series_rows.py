"""All rounds in a row: the stock of each round, and the change of each round on the one before it.

Each neighbouring pair of rounds is evaluated as if it were the last, so the last change of the series is the one that
the evaluation reports. A stock is that of the pair in which its round is the later one; the first round's is from the
first pair.
"""

import itertools
from collections.abc import Sequence
from fractions import Fraction

from tanhui.core.carbon.assessment.figures import figure, removal
from tanhui.core.carbon.document_rows import Document, measured_rounds, number, period_document
from tanhui.core.carbon.evaluate import Evaluation, evaluate
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.strata import ALL, CARBON, CHANGE, Cell, StratumResult
from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.whole import sum_of
from tanhui.core.units import CO2E_PER_C


def comparisons(survey: Survey, method: Method, chosen: Evaluation) -> list[Evaluation]:
    """An evaluation of each neighbouring pair of rounds; `chosen` is that of one of them, or of the only round."""
    pairs = list(itertools.pairwise(survey.rounds))
    known = chosen.stocks.rounds
    return [chosen if pair == known else evaluate(survey, method, pair) for pair in pairs] or [chosen]


def with_chosen(compared: list[Evaluation], chosen: Evaluation) -> list[Evaluation]:
    """The comparisons of neighbours, and that of the chosen pair where its rounds are no neighbours."""
    return compared if any(one is chosen for one in compared) else [*compared, chosen]


def series_document(compared: Sequence[Evaluation], confidence: Fraction) -> Document:
    """`stocks` by scope and round, `changes` by scope and pair of rounds."""
    stocks: list[Document] = []
    changes: list[Document] = []
    for place, evaluation in enumerate(compared):
        rounds = evaluation.stocks.rounds
        for scope, results in scopes(evaluation):
            shown = rounds if place == 0 else rounds[-1:]
            stocks += [_stock_row(evaluation, scope, results, number, confidence) for number in shown]
            if evaluation.stocks.before is not None:
                changes.append(_change_row(evaluation, scope, results, confidence))
    return {"stocks": stocks, "changes": changes}


def scopes(evaluation: Evaluation) -> list[tuple[str, list[StratumResult]]]:
    """The strata on which the method issues, then those of each ecosystem."""
    counted = [result for result in evaluation.strata if result.pools]
    issued = [result for result in counted if result.in_scope]
    ecosystems = sorted({result.stratum.ecosystem for result in counted})
    by_ecosystem = [(name, [one for one in counted if one.stratum.ecosystem == name]) for name in ecosystems]
    return ([("issued", issued)] if issued else []) + by_ecosystem


def _stock_row(
    evaluation: Evaluation, scope: str, results: list[StratumResult], round_number: int, confidence: Fraction
) -> Document:
    cell = sum_of(evaluation.stocks, results, CARBON, ALL, str(round_number))
    (when,) = measured_rounds(evaluation.stocks.survey, [round_number])
    return {"scope": scope, **when, **figure(cell.per_ha, cell.total, confidence)}


def _change_row(evaluation: Evaluation, scope: str, results: list[StratumResult], confidence: Fraction) -> Document:
    cell = sum_of(evaluation.stocks, results, CARBON, ALL, CHANGE)
    period = period_document(evaluation.stocks)
    return {
        "scope": scope,
        "from_round": evaluation.stocks.before,
        "to_round": evaluation.stocks.after,
        **period,
        **figure(cell.per_ha, cell.total, confidence),
        **removal(cell.per_ha, cell.total, confidence, CHANGE),
        "removal_tco2e_a": _yearly(cell, period["years"]),
    }


def _yearly(cell: Cell, years: object) -> float | None:
    if cell.total is None or not isinstance(years, float) or not years:
        return None
    return number(cell.total.value * CO2E_PER_C / Fraction(repr(years)))
