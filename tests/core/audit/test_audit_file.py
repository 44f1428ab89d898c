"""The audit file as a file: always the same bytes, readable by any SQLite tool, and sealed to the last byte."""

import ast
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import tanhui.core.audit
from core.audit.audit_samples import BOOK, KEY, STRANGER, VKEY, book_of, history
from tanhui.core.audit import (
    AUDIT_FAULT_CODES,
    CHECK_CODES,
    TABLES,
    AuditBook,
    KeyRow,
    Place,
    audit_bytes,
    verify_audit,
    write_audit,
)
from tanhui.core.audit.seal import split_seal
from tanhui.core.ledger import Malformed, VerifyingKey

FILE = audit_bytes(BOOK, KEY.sign)
PAGES = len(split_seal(FILE).pages)


def flipped(at: int, by: int = 1) -> bytes:
    return FILE[:at] + bytes([FILE[at] ^ by]) + FILE[at + 1 :]


def is_sealed(content: bytes) -> bool:
    try:
        return split_seal(content).is_signed_by(VerifyingKey.parse(VKEY))
    except Malformed:
        return False


def test_every_check_is_made_and_says_how_much_it_looked_at():
    report = verify_audit(FILE, VKEY)
    assert tuple(check.code for check in report.checks) == CHECK_CODES
    assert all(check.ok for check in report.checks)
    counts = {check.code: dict(check.params) for check in report.checks}
    assert counts["journal"] == {"leaves": len(BOOK.leaf)}
    assert counts["signatures"] == {"blocks": 3}
    assert counts["estimate"] == {"estimates": 2}
    assert counts["issuance"] == {"lots": 1}
    assert counts["key"] == {"given": 1, "vkey": VKEY}


def test_without_a_key_of_the_readers_own_the_file_is_checked_against_itself():
    report = verify_audit(FILE)
    assert report.ok
    assert dict(report.checks[CHECK_CODES.index("key")].params) == {"given": 0, "vkey": VKEY}


def test_a_file_is_written_and_verified_by_path(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    write_audit(path, BOOK, KEY.sign)
    assert path.read_bytes() == FILE
    assert verify_audit(path, VKEY).ok


def test_the_bytes_do_not_depend_on_the_order_of_rows():
    turned = AuditBook(**{table: tuple(reversed(getattr(BOOK, table))) for table in TABLES})
    assert audit_bytes(turned, KEY.sign) == FILE


def test_any_tool_for_sqlite_opens_the_file_as_it_is(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(FILE)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    (total,) = connection.execute("SELECT sum(quantity_mg) FROM holding").fetchone()
    assert total == 0
    connection.close()
    assert path.read_bytes() == FILE


def test_the_seal_covers_every_byte_around_it():
    """Every byte of the seal and of the file's header, and every 61st byte of the pages."""
    places = {*range(100), *range(100, PAGES, 61), *range(PAGES, len(FILE))}
    assert [at for at in sorted(places) if is_sealed(flipped(at))] == []
    assert is_sealed(FILE)


@settings(max_examples=80)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
@example(0, 1)
@example(16, 255)
@example(28, 1)
@example(PAGES, 1)
@example(len(FILE) - 1, 1)
def test_any_changed_byte_of_the_file_is_found(at: int, by: int):
    assert not verify_audit(flipped(at, by), VKEY).ok
    assert not verify_audit(flipped(at, by)).ok


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", FILE[:50], FILE[:PAGES], FILE[:-1], FILE + b"\n", FILE[: PAGES // 2], FILE[PAGES:], FILE + FILE],
)
def test_a_file_that_was_cut_or_added_to_is_found(content: bytes):
    report = verify_audit(content, VKEY)
    assert not report.ok
    assert any(fault.code == "seal_broken" for fault in report.faults)


def test_a_cell_changed_in_the_file_is_named_beside_the_broken_seal(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(FILE[:PAGES])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE holding SET quantity_mg = quantity_mg + 1 WHERE account = 'acc-buyer' AND book = 'live'")
    connection.commit()
    connection.close()
    report = verify_audit(path.read_bytes() + FILE[PAGES:], VKEY)
    assert str(report.faults[0].where) == "holding[acc-buyer, lot-1, live]"
    assert [fault.code for fault in report.faults] == ["cell_changed", "lot_not_zero", "seal_broken"]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE lot ADD COLUMN note TEXT",
        "DROP TABLE entry",
        "CREATE TABLE extra (a)",
        "CREATE INDEX i ON leaf (idx)",
    ],
)
def test_a_table_that_is_not_as_it_should_be_is_found(tmp_path: Path, change: str):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(FILE[:PAGES])
    connection = sqlite3.connect(path)
    connection.execute(change)
    connection.commit()
    connection.close()
    report = verify_audit(path.read_bytes() + FILE[PAGES:], VKEY)
    assert "schema_differs" in {fault.code for fault in report.faults}


def test_a_cell_of_another_type_makes_a_table_unreadable(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(FILE[:PAGES])
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE meta; CREATE TABLE meta (key, value); INSERT INTO meta VALUES ('format', 1.5)")
    connection.close()
    named = {(fault.code, fault.where.table) for fault in verify_audit(path.read_bytes() + FILE[PAGES:], VKEY).faults}
    assert {("schema_differs", "meta"), ("table_unreadable", "meta"), ("seal_broken", "seal")} <= named


def test_a_key_whose_text_names_another_is_told_apart():
    renamed = replace(BOOK, key=(KeyRow("registry.example/other", VKEY),))
    faults = verify_audit(audit_bytes(renamed, KEY.sign), VKEY).faults
    assert (faults[0].code, str(faults[0].where)) == ("cell_changed", "key[registry.example/other]")


def test_the_book_of_another_key_is_told_apart():
    forged = audit_bytes(book_of(history(), STRANGER), STRANGER.sign)
    assert verify_audit(forged).ok
    report = verify_audit(forged, VKEY)
    assert report.faults[0].where == Place("block", (1,))
    codes = [fault.code for fault in report.faults]
    assert codes == ["checkpoint_not_signed"] * 3 + ["key_not_expected", "seal_broken"]


def test_a_key_exchanged_in_the_database_is_named():
    exchanged = replace(BOOK, key=(KeyRow(STRANGER.name, str(STRANGER.public)),))
    report = verify_audit(audit_bytes(exchanged, KEY.sign))
    assert report.faults[0].code == "key_changed"
    assert report.faults[0].where == Place("key", (KEY.name,))


def test_a_seal_of_another_key_breaks_the_seal_and_not_the_key():
    report = verify_audit(audit_bytes(BOOK, STRANGER.sign))
    assert [fault.code for fault in report.faults] == ["seal_broken"]


def test_the_readers_own_key_must_be_one():
    with pytest.raises(Malformed):
        verify_audit(FILE, "not a key")


def test_a_book_of_nothing_is_in_order():
    empty = AuditBook(meta=tanhui.core.audit.meta_rows(KEY.name, None), key=BOOK.key)
    assert verify_audit(audit_bytes(empty, KEY.sign), VKEY).ok


def codes_in_source() -> set[str]:
    """Every code that stands in the source as the first argument of `fault`, or in a table of codes."""
    found = set()
    for path in Path(tanhui.core.audit.__file__).parent.glob("*.py"):
        if path.name == "report.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and node.value in AUDIT_FAULT_CODES:
                found.add(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "fault":
                first = node.args[0]
                assert not isinstance(first, ast.Constant) or first.value in AUDIT_FAULT_CODES
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                assert node.args[0].value in CHECK_CODES
    return found


def test_the_declared_codes_are_the_ones_that_the_source_gives():
    assert codes_in_source() == set(AUDIT_FAULT_CODES)
    assert len(AUDIT_FAULT_CODES) == len(set(AUDIT_FAULT_CODES))
