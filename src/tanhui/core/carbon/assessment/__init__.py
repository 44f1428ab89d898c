"""Assess a survey: every number that pages, report and recompute file show, from one call, as one document.

`assess(survey, method, plan)` runs the evaluation that tickets rest on and everything around it: estimates by domain,
all rounds in a row, other estimators beside the chosen one, uncertainty by its sources, plots wanted next time. Same
survey, method and plan give the same document, to the last digit, on any machine. Its shape is described in
docs/assessment.md.
"""

from tanhui.core.carbon.assessment.assess import Assessment, AssessmentCancelled, Progress, assess
from tanhui.core.carbon.assessment.plan import DOMAINS, Plan, PlanFault

__all__ = ["DOMAINS", "Assessment", "AssessmentCancelled", "Plan", "PlanFault", "Progress", "assess"]
