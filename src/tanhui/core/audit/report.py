"""What an audit answers: which checks were made, and every fault with the row that it was found in."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

CHECK_CODES: Final = (
    "seal",
    "schema",
    "key",
    "signatures",
    "roots",
    "journal",
    "rules",
    "tables",
    "balances",
    "conservation",
    "serials",
    "survey",
    "method",
    "estimate",
    "issuance",
)
"""Every check, in the order in which they are reported. All are made, whatever the others find."""

AUDIT_FAULT_CODES: Final = (
    "survey_line_changed",
    "method_file_changed",
    "leaf_changed",
    "checkpoint_not_signed",
    "key_unusable",
    "key_changed",
    "key_not_expected",
    "handover_unusable",
    "handover_differs",
    "cell_changed",
    "evidence_missing",
    "row_missing",
    "row_unexpected",
    "row_repeated",
    "rule_broken",
    "leaf_unreadable",
    "block_out_of_order",
    "previous_root_differs",
    "day_end_differs",
    "root_differs",
    "survey_hash_differs",
    "method_hash_differs",
    "estimate_not_recomputed",
    "not_issuable",
    "period_differs",
    "origin_differs",
    "issued_differs",
    "buffer_differs",
    "lot_not_zero",
    "serials_not_contiguous",
    "schema_differs",
    "table_unreadable",
    "seal_broken",
    "not_checked",
)
"""Every fault that an audit can name, the most specific first: in this order they are reported."""

Param = str | int


class Place(NamedTuple):
    """A table, and the key of a row in it; an empty key means the table as a whole."""

    table: str
    row: tuple[Param, ...] = ()

    def __str__(self) -> str:
        return f"{self.table}[{', '.join(map(str, self.row))}]"


class AuditFault(NamedTuple):
    """Something that is not as it should be: what, where, and the particulars for a sentence about it."""

    code: str
    where: Place
    params: tuple[tuple[str, Param], ...] = ()

    def words(self) -> dict[str, Param]:
        """Return all that a sentence about this fault can name: its particulars, its table, the key of its row."""
        return {**dict(self.params), "table": self.where.table, "key": ", ".join(map(str, self.where.row))}


class Check(NamedTuple):
    """A check that was made: whether all was well, and how much was looked at."""

    code: str
    ok: bool
    params: tuple[tuple[str, Param], ...] = ()


class AuditReport(NamedTuple):
    """The checks in their order, and the faults, the most telling first."""

    checks: tuple[Check, ...]
    faults: tuple[AuditFault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults and all(check.ok for check in self.checks)


class Finding(NamedTuple):
    """The outcome of one check, before they are put together into a report."""

    check: str
    faults: tuple[AuditFault, ...]
    params: tuple[tuple[str, Param], ...] = ()


def fault(code: str, where: Place, **params: Param) -> AuditFault:
    return AuditFault(code, where, tuple(sorted(params.items())))


def merged(parts: Iterable[list[Finding]]) -> list[Finding]:
    """Put the findings of several parts together: their faults one after the other, what was counted summed up."""
    faults: dict[str, list[AuditFault]] = {}
    counts: dict[str, Counter[str]] = {}
    for finding in (finding for part in parts for finding in part):
        faults.setdefault(finding.check, []).extend(finding.faults)
        counts.setdefault(finding.check, Counter()).update({name: int(count) for name, count in finding.params})
    return [Finding(check, tuple(found), tuple(counts[check].items())) for check, found in faults.items()]


def build_report(findings: list[Finding]) -> AuditReport:
    """Order checks as declared and faults by how closely they name what happened."""
    by_code = {finding.check: finding for finding in findings}
    checks = tuple(
        Check(code, not by_code[code].faults, by_code[code].params) for code in CHECK_CODES if code in by_code
    )
    faults = [one for finding in findings for one in finding.faults]
    return AuditReport(checks, tuple(sorted(faults, key=lambda one: AUDIT_FAULT_CODES.index(one.code))))
