"""From the files of a survey and a method, and a plan, to the document of the result."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tanhui.core.canonical import canonical_json
from tanhui.core.carbon import MethodFault, Plan, PlanFault, SurveyFaults, assess, parse_method, parse_survey
from tanhui.core.telling import Progress

Files = Mapping[str, bytes]
Compute = Callable[[Files, Files, Mapping[str, Any], Progress], Mapping[str, Any]]
READ = "read"


class NotComputable(ValueError):  # noqa: N818 - it names what was found
    """A survey, method or plan that cannot be read, and so not computed. `part` is which, `why` in English."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"{part}: {why}")
        self.part, self.why = part, why


def compute(survey: Files, method: Files, plan: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Return the document of a result, as it reads back from its own JSON. Raises NotComputable."""
    progress(READ, 0, 1)
    try:
        planned, read, by = Plan.from_document(plan), parse_survey(survey), parse_method(method)
    except PlanFault as fault:
        raise NotComputable("plan", str(fault)) from fault
    except SurveyFaults as faults:
        raise NotComputable("survey", str(faults)) from faults
    except MethodFault as fault:
        raise NotComputable("method", str(fault)) from fault

    def told(stage: str, done: int, of: int) -> bool:
        progress(stage, done, of)
        return True

    try:
        document = assess(read, by, planned, progress=told).document()
    except PlanFault as fault:
        raise NotComputable("plan", str(fault)) from fault
    found: Mapping[str, Any] = json.loads(canonical_json(document))
    return found
