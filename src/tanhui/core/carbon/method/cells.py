"""Read the tables of a method cell by cell, and go on after a fault, so that all faults come at once.

Every row of every table names its source and how sure it is. Line 1 is the header.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from tanhui.core.carbon.method.faults import Flaw, flaw
from tanhui.core.carbon.method.model import folded

CONFIDENCES = ("found", "memory-high", "memory-med", "memory-low", "design")
YES_NO = ("yes", "no")

T = TypeVar("T")


class Cells:
    """One row. A cell that cannot be read leaves a flaw behind and a stand-in, which is never used."""

    def __init__(self, file: str, line: int, cells: Mapping[str, str], flaws: list[Flaw]) -> None:
        self.file, self.line = file, line
        self._cells, self._flaws = cells, flaws

    def fault(self, code: str, **params: str) -> None:
        self._flaws.append(flaw(code, self.file, self.line, **params))

    def text(self, column: str) -> str:
        """A cell as it stands; a column that older tables lack is blank."""
        return self._cells.get(column, "")

    def number(self, column: str) -> Fraction:
        found = self.optional(column)
        if found is None and not self.text(column):
            self.fault("number_missing", column=column)
        return Fraction(0) if found is None else found

    def optional(self, column: str) -> Fraction | None:
        """A number, or None where the cell is blank."""
        cell = self.text(column)
        if not cell:
            return None
        try:
            return Fraction(cell)
        except (ValueError, ZeroDivisionError):
            self.fault("number_invalid", column=column, value=cell)
            return None

    def word(self, column: str, allowed: Sequence[str]) -> str:
        if self.text(column) not in allowed:
            self.fault("word_unknown", column=column, value=self.text(column), allowed=", ".join(allowed))
        return self.text(column)

    def enabled(self) -> bool:
        """Whether the row is in use; one that is not says why."""
        used = self.word("enabled", YES_NO) == "yes"
        if not used and not self.text("note"):
            self.fault("reason_missing")
        return used

    def provenance(self) -> tuple[str, str]:
        return self.text("source"), self.text("confidence")


Rows = Mapping[str, tuple[Cells, ...]]


def read_tables(files: Mapping[str, bytes], flaws: list[Flaw]) -> dict[str, tuple[Cells, ...]]:
    """Every CSV table of a method, its rows checked for width, source and confidence."""
    return {name: _rows(name, content, flaws) for name, content in files.items() if name.endswith(".csv")}


def _rows(name: str, content: bytes, flaws: list[Flaw]) -> tuple[Cells, ...]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        found = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        flaws.append(flaw("file_unreadable", name, cause=str(error)))
        return ()
    header = reader.fieldnames or ()
    flaws += [
        flaw("column_missing", name, column=column) for column in ("source", "confidence") if column not in header
    ]
    ragged = [line for line, row in found if None in row or None in row.values()]
    flaws += [flaw("row_ragged", name, line) for line in ragged]
    rows = tuple(Cells(name, line, row, flaws) for line, row in found if line not in ragged)
    for row in rows:
        _check_provenance(row)
    return rows


def _check_provenance(row: Cells) -> None:
    source, confidence = row.provenance()
    if not source:
        row.fault("source_missing")
    if confidence not in CONFIDENCES:
        row.fault("confidence_unknown", value=confidence, allowed=", ".join(CONFIDENCES))


def by_name(rows: Iterable[Cells], read: Callable[[Cells], T]) -> dict[str, T]:
    """Rows by every name they may be called by, folded; a name may stand for one row only."""
    found: dict[str, T] = {}
    for row in rows:
        value = read(row)
        for name in (row.text("species"), *filter(None, row.text("aliases").split("|"))):
            if folded(name) in found:
                row.fault("name_twice", value=name)
            found[folded(name)] = value
    return found


def grouped(rows: Iterable[Cells], column: str, read: Callable[[Cells], T]) -> dict[str, tuple[T, ...]]:
    """Rows gathered under the text of one column, in the order of the file."""
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(row.text(column), []).append(read(row))
    return {name: tuple(values) for name, values in found.items()}
