"""Triage: where one parcel's period may go. A versioned decision table as plain files, and what applies it.

Nothing here reads a clock, a setting or a database: the same table and the same facts always give the same decision.
"""

from tanhui.core.triage.decide import Caution, Decision, Finding, RouteFinding, decide
from tanhui.core.triage.document import decision_document, document_hash, document_text
from tanhui.core.triage.model import (
    Condition,
    Fact,
    Outcome,
    Parameter,
    Route,
    Table,
    TableFault,
    Verdict,
)
from tanhui.core.triage.parse import parse_table
from tanhui.core.triage.shipped import load_table, shipped_tables, table_files
from tanhui.core.triage.values import FactFault, read_facts

__all__ = [
    "Caution",
    "Condition",
    "Decision",
    "Fact",
    "FactFault",
    "Finding",
    "Outcome",
    "Parameter",
    "Route",
    "RouteFinding",
    "Table",
    "TableFault",
    "Verdict",
    "decide",
    "decision_document",
    "document_hash",
    "document_text",
    "load_table",
    "parse_table",
    "read_facts",
    "shipped_tables",
    "table_files",
]
