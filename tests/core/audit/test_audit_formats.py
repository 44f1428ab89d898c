"""Files of the first format still verify, by the tables that they have; a file is of the format that it says."""

import gzip
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.audit.audit_samples import BOOK, KEY, VKEY, with_cell, with_rows
from tanhui.core.audit import TABLES, AuditReport, audit_bytes, verify, verify_audit
from tanhui.core.audit.formats import tables_of
from tanhui.core.audit.opened import opened
from tanhui.core.audit.pages import format_of, read_pages
from tanhui.core.audit.rows import FIRST_FORMAT, FORMAT
from tanhui.core.audit.seal import seal_text, split_seal
from tanhui.core.ledger.terms import Book

OLD = gzip.decompress((Path(__file__).with_name("golden") / "format-1.sqlite.gz").read_bytes())
"""Written by the last version that wrote the first format, with the key of these samples."""


def resealed(statement: str) -> bytes:
    """The old file with something changed in it, and sealed anew by its registry."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as pages:
        pages.deserialize(bytes(split_seal(OLD).pages))
        pages.execute(statement)
        content = pages.serialize()
    return content + KEY.sign(seal_text(len(content), hashlib.sha256(content).hexdigest())).encode()


def named(report: AuditReport) -> list[str]:
    return [f"{fault.code} {fault.where}" for fault in report.faults]


@pytest.mark.parametrize("key", [VKEY, None])
def test_a_file_of_the_first_format_verifies(key, tmp_path: Path):
    path = tmp_path / "old.sqlite"
    path.write_bytes(OLD)
    for source in (OLD, path):
        report = verify_audit(source, key)
        assert report.faults == ()
        assert len(report.checks) == 15
    with opened(OLD) as file:
        assert format_of(file.pages) == FIRST_FORMAT
        book, faults = read_pages(file.pages)
        assert (faults, book.encumbrance, book.pile, book.format) == ((), (), (), FIRST_FORMAT)


def test_it_is_gone_through_once_as_the_present_one_is(monkeypatch):
    def careful(*_: object) -> None:
        raise AssertionError("the whole file was read")

    monkeypatch.setattr(verify, "read_pages", careful)
    assert verify_audit(OLD, VKEY).ok


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE account SET kind = 'owner' WHERE kind = 'buyer'", "cell_changed account[acc-buyer]"),
        ("UPDATE lot SET retired_mg = retired_mg + 1", "cell_changed lot[lot-1]"),
        ("UPDATE holding SET quantity_mg = quantity_mg + 1 WHERE book = 'buffer'", "lot_not_zero lot[lot-1]"),
        ("UPDATE meta SET value = 'tanhui-audit/2' WHERE key = 'format'", "schema_differs account[]"),
        ("UPDATE meta SET value = 'tanhui-audit/0' WHERE key = 'format'", "schema_differs lot[]"),
        ("CREATE TABLE pile (a)", "schema_differs pile[]"),
    ],
)
def test_what_is_changed_in_it_is_named(statement: str, fault: str):
    assert fault in named(verify_audit(resealed(statement), VKEY))


def test_a_present_file_that_calls_itself_old_lacks_and_has_too_much():
    place = next(at for at, row in enumerate(BOOK.meta) if row.key == "format")
    faults = named(verify_audit(audit_bytes(with_cell("meta", place, "value", FIRST_FORMAT), KEY.sign), VKEY))
    assert {
        "schema_differs account[]",
        "schema_differs lot[]",
        "schema_differs encumbrance[]",
        "schema_differs pile[]",
    } <= set(faults)


def test_the_present_format_has_what_the_first_one_lacks():
    assert set(tables_of(FORMAT)) - set(tables_of(FIRST_FORMAT)) == {"encumbrance", "pile"}
    assert dict(tables_of(FORMAT)) == TABLES
    lot, gone = BOOK.lot[0], next(row for row in BOOK.account if row.account == "acc-gone")
    assert (lot.lessened_mg, lot.drawn_mg, gone.closed) == (9, 9, 1)
    (pledge,) = BOOK.encumbrance
    assert pledge == ("p-1", "pledge", "acc-owner", "lot-1", "pledged", 5, 0, "acc-buyer", 0)
    assert {(row.day, row.book) for row in BOOK.pile} == {
        (0, book.value) for book in (Book.BUFFER, Book.LIVE, Book.MINT, Book.PLEDGED, Book.RETIRED)
    }
    assert sum(row.total_mg for row in BOOK.pile) == 0


def test_a_pile_of_a_day_that_nobody_closed_has_no_place():
    invented = BOOK.pile[0]._replace(day=1)
    faults = named(verify_audit(audit_bytes(with_rows("pile", lambda rows: [*rows, invented]), KEY.sign), VKEY))
    assert faults == [f"row_unexpected pile[1, {invented.lot}, {invented.book}]"]
