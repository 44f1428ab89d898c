"""Read the bytes of one CSV file into a header and rows, each with the line it stands in.

Blank lines are passed over. What is malformed is a fault in its place; the rest of the file is still read, so
that one broken row does not hide the next.
"""

import csv
import io
from dataclasses import dataclass

from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.schema import TableSchema


@dataclass(frozen=True, slots=True)
class Rows:
    """A header and rows of the same width."""

    header: tuple[str, ...]
    lines: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]


def read_rows(schema: TableSchema, content: bytes) -> tuple[Rows | None, list[Fault]]:
    """The rows of a file, or None where not even its header can be used."""
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
    header = tuple(name.strip() for name in records[0][1])
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
    return Rows(header, tuple(lines), tuple(cells)), faults


def _records(file: str, text: str) -> tuple[list[tuple[int, tuple[str, ...]]], list[Fault]]:
    """Every record that is not blank, with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, tuple[str, ...]]] = []
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append((line, tuple(cell.strip() for cell in record)))
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
