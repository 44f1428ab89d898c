"""Carbon science: from the files of a survey and a method to tonnes of CO2e with their uncertainty."""

from tanhui.core.carbon.assessment import Assessment, AssessmentCancelled, Plan, PlanFault, assess
from tanhui.core.carbon.codes import ASSESSMENT_CODES, FLAG_CODES, REASON_CODES, Note
from tanhui.core.carbon.digest import FileDigest, SurveyDigest, changed_rows, survey_digest
from tanhui.core.carbon.document import canonical_json, document_hash
from tanhui.core.carbon.evaluate import ISSUABLE, NOTHING_TO_ISSUE, Evaluation, evaluate
from tanhui.core.carbon.method import (
    Method,
    MethodFault,
    choose_method,
    load_method,
    method_files,
    method_hash,
    parse_method,
    shipped_methods,
)
from tanhui.core.carbon.survey import FAULT_CODES, FILES, Fault, Survey, SurveyFaults, parse_survey

__all__ = [
    "ASSESSMENT_CODES",
    "FAULT_CODES",
    "FILES",
    "FLAG_CODES",
    "ISSUABLE",
    "NOTHING_TO_ISSUE",
    "REASON_CODES",
    "Assessment",
    "AssessmentCancelled",
    "Evaluation",
    "Fault",
    "FileDigest",
    "Method",
    "MethodFault",
    "Note",
    "Plan",
    "PlanFault",
    "Survey",
    "SurveyDigest",
    "SurveyFaults",
    "assess",
    "canonical_json",
    "changed_rows",
    "choose_method",
    "document_hash",
    "evaluate",
    "load_method",
    "method_files",
    "method_hash",
    "parse_method",
    "parse_survey",
    "shipped_methods",
    "survey_digest",
]
