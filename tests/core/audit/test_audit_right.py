"""A file that is right is gone through once, wherever it lies; whatever is not plainly right is looked at with care."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.audit.audit_samples import BOOK, KEY, VKEY, book_of, history, with_rows
from tanhui.core.audit import TABLES, audit_bytes, backing, right, verify, verify_audit, write_tables
from tanhui.core.audit.crew import Piece, shared
from tanhui.core.audit.opened import opened
from tanhui.core.audit.pages import in_order
from tanhui.core.audit.right import NotRightError, read_right
from tanhui.core.ledger import KeyChain, Malformed

FILE = audit_bytes(BOOK, KEY.sign)
EVIDENCE = ("evidence_file", "survey_row", "estimate")


def rows(table: str) -> list:
    return in_order(getattr(BOOK, table))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "账本 #1?.sqlite"  # what an address of a file must not trip over
    place.write_bytes(FILE)
    return place


@pytest.fixture
def careless(monkeypatch) -> None:
    def careful(*_: object) -> None:
        raise AssertionError("the whole file was read")

    monkeypatch.setattr(verify, "read_pages", careful)


@pytest.mark.usefixtures("careless")
def test_a_file_that_is_right_is_never_read_as_a_whole(path: Path):
    for source in (path, FILE):
        for key in (VKEY, None):
            assert verify_audit(source, key).ok


def test_both_ways_say_the_same_of_a_right_file(path: Path, monkeypatch):
    plain = verify_audit(path, VKEY)

    def never(*_: object) -> None:
        raise NotRightError

    monkeypatch.setattr(verify, "read_right", never)
    assert verify_audit(path, VKEY) == plain


@pytest.mark.parametrize("table", [name for name in TABLES if len(getattr(BOOK, name)) > 1])
def test_rows_in_another_order_are_right_too(path: Path, table: str):
    tables = {name: rows(name) for name in TABLES} | {table: list(reversed(rows(table)))}
    write_tables(path, tables, KEY.sign)
    assert path.read_bytes() != FILE
    assert verify_audit(path, VKEY).ok


@pytest.mark.parametrize("table", [name for name in TABLES if name not in {"key", *EVIDENCE}])
def test_each_table_of_the_ledger_is_missed_and_a_row_too_many_is_seen(table: str):
    for change in (lambda found: found[:-1], lambda found: [*found, found[-1]]):
        content = audit_bytes(with_rows(table, change), KEY.sign)
        with opened(content) as file, pytest.raises((NotRightError, ValueError, sqlite3.Error)):
            read_right(file.pages, KeyChain(KEY.public))


def test_a_number_that_only_looks_whole_is_not(path: Path):
    """SQLite gives 1.0 where a table was not strict when it was written, and Python thinks it the same as 1."""
    with closing(sqlite3.connect(path, isolation_level=None)) as pages:
        (said,) = pages.execute("SELECT sql FROM sqlite_schema WHERE name = 'leaf'").fetchone()
        pages.executescript("CREATE TABLE loose (idx, height, kind, content); INSERT INTO loose SELECT * FROM leaf;")
        pages.execute("UPDATE loose SET height = 1.0 WHERE idx = 0")
        pages.executescript("DROP TABLE leaf; ALTER TABLE loose RENAME TO leaf; PRAGMA writable_schema = ON;")
        pages.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'leaf'", [said])
    content = path.read_bytes()
    with closing(sqlite3.connect(":memory:")) as pages:
        pages.deserialize(content)
        assert pages.execute("SELECT typeof(height) FROM leaf WHERE idx = 0").fetchone() == ("real",)
        with pytest.raises(NotRightError):
            read_right(pages, KeyChain(KEY.public))


def resealed(table: str, change: Callable[[list[Any]], list[Any]]) -> bytes:
    """A file that somebody with the key has changed and sealed again."""
    return audit_bytes(with_rows(table, change), KEY.sign)


def test_hashes_cut_at_another_place_are_not_the_same_hashes():
    """Joined, the two cells read as before; neither is a hash any more."""

    def cut(nodes: list[Any]) -> list[Any]:
        first, second, *rest = in_order(nodes)
        moved = second._replace(hash_hex=second.hash_hex[1:])
        return [first._replace(hash_hex=first.hash_hex + second.hash_hex[:1]), moved, *rest]

    faults = verify_audit(resealed("subtree", cut), VKEY).faults
    assert {(fault.code, fault.where.table) for fault in faults} == {("cell_changed", "subtree")}


def test_a_checkpoint_under_another_block_is_named():
    def exchanged(blocks: list[Any]) -> list[Any]:
        first, second, *rest = blocks
        notes = first.checkpoint, second.checkpoint
        return [first._replace(checkpoint=notes[1]), second._replace(checkpoint=notes[0]), *rest]

    faults = verify_audit(resealed("block", exchanged), VKEY).faults
    assert {(fault.code, fault.where.row) for fault in faults} == {("cell_changed", (1,)), ("cell_changed", (2,))}


def test_an_empty_file_and_a_missing_one(tmp_path: Path):
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    assert [fault.code for fault in verify_audit(empty, VKEY).faults] == ["seal_broken"]
    with pytest.raises(FileNotFoundError):
        verify_audit(tmp_path / "none", VKEY)
    with pytest.raises(Malformed), opened(b""):
        pass


def test_a_damaged_file_on_a_disk_is_named_as_in_memory(path: Path):
    content = FILE.replace(b"acc-buyer", b"acc-buyeR", 1)
    path.write_bytes(content)
    assert verify_audit(path, VKEY) == verify_audit(content, VKEY)
    assert not verify_audit(path, VKEY).ok


def test_the_tree_of_a_large_file_is_gathered_by_another_process(path: Path, monkeypatch):
    monkeypatch.setattr(right, "_LARGE_BYTES", 0)
    with opened(path) as file:
        assert read_right(file.pages, KeyChain(KEY.public), path=path).counts["block"] == len(BOOK.block)
    path.write_bytes(resealed("subtree", lambda found: [*found[:-1], found[-1]._replace(hash_hex="00" * 32)]))
    with opened(path) as file, pytest.raises(NotRightError):
        read_right(file.pages, KeyChain(KEY.public), path=path)
    assert {fault.where.table for fault in verify_audit(path, VKEY).faults} == {"subtree"}


@pytest.mark.usefixtures("careless")
def test_large_files_are_shared_among_processes(path: Path, monkeypatch):
    monkeypatch.setattr(right, "_CHECKPOINTS", 2)
    monkeypatch.setattr(backing, "_LARGE", 0)
    assert verify_audit(path, VKEY).ok
    forged = audit_bytes(book_of(history(), KEY), KEY.sign).replace(BOOK.block[0].checkpoint[-9:-5].encode(), b"AAAA")
    with opened(forged) as file, pytest.raises(NotRightError):
        read_right(file.pages, KeyChain(KEY.public))


def doubled(number: int) -> int:
    return 2 * number


def test_what_is_shared_comes_back_in_its_order_and_few_at_a_time():
    under_way = []

    def pieces() -> Iterator[Piece[int]]:
        for number in range(30):
            under_way.append(number)
            yield Piece(number, large=number % 10 == 7)

    results = shared(doubled, pieces())
    assert next(results) == 0
    assert len(under_way) < 12
    assert list(results) == [2 * number for number in range(1, 30)]
