"""The one call: survey, method and plan in, the assessment out, with progress and a way to stop."""

from collections.abc import Callable
from dataclasses import dataclass

from tanhui.core.canonical import hash_without
from tanhui.core.carbon.assessment.domain_rows import domain_rows
from tanhui.core.carbon.assessment.effect_rows import effect_rows
from tanhui.core.carbon.assessment.estimator_rows import estimator_rows
from tanhui.core.carbon.assessment.frame import frame_of
from tanhui.core.carbon.assessment.partial_rows import PARTIAL, partial_document
from tanhui.core.carbon.assessment.plan import Plan
from tanhui.core.carbon.assessment.plot_rows import plot_rows
from tanhui.core.carbon.assessment.series_rows import comparisons, series_document, with_chosen
from tanhui.core.carbon.assessment.species_rows import species_rows
from tanhui.core.carbon.assessment.uncertain import Stopped, Uncertain, told_every, uncertainty_document
from tanhui.core.carbon.demography_rows import demography_document
from tanhui.core.carbon.document import Document
from tanhui.core.carbon.evaluate import Evaluation, evaluate
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.uncertainty.streams import LEAF

KIND, FORMAT = "tanhui-assessment", 1
STAGES = ("evaluate", "domains", "series", "uncertainty", "draws")
HASH = "assessment_hash"
KEEP_EVERY = 16
"""Leaves of 64 draws between two states to keep."""

Progress = Callable[[str, int, int], bool]
"""Told a stage, what is done of it and how much there is; answers whether to go on."""


class AssessmentCancelled(Exception):  # noqa: N818 - somebody wished it; nothing went wrong
    """The caller's progress answered no. `stage` says where; `state` is what draws can go on from."""

    def __init__(self, stage: str, state: bytes | None = None) -> None:
        super().__init__(stage)
        self.stage, self.state = stage, state


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


def assess(
    survey: Survey,
    method: Method,
    plan: Plan,
    *,
    progress: Progress | None = None,
    resume: bytes | None = None,
    keep: Callable[[bytes], None] | None = None,
) -> Assessment:
    """Assess a survey by a method as planned. Never raises for what a survey lacks: it names it.

    `keep` is handed the state of the draws from time to time; given back as `resume`, the draws go on from there, and
    the result is the same. Raises AssessmentCancelled when `progress` answers False, PlanFault for rounds that the
    survey has not.
    """
    from tanhui.core.carbon.assessment.next_round import next_round_rows  # with its maps: for this alone

    tell, plan = progress or _go_on, plan.under(method)
    confidence = method.value("confidence_level") if plan.confidence is None else plan.confidence
    _step(tell, "evaluate", 0)
    evaluation = evaluate(survey, method, plan.compared(survey))
    frame = frame_of(evaluation, join=plan.collapse, finite=plan.finite_population)
    parts: Document = {"confidence": float(confidence), "evaluation": (document := evaluation.document())}
    parts |= {"plots": plot_rows(survey, frame), "strata": document["strata"]} | _partial(document, plan)
    _step(tell, "domains", 0)
    domains = domain_rows(survey, frame, plan, confidence) + species_rows(evaluation, frame, plan, confidence)
    parts |= {"domains": domains, "estimators": estimator_rows(frame, plan, confidence)}
    _step(tell, "series", 0)
    compared = comparisons(survey, method, evaluation)
    parts |= {
        "series": series_document(compared, confidence),
        "effects": effect_rows(with_chosen(compared, evaluation)),
    }
    parts["demography"] = demography_document(evaluation.stocks)
    parts["next_round"] = next_round_rows(frame, plan, confidence)
    _step(tell, "uncertainty", 0)
    asked = Uncertain(evaluation, frame, plan, confidence)
    parts["uncertainty"] = _uncertainty(asked, tell, resume, keep)
    parts["notes"] = [found.document() for found in frame.notes]
    return Assessment(evaluation, plan, parts)


def _partial(evaluation: Document, plan: Plan) -> Document:
    """The sum of the strata that were measured, where others were not; a whole has no such part."""
    found = partial_document(evaluation, plan.df_rule)
    return {} if found is None else {PARTIAL: found}


def _uncertainty(
    asked: Uncertain, tell: Progress, resume: bytes | None, keep: Callable[[bytes], None] | None
) -> Document:
    leaves = -(-asked.plan.draws // LEAF)
    told = told_every(KEEP_EVERY, keep, lambda done: tell("draws", done, leaves))
    try:
        return uncertainty_document(asked, resume=resume, told=told)
    except Stopped as stopped:
        raise AssessmentCancelled("draws", stopped.state) from None


def _go_on(_stage: str, _done: int, _total: int) -> bool:
    return True


def _step(tell: Progress, stage: str, done: int, total: int = 1) -> None:
    if not tell(stage, done, total):
        raise AssessmentCancelled(stage)
