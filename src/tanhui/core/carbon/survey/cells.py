"""Turn the text of cells into words, rounds, dates and numbers, and say which cells cannot be.

Each distinct text of a column is looked at once, and number columns are converted whole. Only a number column in
which something is wrong is looked at text by text.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.survey.coded import Coded, coded
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.rows import Rows, all_right, careful_rows, plain_rows
from tanhui.core.carbon.survey.schema import Column, TableSchema
from tanhui.core.carbon.survey.table import Table, number_text

if TYPE_CHECKING:
    import polars as pl

NUMERIC_KINDS = ("number", "round", "year")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_ROUND = re.compile(r"[1-9]\d{0,3}", re.ASCII)

Floats = NDArray[np.float64]


def read_file(schema: TableSchema, content: bytes) -> tuple[Table | None, list[Fault]]:
    """The table in a file with all that is wrong with its lines and cells; None where it cannot be used at all."""
    rows = plain_rows(schema, content)
    if rows and rows.lines:
        table, faults = read_table(schema, rows)
        if not any(fault.code == "key_blank" and fault.column == schema.key[0] for fault in faults):
            return table, faults
    return read_carefully(schema, content)  # a row without its first key may be a blank line


def read_carefully(schema: TableSchema, content: bytes) -> tuple[Table | None, list[Fault]]:
    """The same, row by row: the only way for a file that is not plain."""
    rows, faults = careful_rows(schema, content)
    if rows is None:
        return None, faults
    if schema.required and not rows.lines and not faults:
        faults.append(Fault("file_empty", schema.file))
    table, found = read_table(schema, rows)
    return table, faults + found


def read_table(schema: TableSchema, rows: Rows) -> tuple[Table, list[Fault]]:
    """All columns of a table, extra ones as text. A number that cannot be read is NaN beside its fault."""
    columns = {name: schema.column(name) or Column(name) for name in rows.header}
    cells = dict(zip(rows.header, rows.columns, strict=True))
    numbers = _whole_numbers({name: cells[name] for name in cells if columns[name].kind == "number"}, columns)
    rest = [name for name in cells if name not in numbers]
    texts: dict[str, Coded] = {}
    faults: list[Fault] = []
    for name, found in zip(rest, coded([cells[name] for name in rest]), strict=True):
        wrong = _wrong_words(columns[name], found.words)
        faults += _cell_faults(schema.file, rows, columns[name], found, wrong)
        if columns[name].kind not in NUMERIC_KINDS:
            texts[name] = found
            continue
        number_of = {word: math.nan if not word or word in wrong else float(word) for word in found.words}
        numbers[name] = np.array(list(number_of.values()), dtype=np.float64)[found.codes]
        if columns[name].kind != "number":
            key_of = {word: number_text(number) for word, number in number_of.items()}
            texts[name] = found.renamed(key_of.__getitem__)
    return Table(schema.file, rows.lines, texts, {name: numbers[name] for name in cells if name in numbers}), faults


def _whole_numbers(cells: Mapping[str, "pl.Series"], columns: Mapping[str, Column]) -> dict[str, Floats]:
    """The number columns in which nothing is wrong; blank cells as NaN."""
    import polars as pl

    found: dict[str, Floats] = {}
    for name, series in cells.items():
        read = series if series.dtype == pl.Float64 else series.cast(pl.Float64, strict=False)
        if read is series or (read.null_count() == series.null_count() and all_right(columns[name], read)):
            found[name] = read.fill_null(math.nan).to_numpy()
    return found


def _cell_faults(file: str, rows: Rows, column: Column, cells: Coded, wrong: Mapping[str, str]) -> Iterator[Fault]:
    """A fault in every line where one of the wrong texts stands. A text that stands nowhere is none."""
    if not wrong:
        return
    for row in np.flatnonzero(cells.rows_with(wrong.__contains__)).tolist():
        word = cells.words[cells.codes[row]]
        yield Fault(wrong[word], file, rows.lines[row], column.name, word, _limits(column, wrong[word]))


def _limits(column: Column, code: str) -> dict[str, str]:
    if code == "number_out_of_range":
        return {"low": f"{column.low:g}", "high": f"{column.high:g}"}
    if code == "word_unknown":
        return {"allowed": ", ".join(column.words)}
    return {}


def _wrong_words(column: Column, words: tuple[str, ...]) -> dict[str, str]:
    """The words that must not stand in a column, with the code of what is wrong."""
    check = _CHECKS.get(column.kind)
    wrong = {word: code for word in words if word and (code := check(column, word))} if check else {}
    blank_code = _blank_code(column) if "" in words else ""
    return wrong | {"": blank_code} if blank_code else wrong


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
