"""A sheet of a workbook or a CSV file as a grid of cells, as somebody typed them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

Raw = str | float | int | bool | date | datetime | time | timedelta
"""A cell as the workbook holds it; the empty text for a blank one."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet or CSV file. Rows and columns are counted from 1, as people see them.

    `source` is the file it came in. `errors` are cells whose formula failed, `uncalculated` those whose formula has no
    value; `merged` holds, for each cell that a merged range swallowed, the range as it is called (A2:A5).
    `as_sent`: its bytes are what the survey format asks for, as they stand.
    """

    source: str
    name: str
    rows: tuple[tuple[Raw, ...], ...]
    sheet: bool = True
    hidden: frozenset[int] = frozenset()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    merged: Mapping[tuple[int, int], str] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    as_sent: bool = True

    def cell(self, row: int, column: int) -> str:
        """The text of a cell; blank outside the grid."""
        if not (0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1])):
            return ""
        return text_of(self.rows[row - 1][column - 1])

    def shown_row(self, row: int) -> int:
        """The number that a program shows beside a row: for a CSV file the line."""
        return self.lines[row - 1] if self.lines and 0 < row <= len(self.lines) else row

    def mended(self, mends: Mapping[tuple[int, int], str]) -> "Grid":
        """The grid with some cells as they were corrected afterwards."""
        rows = [list(row) for row in self.rows]
        for (row, column), text in mends.items():
            if 0 < row <= len(rows):
                rows[row - 1] += [""] * (column - len(rows[row - 1]))
                rows[row - 1][column - 1] = text
        cleared = set(mends)
        return replace(
            self,
            rows=tuple(tuple(row) for row in rows),
            errors={cell: said for cell, said in self.errors.items() if cell not in cleared},
            uncalculated=self.uncalculated - cleared,
            merged={cell: said for cell, said in self.merged.items() if cell not in cleared},
        )


def text_of(raw: Raw) -> str:
    """A cell as text: numbers to 15 digits as Excel shows them, days as 2026-08-31, blanks around text away."""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return f"{raw:.15g}"
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    return str(raw)


def letters(column: int) -> str:
    """A, B … Z, AA: what Excel calls a column."""
    said = ""
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def address(row: int, column: int) -> str:
    """F311."""
    return f"{letters(column)}{row}"
