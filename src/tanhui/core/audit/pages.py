"""Rows into SQLite pages and back.

The pages are a function of the rows: rows are written in sorted order into a fresh database with fixed settings, and
the header's version fields, which only say which SQLite wrote it, are set to fixed values. The tables
have no constraints, on purpose: a book that breaks one must be written as it is, so that the audit can name the row.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, get_args

from tanhui.core.audit.formats import tables_of
from tanhui.core.audit.report import AuditFault, Place, fault
from tanhui.core.audit.rows import FIRST_FORMAT, FORMAT, TABLES, AuditBook, Cell, Row

_APPLICATION_ID: Final = 0x7448_4131  # "tHA1"
_SQL_TYPES: Final = {int: "INTEGER", str: "TEXT", bytes: "BLOB"}
_CHANGE_COUNTER: Final = slice(24, 28)
_VALID_FOR: Final = slice(92, 96)
_WRITER_VERSION: Final = slice(96, 100)


def fill(pages: sqlite3.Connection, tables: Mapping[str, Iterable[Row]]) -> None:
    """Write the rows of each table, in the order in which they come, into a fresh database."""
    pages.execute("PRAGMA page_size = 4096")
    pages.execute("PRAGMA journal_mode = OFF")
    pages.execute("PRAGMA synchronous = OFF")
    pages.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    pages.execute("BEGIN")
    for name in TABLES:
        pages.execute(_create(name, FORMAT))
        pages.executemany(_insert(name), tables[name])
    pages.execute("COMMIT")


def read_pages(pages: sqlite3.Connection) -> tuple[AuditBook, tuple[AuditFault, ...]]:
    """Return the rows, and a fault for every table that is not as it should be or cannot be read."""
    pages.text_factory = lambda text: text.decode("utf-8", "replace")  # a damaged text is a changed cell
    try:
        form = format_of(pages)
        faults = list(schema_faults(pages, form))
        tables: dict[str, Any] = {"format": form}
        for name in tables_of(form):
            try:
                tables[name] = tuple(rows_of(pages, name, form))
            except (sqlite3.Error, ValueError, TypeError):
                faults.append(fault("table_unreadable", Place(name)))
        return AuditBook(**tables), tuple(faults)
    except (sqlite3.Error, ValueError, TypeError):
        return AuditBook(), (fault("table_unreadable", Place("sqlite_schema")),)


def format_of(pages: sqlite3.Connection) -> str:
    """Return the format that a file says it has; the present one if it says nothing that is one."""
    try:
        said = pages.execute("SELECT value FROM meta WHERE key = 'format'").fetchall()
    except sqlite3.Error:
        return FORMAT
    return FIRST_FORMAT if said == [(FIRST_FORMAT,)] else FORMAT


def without_writer(header: bytes) -> bytes:
    """Blank the fields of the header that name the SQLite version at work, and count as one change."""
    blanked = bytearray(header)
    blanked[_CHANGE_COUNTER] = (1).to_bytes(4, "big")
    blanked[_VALID_FOR] = (1).to_bytes(4, "big")
    blanked[_WRITER_VERSION] = (0).to_bytes(4, "big")
    return bytes(blanked)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Sort rows by their cells, nothing before something."""
    return sorted(rows, key=lambda row: [(cell is not None, 0 if cell is None else cell) for cell in row])


def _create(name: str, form: str) -> str:
    columns = ", ".join(f'"{column}" {_sql_type(cell)}' for column, cell in _columns(name, form))
    return f'CREATE TABLE "{name}" ({columns}) STRICT'


def _insert(name: str) -> str:
    marks = ", ".join("?" for _ in _columns(name, FORMAT))
    return f'INSERT INTO "{name}" VALUES ({marks})'  # noqa: S608 - names come from TABLES alone


def _columns(name: str, form: str) -> list[tuple[str, object]]:
    return list(tables_of(form)[name].row.__annotations__.items())


def _sql_type(cell: object) -> str:
    """Return the column type; of `int | None` the first part counts."""
    return _SQL_TYPES[(get_args(cell) or (cell,))[0]]


def rows_of(connection: sqlite3.Connection, name: str, form: str = FORMAT) -> Iterator[tuple[Cell, ...]]:
    """Read the rows of a table. Raises TypeError for a cell that is not of its column's type: a damaged page."""
    kind = tables_of(form)[name].row
    types = [get_args(cell) or (cell,) for _, cell in _columns(name, form)]
    for cells in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - names come from TABLES alone
        if any(type(cell) not in allowed for cell, allowed in zip(cells, types, strict=True)):
            raise TypeError(f"a cell of {name} has another type than its column")
        yield kind(*cells)


def schema_faults(connection: sqlite3.Connection, form: str) -> Iterator[AuditFault]:
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema"))
    for name in tables_of(form):
        if found.pop(name, None) != _create(name, form):
            yield fault("schema_differs", Place(name))
    for name in sorted(map(str, found)):
        yield fault("schema_differs", Place(name))
