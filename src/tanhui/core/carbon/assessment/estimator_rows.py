"""The comparison of estimators as rows of the document; the planned one is marked."""

from fractions import Fraction

from tanhui.core.carbon.assessment.estimators import Task, answer
from tanhui.core.carbon.assessment.figures import figure, removal, round_or_change
from tanhui.core.carbon.assessment.frame import Frame
from tanhui.core.carbon.assessment.plan import ESTIMATORS, Plan
from tanhui.core.carbon.document_rows import Document


def estimator_rows(frame: Frame, plan: Plan, confidence: Fraction) -> list[Document]:
    """Rows by scope, round or change, and estimator, in the order of ESTIMATORS."""
    return [
        _row(Task(frame, frame.scope(scope), when, plan), scope, estimator, confidence)
        for scope in frame.scopes
        for when in frame.whens
        for estimator in ESTIMATORS
    ]


def _row(task: Task, scope: str, estimator: str, confidence: Fraction) -> Document:
    found = answer(task, estimator)
    return {
        "estimator": estimator,
        "chosen": estimator == task.plan.estimator,
        "scope": scope,
        "round": round_or_change(task.when),
        "reason": found.reason,
        "unpaired": found.unpaired,
        **figure(found.per_ha, found.total, confidence),
        **removal(found.per_ha, found.total, confidence, task.when),
    }
