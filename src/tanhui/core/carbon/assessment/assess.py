"""The one call: survey, method and plan in, the assessment out, with progress and a way to stop."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from tanhui.core.canonical import hash_without
from tanhui.core.carbon.assessment.domain_rows import domain_rows
from tanhui.core.carbon.assessment.effect_rows import effect_rows
from tanhui.core.carbon.assessment.estimator_rows import estimator_rows
from tanhui.core.carbon.assessment.frame import frame_of
from tanhui.core.carbon.assessment.next_round import next_round_rows
from tanhui.core.carbon.assessment.plan import Plan
from tanhui.core.carbon.assessment.plot_rows import plot_rows
from tanhui.core.carbon.assessment.series_rows import comparisons, series_document
from tanhui.core.carbon.assessment.species_rows import species_rows
from tanhui.core.carbon.document import Document
from tanhui.core.carbon.evaluate import Evaluation, evaluate
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.survey import Survey

KIND, FORMAT = "tanhui-assessment", 1
STAGES = ("evaluate", "domains", "series")
HASH = "assessment_hash"

Progress = Callable[[str, int, int], bool]
"""Told a stage, what is done of it and how much there is; answers whether to go on."""


class AssessmentCancelled(Exception):  # noqa: N818 - somebody wished it; nothing went wrong
    """The caller's progress answered no. `stage` says where."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result. `document()` is all of it as plain values, closed by `assessment_hash`."""

    evaluation: Evaluation
    plan: Plan
    parts: Document

    def document(self) -> Document:
        method = self.evaluation.stocks.method
        named = {"id": method.id, "version": method.version, "hash": method.hash}
        head: Document = {
            "kind": KIND,
            "format": FORMAT,
            "survey_hash": self.evaluation.stocks.survey.hash,
            "method": named | {"title_zh": method.title_zh, "title_en": method.title_en},
            "plan": self.plan.document(),
        }
        document = head | self.parts
        return document | {HASH: hash_without(document, HASH)}


def assess(survey: Survey, method: Method, plan: Plan, *, progress: Progress | None = None) -> Assessment:
    """Assess a survey by a method as planned. Never raises for what a survey lacks: it names it.

    Raises AssessmentCancelled when `progress` answers False.
    """
    tell = progress or _go_on
    confidence = method.value("confidence_level") if plan.confidence is None else plan.confidence
    _step(tell, "evaluate", 0)
    evaluation = evaluate(survey, method)
    frame = frame_of(evaluation, join=plan.collapse, finite=plan.finite_population)
    _step(tell, "domains", 0)
    domains = domain_rows(survey, frame, plan, confidence)
    domains += species_rows(evaluation, frame, plan, confidence)
    _step(tell, "series", 0)
    compared = comparisons(survey, method, evaluation)
    document = evaluation.document()
    parts: Document = {
        "confidence": _plain(confidence),
        "evaluation": document,
        "plots": plot_rows(survey, frame),
        "strata": document["strata"],
        "estimators": estimator_rows(frame, plan, confidence),
        "domains": domains,
        "series": series_document(compared, confidence),
        "effects": effect_rows(compared),
        "next_round": next_round_rows(frame, plan, confidence),
        "notes": [found.document() for found in frame.notes],
    }
    return Assessment(evaluation, plan, parts)


def _go_on(_stage: str, _done: int, _total: int) -> bool:
    return True


def _step(tell: Progress, stage: str, done: int, total: int = 1) -> None:
    if not tell(stage, done, total):
        raise AssessmentCancelled(stage)


def _plain(value: Fraction) -> float:
    return float(value)
