"""Tables to take away: a table with heads and units, as CSV or as a sheet of a workbook. The same rows, the same bytes.

Words are given in the reader's language; numbers stay numbers, with all the digits they have, and are only shown
rounded. A text is never taken for a formula.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import xlsxwriter

Cell = str | int | float | None

CSV_TYPE = "text/csv; charset=utf-8"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_LONGEST_NAME = 31
_NARROWEST, _WIDEST = 8, 48
_MARK = "\ufeff"


class Column(NamedTuple):
    """A column: its code for programs, its head with the unit, and how many decimals are shown; None for text."""

    code: str
    head: str
    places: int | None = None


class Sheet(NamedTuple):
    """A table: code, title, columns, rows, and sentences that stand under it."""

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    notes: tuple[str, ...] = ()


def csv_bytes(sheet: Sheet) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs know it."""
    room = io.StringIO()
    written = csv.writer(room, lineterminator="\r\n")
    written.writerow(column.head for column in sheet.columns)
    written.writerows(["" if cell is None else cell for cell in row] for row in sheet.rows)
    return (_MARK + room.getvalue()).encode()


def workbook_bytes(sheets: Iterable[Sheet], about: Sheet) -> bytes:
    """A workbook: what it is first, then a sheet for each table."""
    room = io.BytesIO()
    book = xlsxwriter.Workbook(room, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _NEVER, "title": about.title})
    forms = _Forms(book)
    taken: set[str] = set()
    for sheet in (about, *sheets):
        _write(book, forms, sheet, _free_name(sheet.title, taken))
    book.close()
    return room.getvalue()


class _Forms:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - the library has no types
        self._book = book
        self._kept: dict[int | None, Any] = {}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"font_color": "#46534b"})

    def of(self, places: int | None) -> Any:  # noqa: ANN401 - the library has no types
        if places not in self._kept:
            shown = {} if places is None else {"num_format": "#,##0" + ("." + "0" * places if places else "")}
            self._kept[places] = self._book.add_format(shown)
        return self._kept[places]


def _write(book: Any, forms: _Forms, sheet: Sheet, name: str) -> None:  # noqa: ANN401 - the library has no types
    page = book.add_worksheet(name)
    page.write_string(0, 0, sheet.title, forms.title)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, _width(sheet, place))
        page.write_string(2, place, column.head, forms.head)
    for line, row in enumerate(sheet.rows, start=3):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _put(page, (line, place), cell, forms.of(column.places))
    page.freeze_panes(3, 1)
    if sheet.rows:
        page.autofilter(2, 0, 2 + len(sheet.rows), len(sheet.columns) - 1)
    for line, note in enumerate(sheet.notes, start=4 + len(sheet.rows)):
        page.write_string(line, 0, note, forms.note)


def _put(page: Any, place: tuple[int, int], cell: Cell, form: Any) -> None:  # noqa: ANN401 - the library has no types
    if isinstance(cell, str):
        page.write_string(*place, cell, form)
    elif cell is not None:
        page.write_number(*place, cell, form)


def _width(sheet: Sheet, place: int) -> int:
    """Wide enough for the head over two lines and for the longest text, within bounds."""
    texts = [str(row[place]) for row in sheet.rows if isinstance(row[place], str)]
    longest = max([_span(sheet.columns[place].head) // 2 + 2, *map(_span, texts), _NARROWEST])
    return min(_WIDEST, longest + 2)


def _span(text: str) -> int:
    """A Chinese sign is as wide as two others."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)  # noqa: PLR2004 - CJK begins there


def _free_name(title: str, taken: set[str]) -> str:
    """A name that a sheet may have: no signs of paths, not too long, not twice."""
    plain = "".join("-" if sign in r"[]:*?/\'" else sign for sign in title)[:_LONGEST_NAME] or "1"
    name, count = plain, 1
    while name.lower() in taken:
        count += 1
        name = f"{plain[: _LONGEST_NAME - 4]} {count}"
    taken.add(name.lower())
    return name
