"""Verify an audit file: make every check, on the file alone, and name every row that is not as it should be.

Nothing of the file is believed beforehand. The seal covers its bytes; the signed checkpoints cover the journal; the
journal, replayed by the rules, gives every balance; the evidence, computed anew, gives every issued quantity.
"""

from pathlib import Path

from tanhui.core.audit.evidence import check_methods, check_surveys, gather
from tanhui.core.audit.history import lots_from_elsewhere, read_history
from tanhui.core.audit.issuance import check_estimates
from tanhui.core.audit.mirror import check_mirror, lot_row
from tanhui.core.audit.pages import read_pages
from tanhui.core.audit.report import AuditReport, Finding, Place, build_report, fault
from tanhui.core.audit.rows import AuditBook
from tanhui.core.audit.science import Evaluate, recompute
from tanhui.core.audit.seal import SealedFile, split_seal
from tanhui.core.audit.sums import check_sums
from tanhui.core.audit.trust import check_seal, choose_key, read_checkpoints
from tanhui.core.ledger import Malformed


def verify_audit(source: Path | bytes, vkey: str | None = None, *, evaluate: Evaluate = recompute) -> AuditReport:
    """Verify an audit file, given its path or its bytes.

    With `vkey`, signatures must be of that key; without, of the key in the file, which then only shows that the file
    agrees with itself. Raises Malformed if `vkey` itself is not a key.
    """
    content = source if isinstance(source, bytes) else source.read_bytes()
    try:
        sealed = split_seal(content)
    except Malformed:
        return build_report([Finding("seal", (fault("seal_broken", Place("seal")),))])
    book, faults = read_pages(sealed.pages)
    return build_report([Finding("schema", faults), *_check_book(book, sealed, vkey, evaluate)])


def _check_book(book: AuditBook, sealed: SealedFile, vkey: str | None, evaluate: Evaluate) -> list[Finding]:
    trust = choose_key(book, sealed, vkey)
    checkpoints, signatures = read_checkpoints(book, trust.chain)
    history, findings = read_history(book, checkpoints, trust.suite)
    origin = trust.key.name if trust.key else "".join(row.name for row in book.key[:1])
    lots = book.lot if history.damaged else [lot_row(lot) for lot in history.replayed.closing.lots.values()]
    foreign = lots_from_elsewhere(history)
    evidence = gather(book, [lot for lot in lots if lot.lot not in foreign])
    return [
        check_seal(sealed, trust.key),
        trust.finding,
        signatures,
        *findings,
        *check_mirror(book, history, origin),
        *check_sums(book),
        check_surveys(book, evidence),
        check_methods(evidence),
        *check_estimates(book, evidence, evaluate),
    ]
