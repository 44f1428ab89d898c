"""Evaluate a survey by a method: the one call that a report, an issue and an audit have in common."""

from dataclasses import dataclass

from tanhui.core.carbon.codes import Note, flags, reasons
from tanhui.core.carbon.document import Document, evaluation_document
from tanhui.core.carbon.findings import result_notes
from tanhui.core.carbon.grassland import MANAGEMENT, management_results
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.stocks import Stocks, gather_stocks, survey_notes
from tanhui.core.carbon.strata import StratumResult, stratum_result
from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.verdict import Verdict, judge
from tanhui.core.carbon.whole import Whole, whole_result

ISSUABLE = "issuable"
NOTHING_TO_ISSUE = "nothing_to_issue"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything computed from one survey by one method. `document()` is its whole content as plain values."""

    stocks: Stocks
    strata: tuple[StratumResult, ...]
    whole: Whole
    verdict: Verdict

    @property
    def outcome(self) -> str:
        return NOTHING_TO_ISSUE if self.reasons else ISSUABLE

    @property
    def reasons(self) -> tuple[Note, ...]:
        return reasons(self.verdict.notes)

    @property
    def flags(self) -> tuple[Note, ...]:
        notes = (*self.stocks.notes, *survey_notes(self.stocks), *result_notes(self.stocks, self.strata))
        return flags(notes)

    @property
    def issuable_mg(self) -> int:
        """Whole tonnes that may be issued, in milligrams, the buffer's share included."""
        return self.verdict.issuance.issuable_mg

    @property
    def buffer_mg(self) -> int:
        return self.verdict.issuance.buffer_mg

    def document(self) -> Document:
        """The evaluation as values that JSON can hold, closed by its own hash."""
        head: Document = {
            "outcome": self.outcome,
            "reasons": [found.document() for found in self.reasons],
            "flags": [found.document() for found in self.flags],
        }
        return evaluation_document(head, self.stocks, self.strata, self.whole, self.verdict)


def evaluate(survey: Survey, method: Method, rounds: tuple[int, ...] | None = None) -> Evaluation:
    """Stocks, changes, interval, deduction and outcome. Never raises for what a survey lacks: it names it.

    Compares the last two measured rounds, for earlier ones have been accounted for before; or those named.
    """
    stocks = gather_stocks(survey, method, rounds)
    if MANAGEMENT in method.sources:
        results, whole = management_results(stocks)
    else:
        results = tuple(stratum_result(stocks, stratum) for stratum in survey.strata)
        whole = whole_result(stocks, results)
    return Evaluation(stocks, results, whole, judge(stocks, results, whole))
