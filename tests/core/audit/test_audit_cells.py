"""Any single cell of any table, changed before the file was written, is found, and its row is named first."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.audit.audit_samples import BOOK, KEY, VKEY, with_cell, with_rows
from tanhui.core.audit import TABLES, AuditBook, AuditFault, AuditReport, audit_bytes, verify_audit
from tanhui.core.audit.rows import Cell, Row

COLUMNS = [(table, column) for table, kind in TABLES.items() for column in kind.row._fields]


def verified(book: AuditBook) -> AuditReport:
    return verify_audit(audit_bytes(book, KEY.sign), VKEY)


def names(fault: AuditFault, table: str, *rows: Row) -> bool:
    """Whether a fault names the table and the key of one of these rows."""
    length = TABLES[table].key_length
    return fault.where.table == table and any(fault.where.row == tuple(row[:length]) for row in rows)


def other(cell: Cell) -> Cell:
    """The least change that a cell can have: one more, one letter, one bit."""
    if cell is None:
        return 1
    if isinstance(cell, int):
        return cell + 1
    if isinstance(cell, bytes):
        return bytes([cell[0] ^ 1]) + cell[1:] if cell else b"\x00"
    return ("0" if cell[:1] != "0" else "1") + cell[1:]


def places(table: str) -> Iterator[int]:
    count = len(getattr(BOOK, table))
    yield from sorted({0, count // 2, count - 1})


def test_the_book_itself_is_in_order():
    report = verified(BOOK)
    assert report.faults == ()
    assert report.ok


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_cell_is_found_and_its_row_named_first(table: str, column: str):
    for place in places(table):
        row = getattr(BOOK, table)[place]
        book = with_cell(table, place, column, other(getattr(row, column)))
        report = verified(book)
        assert not report.ok
        assert names(report.faults[0], table, row, getattr(book, table)[place]), report.faults[:3]


cells = st.one_of(st.integers(-(2**63), 2**63 - 1), st.text(max_size=8), st.binary(max_size=8), st.none())


@settings(max_examples=100)
@given(st.sampled_from(COLUMNS), st.integers(0, 10**6), cells)
@example(("holding", "quantity_mg"), 1, 0)
@example(("entry", "serial_first"), 0, 1)
@example(("survey_row", "row"), 3, 4)
@example(("subtree", "hash_hex"), 0, "no hex")
@example(("key", "name"), 0, "\n")
@example(("estimate", "document"), 0, "[]")
@example(("block", "checkpoint"), 2, "")
def test_any_cell_with_any_other_content_is_found_and_its_row_named(column: tuple[str, str], number: int, cell: Cell):
    table, name = column
    place = number % len(getattr(BOOK, table))
    row = getattr(BOOK, table)[place]
    before = getattr(row, name)
    fits = isinstance(cell, type(before)) or (name.startswith("serial_") and isinstance(cell, int | None))
    if cell == before or not fits:
        cell = other(before)
    book = with_cell(table, place, name, cell)
    report = verified(book)
    assert not report.ok
    assert any(names(fault, table, row, getattr(book, table)[place]) for fault in report.faults), report.faults[:5]


def test_a_milligram_more_on_an_account_is_told_in_numbers():
    place = next(at for at, row in enumerate(BOOK.holding) if row.book == "live" and row.account == "acc-buyer")
    row = BOOK.holding[place]
    report = verified(with_cell("holding", place, "quantity_mg", row.quantity_mg + 1))
    assert [fault.code for fault in report.faults] == ["cell_changed", "lot_not_zero"]
    first, second = report.faults
    assert str(first.where) == "holding[acc-buyer, lot-1, live]"
    assert dict(first.params) == {
        "column": "quantity_mg",
        "found": 178_999_999_999 + 1,
        "expected": 178_999_999_999,
    }
    assert second.words()["surplus"] == 1
    assert [check.code for check in report.checks if not check.ok] == ["balances", "conservation"]


def test_a_changed_tree_is_named_by_file_and_line():
    place = next(at for at, row in enumerate(BOOK.evidence_file) if row.name == "trees.csv")
    row = BOOK.evidence_file[place]
    lines = row.content.split(b"\n")
    lines[5] = lines[5].replace(b",live,", b",dead,")
    report = verified(with_cell("evidence_file", place, "content", b"\n".join(lines)))
    assert report.faults[0].code == "survey_line_changed"
    assert report.faults[0].words() == {
        "table": "evidence_file",
        "key": "project-1, survey, trees.csv",
        "project": "project-1",
        "file": "trees.csv",
        "row": 6,
    }
    assert [check.code for check in report.checks if not check.ok] == ["survey", "estimate"]


def test_a_line_added_or_taken_away_is_named():
    place = next(at for at, row in enumerate(BOOK.evidence_file) if row.name == "trees.csv")
    content = BOOK.evidence_file[place].content
    longer = verified(with_cell("evidence_file", place, "content", content + b"p9,1,1,x,1,1,live,1,1\n"))
    shorter = verified(with_cell("evidence_file", place, "content", content[: content[:-1].rindex(b"\n") + 1]))
    assert [(fault.code, fault.words()["row"]) for fault in (longer.faults[0], shorter.faults[0])] == [
        ("survey_line_changed", 18),
        ("survey_line_changed", 17),
    ]


def test_a_changed_kept_hash_is_not_taken_for_a_changed_line():
    report = verified(with_cell("survey_row", 9, "hash_hex", "00" * 32))
    assert [(fault.code, fault.where.table) for fault in report.faults] == [("cell_changed", "survey_row")]


def test_a_changed_parameter_of_the_method_is_named_by_file():
    place = next(at for at, row in enumerate(BOOK.evidence_file) if row.name == "parameters.csv")
    row = BOOK.evidence_file[place]
    report = verified(with_cell("evidence_file", place, "content", row.content.replace(b"0.47", b"0.50")))
    assert report.faults[0].code == "method_file_changed"
    assert report.faults[0].words()["name"] == "parameters.csv"


def test_a_changed_method_that_does_not_come_with_the_software_is_named_as_a_whole():
    place = next(at for at, row in enumerate(BOOK.evidence_file) if row.name == "parameters.csv")
    book = with_cell("evidence_file", place, "content", b"changed")
    document = book.estimate[0].document.replace('"published-tree-biomass"', '"of-another-house"')
    faults = verified(with_cell("estimate", 0, "document", document, book)).faults
    named = {fault.where.row for fault in faults if fault.code == "method_hash_differs"}
    assert ("project-1", "method", "parameters.csv") in named
    assert "method_file_changed" not in {fault.code for fault in faults}


def test_a_changed_leaf_is_named_and_the_later_blocks_are_still_checked():
    place = 3
    leaf = BOOK.leaf[place]
    changed = leaf.content[:-1] + bytes([leaf.content[-1] ^ 1])
    report = verified(with_cell("leaf", place, "content", changed))
    assert report.faults[0].code == "leaf_changed"
    assert report.faults[0].where == ("leaf", (3,))
    codes = {fault.code for fault in report.faults}
    assert "root_differs" not in codes
    assert "not_checked" in codes


def test_two_changes_are_both_named():
    book = with_cell("leaf", 2, "content", b"\x00")
    book = with_cell("entry", 3, "quantity_mg", 5, book)
    book = with_cell("survey_row", 2, "hash_hex", "11" * 32, book)
    named = {str(fault.where) for fault in verified(book).faults}
    kept = BOOK.survey_row[2]
    assert {"leaf[2]", f"entry[{BOOK.entry[3].idx}]", f"survey_row[project-1, {kept.file}, {kept.row}]"} <= named


@pytest.mark.parametrize("table", TABLES)
def test_a_row_taken_away_is_named(table: str):
    for place in places(table):
        row = getattr(BOOK, table)[place]
        report = verified(with_rows(table, lambda rows, at=place: rows[:at] + rows[at + 1 :]))
        assert not report.ok
        assert any(
            names(fault, table, row) or (fault.where.table == table and fault.where.row == ())
            for fault in report.faults
        ), report.faults[:5]


@pytest.mark.parametrize("table", TABLES)
def test_a_row_doubled_is_named(table: str):
    row = getattr(BOOK, table)[0]
    report = verified(with_rows(table, lambda rows: [*rows, rows[0]]))
    assert any(names(fault, table, row) for fault in report.faults)


@pytest.mark.parametrize("table", [table for table in TABLES if table not in {"leaf", "key"}])
def test_a_table_left_empty_is_found(table: str):
    report = verified(with_rows(table, lambda _: []))
    assert any(fault.where.table in {table, "lot", "evidence_file"} for fault in report.faults)
