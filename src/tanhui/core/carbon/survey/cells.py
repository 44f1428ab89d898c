"""Turn the text of cells into words, rounds, dates and numbers, and say which cells cannot be.

A whole column is converted at once; only a column in which something is wrong is looked at cell by cell.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.rows import Rows
from tanhui.core.carbon.survey.schema import Column, TableSchema
from tanhui.core.carbon.survey.table import Table

NUMERIC_KINDS = ("number", "round", "year")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_ROUND = re.compile(r"[1-9]\d{0,3}")


def read_table(schema: TableSchema, rows: Rows) -> tuple[Table, list[Fault]]:
    """All columns of a table, extra ones as text. A number that cannot be read is NaN beside its fault."""
    texts: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, NDArray[np.float64]] = {}
    faults: list[Fault] = []
    columns = zip(*rows.cells, strict=True) if rows.cells else (() for _ in rows.header)
    for name, cells in zip(rows.header, columns, strict=True):
        column = schema.column(name) or Column(name)
        wrong = {cell: code for cell in set(cells) if (code := _fault_code(column, cell))}
        faults += _cell_faults(schema.file, column, zip(rows.lines, cells, strict=True), wrong)
        if column.kind in NUMERIC_KINDS:
            numbers[name] = _numbers(cells, wrong)
        else:
            texts[name] = cells
    return Table(schema.file, rows.lines, texts, numbers), faults


def _numbers(cells: tuple[str, ...], wrong: Mapping[str, str]) -> NDArray[np.float64]:
    """Cells as floats; blank and wrong ones as NaN, so that one mistake is not reported twice."""
    if wrong:
        cells = tuple("" if cell in wrong else cell for cell in cells)
    return np.array([float(cell) if cell else math.nan for cell in cells], dtype=np.float64)


def _cell_faults(
    file: str, column: Column, cells: Iterable[tuple[int, str]], wrong: Mapping[str, str]
) -> Iterator[Fault]:
    """A fault in every line where one of the wrong cell texts stands."""
    if not wrong:
        return
    for line, cell in cells:
        if cell in wrong:
            yield Fault(wrong[cell], file, line, column.name, cell, _limits(column, wrong[cell]))


def _limits(column: Column, code: str) -> dict[str, str]:
    if code == "number_out_of_range":
        return {"low": f"{column.low:g}", "high": f"{column.high:g}"}
    if code == "word_unknown":
        return {"allowed": ", ".join(column.words)}
    return {}


def _fault_code(column: Column, cell: str) -> str:
    """The code of what is wrong with a cell; empty where nothing is."""
    if not cell:
        return _blank_code(column)
    check = _CHECKS.get(column.kind)
    return check(column, cell) if check else ""


def _blank_code(column: Column) -> str:
    if not column.filled:
        return ""
    return "key_blank" if column.kind == "text" else "value_missing"


def _number_code(column: Column, cell: str) -> str:
    if not _PLAIN_NUMBER.fullmatch(cell):
        return "number_not_finite" if _NOT_FINITE.fullmatch(cell) else "number_invalid"
    value = float(cell)
    if not math.isfinite(value):
        return "number_not_finite"
    too_low = value <= column.low if column.above_low else value < column.low
    return "number_out_of_range" if too_low or value > column.high else ""


def _round_code(_column: Column, cell: str) -> str:
    return "" if _ROUND.fullmatch(cell) else "round_invalid"


def _word_code(column: Column, cell: str) -> str:
    return "" if cell in column.words else "word_unknown"


def _date_code(_column: Column, cell: str) -> str:
    return "" if read_date(cell) else "date_invalid"


def _year_code(column: Column, cell: str) -> str:
    if not cell.isascii() or not cell.isdigit():
        return "date_invalid"
    return "" if column.low <= int(cell) <= column.high else "date_invalid"


_CHECKS = {
    "number": _number_code,
    "round": _round_code,
    "word": _word_code,
    "date": _date_code,
    "year": _year_code,
}


def read_date(cell: str) -> date | None:
    """A calendar day written as 2026-08-31, or None."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII):
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None
