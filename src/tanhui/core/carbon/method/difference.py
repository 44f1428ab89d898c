"""What differs between two methods, or two versions of one: rows added, removed and changed, cell by cell."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tanhui.core.carbon.method.layout import KEYS, MethodTable, Row, method_tables

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class Cell(NamedTuple):
    """One cell before and after; blank where a side does not have it."""

    column: str
    before: str
    after: str


class Difference(NamedTuple):
    """A row that differs. An added or removed row lists all its cells that are filled."""

    file: str
    row: str
    kind: str
    cells: tuple[Cell, ...]

    def document(self) -> dict[str, object]:
        return {**self._asdict(), "cells": [cell._asdict() for cell in self.cells]}


def method_differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Difference, ...]:
    """All differences in the order of the tables; equal files have none."""
    first = {table.file: table for table in method_tables(before)}
    second = {table.file: table for table in method_tables(after)}
    order = [*KEYS, *sorted({*first, *second} - set(KEYS))]
    return tuple(found for file in order for found in _of_table(file, first.get(file), second.get(file)))


def _of_table(file: str, before: MethodTable | None, after: MethodTable | None) -> Iterator[Difference]:
    old: Mapping[str, Row] = before.rows if before else {}
    new: Mapping[str, Row] = after.rows if after else {}
    names = [*old, *(name for name in new if name not in old)]
    for name in names:
        cells = tuple(_cells(old.get(name, {}), new.get(name, {})))
        if cells:
            kind = CHANGED if name in old and name in new else ADDED if name in new else REMOVED
            yield Difference(file, name, kind, cells)


def _cells(before: Row, after: Row) -> Iterator[Cell]:
    for column in dict.fromkeys([*before, *after]):
        cell = Cell(column, before.get(column, ""), after.get(column, ""))
        if cell.before != cell.after:
            yield cell
