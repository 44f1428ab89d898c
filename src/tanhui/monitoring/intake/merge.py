"""Merge an upload into what is booked: the next whole survey, with the way back from each line to where it was typed.

A row with the key of a booked one takes its place; columns that the upload does not have stay as they were. Rows that
the upload does not name stay, unless it is said to be complete for the visits it holds. The same content gives the
same bytes: columns in the order of the format, rows in the order of their keys.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tanhui.core.carbon.survey import TABLES, TableSchema
from tanhui.monitoring.intake.changes import Change, Changes
from tanhui.monitoring.intake.findings import Place
from tanhui.monitoring.intake.reading import Part

Row = dict[str, str]
_NUMERIC = frozenset({"number", "round", "year"})
_PIECES = re.compile(r"(\d+)")


class Origin(NamedTuple):
    """Where a row was typed: a part of the upload and which of its rows. `part` −1 is what was booked before."""

    part: int
    row: int


BOOKED = Origin(-1, 0)


@dataclass(frozen=True, slots=True)
class Merged:
    """The next survey as files, and for each file the origin of each line."""

    files: Mapping[str, bytes]
    lines: Mapping[str, Mapping[int, Origin]]
    changes: Changes


def merge(
    parts: Sequence[Part], booked: Mapping[str, bytes], *, complete: bool, verbatim: Mapping[str, bytes] | None = None
) -> Merged:
    """The survey that would stand if the parts were booked upon `booked` (its files; none at first).

    `complete`: rows of a booked visit that the upload holds and a row of which it does not name are taken away.
    `verbatim` are the files as they came, where the parts say nothing else: a first survey in the format is kept as is.
    """
    if not booked and verbatim is not None:
        return Merged(verbatim, {part.file: {} for part in parts}, _all_fresh(parts))
    files: dict[str, bytes] = {}
    lines: dict[str, Mapping[int, Origin]] = {}
    cells: list[Change] = []
    gone: list[Change] = []
    came: list[Change] = []
    fresh: list[tuple[str, int]] = []
    visits = _visits(read_rows(booked["visits.csv"])) if "visits.csv" in booked else frozenset()
    for schema in TABLES:
        own = [(number, part) for number, part in enumerate(parts) if part.file == schema.file]
        if not own and schema.file not in booked:
            continue
        if not own:
            files[schema.file] = booked[schema.file]
            lines[schema.file] = {}
            continue
        table = _Table(schema, read_rows(booked.get(schema.file, b"")))
        table.take(own)
        if complete:
            gone += table.drop()
        cells += table.cells
        came += (change for change in table.came if change.key[:2] in visits)
        fresh.append((schema.file, sum(change.key[:2] not in visits for change in table.came)))
        files[schema.file], lines[schema.file] = table.written()
    return Merged(files, lines, Changes(tuple(cells), tuple(gone), tuple(came), tuple(row for row in fresh if row[1])))


class Corrected(NamedTuple):
    """Which of the wanted rows are not there, and how many values are other than before."""

    unknown: tuple[tuple[str, ...], ...]
    values: int


def corrected_rows(
    file: str, content: bytes, wanted: Mapping[tuple[str, ...], Mapping[str, str]], *, whole: bool
) -> tuple[bytes, Corrected]:
    """A file with the wanted rows of a booked one and their new values.

    `whole`: cells of the key are among them. The file then holds all rows of those visits, to be taken as complete.
    """
    table = _Table(next(schema for schema in TABLES if schema.file == file), read_rows(content))
    keys = {table.plain(key): dict(cells) for key, cells in wanted.items()}
    visits = {key[:2] for key in keys}
    values, rows = 0, []
    for key, found in table.rows.items():
        new = keys.get(key, {})
        for row, _origin in found:
            values += sum(not table.same(column, row.get(column, ""), cell) for column, cell in new.items())
            if whole and key[:2] in visits:
                rows.append({**row, **new})
            elif new:
                rows.append({name: row.get(name, "") for name in table.schema.key} | new)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(), Corrected(tuple(key for key in keys if key not in table.rows), values)


def _all_fresh(parts: Iterable[Part]) -> Changes:
    return Changes(fresh=tuple((part.file, len(part.rows)) for part in parts if part.rows))


def read_rows(content: bytes) -> list[Row]:
    """The rows of a booked file by column; blank lines left out."""
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    records = [[cell.strip() for cell in record] for record in reader if any(cell.strip() for cell in record)]
    return [dict(zip(records[0], record, strict=True)) for record in records[1:]]


def _visits(rows: Iterable[Row]) -> frozenset[tuple[str, ...]]:
    return frozenset((row["plot"], plain_number(row["round"])) for row in rows)


def plain_number(text: str) -> str:
    """A number in the one shape by which numbers are compared; what is none stays as it is."""
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return text


class _Table:
    """One table on its way from what is booked to what would be."""

    def __init__(self, schema: TableSchema, booked: list[Row]) -> None:
        self.schema = schema
        self.numeric = frozenset(column.name for column in schema.columns if column.kind in _NUMERIC)
        self.rows: dict[tuple[str, ...], list[tuple[Row, Origin]]] = {}
        for row in booked:
            self.rows.setdefault(self._key(row), []).append((row, BOOKED))
        self.before = set(self.rows)
        self.known: set[str] = set().union(*booked)
        self.taken: set[tuple[str, ...]] = set()
        self.cells: list[Change] = []
        self.came: list[Change] = []

    def _key(self, row: Mapping[str, str]) -> tuple[str, ...]:
        return self.plain(tuple(row.get(name, "") for name in self.schema.key))

    def plain(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """The key in the one shape by which rows are compared."""
        named = zip(self.schema.key, key, strict=True)
        return tuple(plain_number(cell) if name in self.numeric else cell for name, cell in named)

    def take(self, parts: Sequence[tuple[int, Part]]) -> None:
        """Put the rows of the upload where their keys say."""
        for number, part in parts:
            self.known.update(part.header)
            for index, cells in enumerate(part.rows):
                row = dict(zip(part.header, cells, strict=True))
                self._put(self._key(row), row, Origin(number, index), part.place(index))

    def _put(self, key: tuple[str, ...], row: Row, origin: Origin, place: Place) -> None:
        if key in self.taken or key not in self.before:
            self.rows.setdefault(key, []).append((row, origin))
            if key not in self.taken:
                self.came.append(Change(self.schema.file, key, "", "", _said(row, self.schema.key), place))
            self.taken.add(key)
            return
        self.taken.add(key)
        old, _origin = self.rows[key][0]
        new = dict(old)
        for column, cell in row.items():
            if not self.same(column, old.get(column, ""), cell):
                new[column] = cell
                self.cells.append(Change(self.schema.file, key, column, old.get(column, ""), cell, place))
        self.rows[key] = [(new, origin)]

    def same(self, column: str, before: str, after: str) -> bool:
        return before == after or (column in self.numeric and plain_number(before) == plain_number(after))

    def drop(self) -> Iterator[Change]:
        """Take away booked rows of the visits that the upload holds and that it does not name."""
        if self.schema.key[:2] != ("plot", "round"):
            return
        held = {key[:2] for key in self.taken}
        for key in sorted(self.before - self.taken):
            if key[:2] in held:
                ((row, _origin),) = self.rows.pop(key)
                yield Change(self.schema.file, key, "", _said(row, self.schema.key), "")

    def written(self) -> tuple[bytes, dict[int, Origin]]:
        ordered = [(key, row, origin) for key, found in self.rows.items() for row, origin in found]
        ordered.sort(key=lambda entry: natural(entry[0]))
        header = self._header(row for _key, row, _origin in ordered)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[_one_line(row.get(name, "")) for name in header] for _key, row, _origin in ordered])
        return text.getvalue().encode(), {line: origin for line, (_key, _row, origin) in enumerate(ordered, 2)}

    def _header(self, rows: Iterable[Row]) -> list[str]:
        """Required columns that somebody has, and those in which something stands; the format's own first."""
        present: set[str] = set()
        for row in rows:
            present.update(name for name, cell in row.items() if cell)
        own = [
            column.name for column in self.schema.columns if column.name in (self.known if column.required else present)
        ]
        return own + sorted(present - {column.name for column in self.schema.columns})


def natural(key: tuple[str, ...]) -> list[list[tuple[int, int, str]]]:
    """An order in which 2 comes before 10, and A2 before A10."""
    return [
        [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in _PIECES.split(text)] for text in key
    ]


def _one_line(cell: str) -> str:
    return " ".join(cell.split("\n")).replace("\r", "") if "\n" in cell or "\r" in cell else cell


def _said(row: Mapping[str, str], key: tuple[str, ...]) -> str:
    """A row in one line, for a list of what comes and goes: `species=油松 dbh_cm=12.4`."""
    return " ".join(f"{name}={cell}" for name, cell in row.items() if cell and name not in key)
