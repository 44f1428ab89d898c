"""The audit: the whole ledger and its evidence in one file, and a program that finds any change in it.

    write_audit(path, AuditBook(…), key.sign)
    report = verify_audit(path, vkey)

The file is an ordinary SQLite database with a signed seal behind its last page. Whoever has it needs neither us nor
our database: they replay every act, recompute every estimate, and are told which row is wrong, if one is.
"""

from tanhui.core.audit.issuance import estimate_row, period_text
from tanhui.core.audit.mirror import act_row, encumbrance_row, entry_row, lot_row, pile_row, standing_rows
from tanhui.core.audit.report import (
    AUDIT_FAULT_CODES,
    CHECK_CODES,
    AuditFault,
    AuditReport,
    Check,
    Place,
)
from tanhui.core.audit.rows import (
    TABLES,
    AccountRow,
    ActRow,
    AuditBook,
    BlockRow,
    EncumbranceRow,
    EntryRow,
    EstimateRow,
    EvidenceFileRow,
    HoldingRow,
    KeyRow,
    LeafRow,
    LotRow,
    MetaRow,
    PileRow,
    SubtreeRow,
    SurveyRow,
    canonical_json,
    meta_rows,
)
from tanhui.core.audit.verify import verify_audit
from tanhui.core.audit.write import audit_bytes, write_audit, write_tables

__all__ = [
    "AUDIT_FAULT_CODES",
    "CHECK_CODES",
    "TABLES",
    "AccountRow",
    "ActRow",
    "AuditBook",
    "AuditFault",
    "AuditReport",
    "BlockRow",
    "Check",
    "EncumbranceRow",
    "EntryRow",
    "EstimateRow",
    "EvidenceFileRow",
    "HoldingRow",
    "KeyRow",
    "LeafRow",
    "LotRow",
    "MetaRow",
    "PileRow",
    "Place",
    "SubtreeRow",
    "SurveyRow",
    "act_row",
    "audit_bytes",
    "canonical_json",
    "encumbrance_row",
    "entry_row",
    "estimate_row",
    "lot_row",
    "meta_rows",
    "period_text",
    "pile_row",
    "standing_rows",
    "verify_audit",
    "write_audit",
    "write_tables",
]
