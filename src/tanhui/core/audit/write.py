"""Write an audit file: rows into pages, a seal behind them."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from tanhui.core.audit.pages import fill, in_order, without_writer
from tanhui.core.audit.rows import TABLES, AuditBook, Row
from tanhui.core.audit.seal import Sign, seal_text
from tanhui.core.ledger.suites import ED25519_SHA256, Suite

_HEADER_LENGTH: Final = 100


def audit_bytes(book: AuditBook, sign: Sign, suite: Suite = ED25519_SHA256) -> bytes:
    """Return the audit file of a book. `sign` turns a text into a note signed by the log's key, which is of this suite.

    The same book and key give the same bytes, in whatever order the rows come.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as pages:
        fill(pages, _sorted(book))
        content = pages.serialize()
    content = without_writer(content[:_HEADER_LENGTH]) + content[_HEADER_LENGTH:]
    return content + sign(seal_text(len(content), suite.new(content).digest().hex())).encode()


def write_audit(path: Path, book: AuditBook, sign: Sign, suite: Suite = ED25519_SHA256) -> None:
    """Write the audit file of a book."""
    write_tables(path, _sorted(book), sign, suite)


def write_tables(path: Path, tables: Mapping[str, Iterable[Row]], sign: Sign, suite: Suite = ED25519_SHA256) -> None:
    """Write an audit file table by table, however long they are: rows are taken as they come, and must come sorted."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as pages:
        fill(pages, tables)
    with path.open("r+b") as file:
        header = without_writer(file.read(_HEADER_LENGTH))
        file.seek(0)
        file.write(header)
    with (
        path.open("rb") as written,
        mmap(written.fileno(), 0, access=ACCESS_READ) as mapped,
        memoryview(mapped) as content,
    ):
        text = seal_text(len(content), suite.new(content).digest().hex())
    with path.open("ab") as end:
        end.write(sign(text).encode())


def _sorted(book: AuditBook) -> dict[str, list[Row]]:
    return {name: in_order(getattr(book, name)) for name in TABLES}
