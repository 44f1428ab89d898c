"""The survey of a round of monitoring: its files read, checked and held as values."""

from tanhui.core.carbon.survey.faults import ERROR, FAULT_CODES, WARNING, Fault, SurveyFaults
from tanhui.core.carbon.survey.parse import parse_survey
from tanhui.core.carbon.survey.schema import FILES, NEVER_IMPORTED, TABLES, Column, TableSchema
from tanhui.core.carbon.survey.survey import Pair, Plot, Stratum, Survey, Visit
from tanhui.core.carbon.survey.table import Table

__all__ = [
    "ERROR",
    "FAULT_CODES",
    "FILES",
    "NEVER_IMPORTED",
    "TABLES",
    "WARNING",
    "Column",
    "Fault",
    "Pair",
    "Plot",
    "Stratum",
    "Survey",
    "SurveyFaults",
    "Table",
    "TableSchema",
    "Visit",
    "parse_survey",
]
