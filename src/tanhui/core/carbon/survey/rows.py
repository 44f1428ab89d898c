"""Read the bytes of one CSV file into a header and rows, each with the line it stands in.

A plain file (no quotes, no blank or ragged lines) is split by Polars. Every other file is read by Python's own
CSV reader, row by row: blank lines are passed over, and what is malformed is a fault in its place while the rest
of the file is still read, so that one broken row does not hide the next. Both give the same for a plain file.
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.schema import Column, TableSchema

if TYPE_CHECKING:
    import polars as pl

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Rows:
    """A header, and columns in its order; null is a blank cell.

    Strings may have spaces around them, and be categories already, each column by its own book. A column that is
    numbers already has nothing wrong in it.
    """

    header: tuple[str, ...]
    lines: Sequence[int]
    columns: "tuple[pl.Series, ...]"


def plain_rows(schema: TableSchema, content: bytes) -> Rows | None:
    """The rows of a file without quotes and ragged rows; None for any other.

    A blank line is here a row of blank cells: whoever finds a blank first key has to read carefully. Number columns
    come as numbers if all of them are right, else all as strings.
    """
    import polars as pl

    header = _plain_header(schema, content)
    if not header:
        return None
    columns = {str(index): schema.column(name) for index, name in enumerate(header)}
    numeric = {index: column for index, column in columns.items() if column and column.kind == "number"}
    strings = dict.fromkeys(columns, pl.String)
    words = {index: pl.Categorical(pl.Categories.random()) for index in columns.keys() - numeric.keys()}
    frame = _split(content, strings | words | dict.fromkeys(numeric, pl.Float64)) if numeric else None
    if frame is None or not all(all_right(column, frame[index]) for index, column in numeric.items()):
        frame = _split(content, strings)
    return None if frame is None else Rows(header, range(2, len(frame) + 2), tuple(frame.get_columns()))


def _split(content: bytes, types: "Mapping[str, type[pl.DataType] | pl.DataType]") -> "pl.DataFrame | None":
    """The rows below the header; None where Polars finds anything wrong, or a row too short."""
    import polars as pl

    try:
        frame = pl.read_csv(content, has_header=False, skip_rows=1, schema=types, quote_char=None)
    except pl.exceptions.PolarsError:  # whatever it is, the careful reader finds the words for it
        return None
    return None if _has_short_row(frame, content) else frame


def all_right(column: Column, numbers: "pl.Series") -> bool:
    """Whether all numbers are finite and in the column's range; null is a blank cell."""
    if (numbers.null_count() and column.filled) or numbers.is_nan().any():
        return False
    low, high = numbers.min(), numbers.max()
    if not isinstance(low, float) or not isinstance(high, float):
        return True  # all blank
    above = low > column.low if column.above_low else low >= column.low
    return math.isfinite(low) and math.isfinite(high) and above and high <= column.high


def _plain_header(schema: TableSchema, content: bytes) -> tuple[str, ...]:
    """The names of the columns; none where the file is not plain or a column is missing."""
    if b'"' in content or b"\0" in content or (b"\r" in content and content.count(b"\r") != content.count(b"\r\n")):
        return ()
    if _has_long_line(content):
        return ()
    end = content.find(b"\n")
    try:
        first_line = content[: end if end >= 0 else len(content)].removeprefix(_BOM).decode()
    except UnicodeDecodeError:
        return ()
    header = tuple(name.strip() for name in first_line.split(","))
    return () if not any(header) or _header_faults(schema, header) else header


def _has_long_line(content: bytes) -> bool:
    """Whether some line is longer than the longest cell that the careful reader takes."""
    begin, limit = 0, csv.field_size_limit()
    while len(content) - begin > limit:
        end = content.rfind(b"\n", begin, begin + limit)
        if end < 0:
            return True
        begin = end + 1
    return False


def _has_short_row(frame: "pl.DataFrame", content: bytes) -> bool:
    """Polars refuses a row that is too long and fills up one that is too short, whose last cell is then null."""
    last = frame.to_series(frame.width - 1)
    return bool(last.null_count()) and content.count(b",") != (frame.width - 1) * (len(frame) + 1)


def careful_rows(schema: TableSchema, content: bytes) -> tuple[Rows | None, list[Fault]]:
    """The rows of any file, and all that is wrong with its lines."""
    import polars as pl

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [Fault("not_utf8", schema.file, line)]
    if "\0" in text:  # the reader lets it through, and no database takes it
        line = text.count("\n", 0, text.index("\0")) + 1
        return None, [Fault("csv_broken", schema.file, line, params={"cause": "line contains NUL"})]
    records, faults = _records(schema.file, text)
    if not records:
        return None, faults or [Fault("file_empty", schema.file)]
    header = tuple(name or "" for name in records[0][1])
    faults += _header_faults(schema, header)
    lines, cells = [], []
    for line, record in records[1:]:
        if len(record) != len(header):
            params = {"found": str(len(record)), "expected": str(len(header))}
            faults.append(Fault("row_ragged", schema.file, line, params=params))
            continue
        lines.append(line)
        cells.append(record)
    if any(fault.code.startswith("column_") for fault in faults):
        return None, faults
    columns = zip(*cells, strict=True) if cells else ([] for _ in header)
    return Rows(header, tuple(lines), tuple(pl.Series(column, dtype=pl.String) for column in columns)), faults


def _records(file: str, text: str) -> tuple[list[tuple[int, list[str | None]]], list[Fault]]:
    """Every record that is not blank, with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str | None]]] = []
    line = 1
    try:
        for record in reader:
            cells = [cell.strip() or None for cell in record]
            if any(cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        return records, [Fault("csv_broken", file, line, params={"cause": str(error)})]
    return records, []


def _header_faults(schema: TableSchema, header: tuple[str, ...]) -> list[Fault]:
    faults = [
        Fault("column_duplicate", schema.file, 1, name)
        for index, name in enumerate(header)
        if name and name in header[:index]
    ]
    faults += [
        Fault("column_missing", schema.file, 1, column.name)
        for column in schema.columns
        if column.required and column.name not in header
    ]
    return faults
