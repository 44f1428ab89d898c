"""Write an audit file: rows into pages, a seal behind them."""

from pathlib import Path

from tanhui.core.audit.pages import write_pages
from tanhui.core.audit.rows import AuditBook
from tanhui.core.audit.seal import Sign, seal
from tanhui.core.ledger.suites import ED25519_SHA256, Suite


def audit_bytes(book: AuditBook, sign: Sign, suite: Suite = ED25519_SHA256) -> bytes:
    """Return the audit file of a book. `sign` turns a text into a note signed by the log's key, which is of this suite.

    The same book and key give the same bytes, in whatever order the rows come.
    """
    return seal(write_pages(book), sign, suite)


def write_audit(path: Path, book: AuditBook, sign: Sign) -> None:
    """Write the audit file of a book."""
    path.write_bytes(audit_bytes(book, sign))
