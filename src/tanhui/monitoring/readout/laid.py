"""Rows laid out as a sheet: one column a cell that is named, in this order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tanhui.kit.sheets import Cell, Column, Sheet

Row = Mapping[str, Any]
Spec = tuple[tuple[str, str, int | None], ...]
"""Columns as the cell's name, the head with its unit, and the decimals of a number."""


def laid(code: str, title: str, spec: Spec, rows: Iterable[Row], notes: tuple[str, ...] = ()) -> Sheet:
    columns = tuple(Column(*told) for told in spec)
    return Sheet(code, title, columns, [_cells(columns, row) for row in rows], notes)


def _cells(columns: Sequence[Column], row: Row) -> list[Cell]:
    return [row.get(column.code) for column in columns]
