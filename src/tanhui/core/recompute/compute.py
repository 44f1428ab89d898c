"""From the files of a survey and a method, and a plan, to the document of the result."""

from collections.abc import Callable, Mapping
from typing import Any

from tanhui.core.carbon.evaluate import evaluate
from tanhui.core.carbon.method import MethodFault, parse_method
from tanhui.core.carbon.survey import SurveyFaults, parse_survey

Files = Mapping[str, bytes]
Progress = Callable[[str, int, int], None]
Compute = Callable[[Files, Files, Mapping[str, Any], Progress], Mapping[str, Any]]


class NotComputable(ValueError):  # noqa: N818 - it names what was found
    """A survey, method or plan that cannot be read, and so not computed."""


def compute(survey: Files, method: Files, plan: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Return the document of a result. Raises NotComputable."""
    try:
        progress("read", 0, 1)
        read, by = parse_survey(survey), parse_method(method)
    except (SurveyFaults, MethodFault) as error:
        raise NotComputable(str(error)) from error
    progress("estimate", 0, 1)
    return evaluate(read, by).document()
