"""Compute an estimate anew from nothing but the files of a survey and of a method."""

from collections.abc import Callable, Mapping

from tanhui.core.carbon.evaluate import evaluate
from tanhui.core.carbon.method import MethodFault, parse_method
from tanhui.core.carbon.survey import SurveyFaults, parse_survey

Files = Mapping[str, bytes]
Evaluate = Callable[[Files, Files], Mapping[str, object]]


class UnreadableEvidence(ValueError):  # noqa: N818 - it names what was found
    """A survey or a method that cannot be read, and so cannot be computed anew."""


def recompute(survey: Files, method: Files) -> Mapping[str, object]:
    """Return the document of the estimate. Raises UnreadableEvidence."""
    try:
        return evaluate(parse_survey(survey), parse_method(method)).document()
    except (SurveyFaults, MethodFault) as error:
        raise UnreadableEvidence(str(error)) from error
