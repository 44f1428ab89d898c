"""Verify an audit file: make every check, on the file alone, and name every row that is not as it should be.

Nothing of the file is believed beforehand. The seal covers its bytes; the signed checkpoints cover the journal; the
journal, replayed by the rules, gives every balance; the evidence, computed anew, gives every issued quantity.

A file is gone through once, row by row, which needs no more memory than the state of the ledger. Only where something
is not right is the whole file looked at with care, so that what is wrong can be named.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tanhui.core.audit.backing import UnorderedError, findings_by_project, whole
from tanhui.core.audit.history import lots_from_elsewhere, read_history
from tanhui.core.audit.mirror import check_mirror, lot_row
from tanhui.core.audit.opened import FAULTS_OF_PAGES, Opened, opened
from tanhui.core.audit.pages import format_of, read_pages, rows_of, schema_faults
from tanhui.core.audit.report import AuditReport, Finding, Place, build_report, fault
from tanhui.core.audit.right import NotRightError, read_right, right_findings
from tanhui.core.audit.rows import AuditBook, KeyRow, MetaRow
from tanhui.core.audit.science import Evaluate, recompute
from tanhui.core.audit.seal import SealedFile
from tanhui.core.audit.sums import check_sums
from tanhui.core.audit.trust import check_seal, choose_key, read_checkpoints
from tanhui.core.ledger import Malformed, VerifyingKey


def verify_audit(
    source: Path | bytes, vkey: str | None = None, *, evaluate: Evaluate = recompute, alone: bool = False
) -> AuditReport:
    """Verify an audit file, given its path or its bytes.

    With `alone` it starts no processes and leaves Python's collector at work: for programs that do more than this.

    With `vkey`, signatures must be of that key; without, of the key in the file, which then only shows that the file
    agrees with itself. Raises Malformed if `vkey` itself is not a key.
    """
    if vkey is not None:
        VerifyingKey.parse(vkey)
    try:
        with opened(source) as file, nullcontext() if alone else _collector_at_rest():
            return build_report(_right(file, vkey, evaluate, alone=alone) or _careful(file, vkey, evaluate))
    except Malformed:
        return build_report([Finding("seal", (fault("seal_broken", Place("seal")),))])


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python from looking for cycles again and again among millions of rows that have none: half of the time."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


def _right(file: Opened, vkey: str | None, evaluate: Evaluate, *, alone: bool) -> list[Finding] | None:
    """Return the findings where all of the ledger is right; None where it is not, or not as we write it."""
    sealed, pages, path = file
    try:
        form = format_of(pages)
        if any(schema_faults(pages, form)):
            return None
        keys = tuple(row for row in rows_of(pages, "key") if isinstance(row, KeyRow))
        meta = tuple(row for row in rows_of(pages, "meta") if isinstance(row, MetaRow))
        trust = choose_key(AuditBook(key=keys, meta=meta), sealed, vkey)
        if trust.key is None or trust.chain is None or trust.finding.faults or not sealed.is_signed_by(trust.key):
            return None
        ledger = read_right(pages, trust.chain, form, path=path, alone=alone)
        lots = [lot for lot in ledger.lots if lot.lot not in ledger.foreign]
        return [
            Finding("schema", ()),
            check_seal(sealed, trust.key),
            trust.finding,
            *right_findings(pages, ledger),
            *findings_by_project(pages, lots, evaluate, alone=alone),
        ]
    except (NotRightError, UnorderedError, *FAULTS_OF_PAGES):
        return None


def _careful(file: Opened, vkey: str | None, evaluate: Evaluate) -> list[Finding]:
    book, faults = read_pages(file.pages)
    return [Finding("schema", faults), *_check_book(book, file.sealed, vkey, evaluate)]


def _check_book(book: AuditBook, sealed: SealedFile, vkey: str | None, evaluate: Evaluate) -> list[Finding]:
    trust = choose_key(book, sealed, vkey)
    checkpoints, signatures = read_checkpoints(book, trust.chain)
    history, findings = read_history(book, checkpoints, trust.suite)
    origin = trust.key.name if trust.key else "".join(row.name for row in book.key[:1])
    lots = book.lot if history.damaged else [lot_row(lot) for lot in history.replayed.closing.lots.values()]
    foreign = lots_from_elsewhere(history.done())
    return [
        check_seal(sealed, trust.key),
        trust.finding,
        signatures,
        *findings,
        *check_mirror(book, history, origin, checkpoints),
        *check_sums(book),
        *whole(book, (lot for lot in lots if lot.lot not in foreign), evaluate),
    ]
