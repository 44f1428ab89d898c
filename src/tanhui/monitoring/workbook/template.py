"""Write a field workbook: one sheet a table, Chinese and English headings, drop-downs, limits, notes, a guide.

The same arguments always give the same bytes. Nothing here reads the database: what is filled in comes as a value.
"""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from tanhui.core.carbon.survey import Column
from tanhui.monitoring.workbook.prefill import Prefill, Row
from tanhui.monitoring.workbook.shape import (
    ECOSYSTEM_TEMPLATES,
    TEMPLATE_VERSION,
    SheetShape,
    WorkbookShape,
    guide,
    workbook_shape,
)
from tanhui.monitoring.workbook.validation import DJANGO_LANGUAGE, limits, validation
from tanhui.monitoring.workbook.vocabulary import heading, references, rows_of, sheets, word, words

__all__ = ["ECOSYSTEM_TEMPLATES", "TEMPLATE_VERSION", "write_template"]

LAST_ROW = 50_000
"""Drop-downs and limits reach this far down. Rows below are read all the same."""
MARK_SHEET, LIST_SHEET = "_tanhui", "_lists"
NARROWEST, WIDEST = 9, 30
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "text": {"text_wrap": True, "valign": "top"},
    "must": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#CFE3DF", "bottom": 1},
    "may": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF3F0", "bottom": 1},
    "grey_head": {"text_wrap": True, "valign": "top", "font_color": "#7F8C83", "bg_color": "#F1F4F0", "bottom": 1},
    "grey": {"font_color": "#7F8C83", "bg_color": "#F7F8F6", "num_format": "@"},
    "grey_number": {"font_color": "#7F8C83", "bg_color": "#F7F8F6"},
    "id": {"num_format": "@"},
    "day": {"num_format": "yyyy-mm-dd"},
    "plain": {},
}


def write_template(ecosystem: str, language: str = "zh", prefill: Prefill | None = None) -> bytes:
    """Return the workbook of an ecosystem (one of `ECOSYSTEM_TEMPLATES`) as .xlsx.

    Headings show both languages, the asked one (`zh` or `en`) first. With a prefill its rows stand in the sheets, in
    columns of the format; a table or column that the template would leave out is shown when something is filled in.
    """
    given = prefill or Prefill()
    shape = workbook_shape(ecosystem, filled=_filled(given))
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": shape.title.spoken(language), "author": "Tanhui 碳汇", "created": _MADE})
        with translation.override(DJANGO_LANGUAGE[language]):
            _Writer(book, shape, given, language).write()
    return stream.getvalue()


def _filled(prefill: Prefill) -> frozenset[tuple[str, str]]:
    return frozenset(
        (file, column) for file, rows in prefill.tables.items() for row in rows for column, cell in row.items() if cell
    )


class _Writer:
    """One workbook on its way."""

    def __init__(self, book: Workbook, shape: WorkbookShape, prefill: Prefill, language: str) -> None:
        self.book, self.shape, self.prefill, self.language = book, shape, prefill, language
        self.formats = {name: book.add_format(dict(style)) for name, style in _STYLES.items()}
        self.titles = {sheet.schema.file: sheets()[sheet.schema.file].spoken(language) for sheet in shape.sheets}
        self.lists: dict[tuple[str, str], str] = {}

    def write(self) -> None:
        self._guide()
        made = [(sheet, self.book.add_worksheet(self.titles[sheet.schema.file])) for sheet in self.shape.sheets]
        self._word_lists()
        self._mark()
        for sheet, page in made:
            self._sheet(sheet, page)

    def _guide(self) -> None:
        page = self.book.add_worksheet(_("填表说明"))
        page.set_column(0, 0, 100, self.formats["text"])
        page.write_string(0, 0, self.shape.title.spoken(self.language), self.formats["title"])
        programme = f"{self.prefill.programme_name} {self.prefill.programme}".strip()
        page.write_string(1, 0, programme)
        for place, paragraph in enumerate(guide(self.language), 1):
            page.write_string(place + 2, 0, f"{place}. {paragraph}", self.formats["text"])

    def _word_lists(self) -> None:
        """Words, species and rounds stand in a hidden sheet; drop-downs point there."""
        page = self.book.add_worksheet(LIST_SHEET)
        page.hide()
        wanted: dict[tuple[str, str], list[str] | list[int]] = {}
        for sheet in self.shape.sheets:
            for column in sheet.columns:
                said = self._words(sheet.schema.file, column)
                if said:
                    wanted[sheet.schema.file, column.name] = said
        for place, (key, said) in enumerate(wanted.items()):
            page.write_column(0, place, said, self.formats["id"])
            letter = xl_col_to_name(place, col_abs=True)
            self.lists[key] = f"={LIST_SHEET}!{letter}$1:{letter}${len(said)}"

    def _words(self, file: str, column: Column) -> list[str] | list[int]:
        if column.words:
            return [name.spoken(self.language) for name in words(file, column.name).values()]
        if column.name == "species":
            return list(dict.fromkeys([*self.prefill.species, *(row[self.language] for row in rows_of("species.csv"))]))
        if column.kind == "round" and self.prefill.round:
            return list(range(1, self.prefill.round + 1))
        return []

    def _mark(self) -> None:
        """Which template this is, and of which programme: asked when it comes back."""
        page = self.book.add_worksheet(MARK_SHEET)
        page.very_hidden()
        facts = {
            "template": self.shape.ecosystem,
            "version": TEMPLATE_VERSION,
            "programme": self.prefill.programme,
            "round": str(self.prefill.round or ""),
        }
        for place, (name, value) in enumerate(facts.items()):
            page.write_string(place, 0, name)
            page.write_string(place, 1, value)

    def _sheet(self, sheet: SheetShape, page: Worksheet) -> None:
        leading = 0
        for place, column in enumerate(sheet.columns):
            self._column(sheet, page, place, column)
            leading += place == leading and (column.filled and column.kind in {"text", "round"})
        for place, name in enumerate(sheet.references, len(sheet.columns)):
            page.write_string(0, place, references()[name].lines(self.language), self.formats["grey_head"])
            page.set_column(place, place, 12, self.formats["grey"])
        page.set_row(0, 36)
        page.freeze_panes(1, leading)
        rows = self.prefill.tables.get(sheet.schema.file, ())
        page.autofilter(0, 0, max(len(rows), 1), len(sheet.names) - 1)
        for line, row in enumerate(rows, 1):
            self._row(sheet, page, line, row)

    def _column(self, sheet: SheetShape, page: Worksheet, place: int, column: Column) -> None:
        file = sheet.schema.file
        found = heading(file, column.name)
        written = found.lines(self.language)
        page.write_string(0, place, written, self.formats["must" if column.filled else "may"])
        width = max(_width(line) for line in written.split("\n")) + 3
        page.set_column(place, place, min(max(width, NARROWEST), WIDEST), self.formats[_style(column)])
        note = self._note(file, column)
        if note:
            page.write_comment(0, place, note, {"x_scale": 1.6, "y_scale": 0.9, "author": "Tanhui"})
        rule = validation(column, xl_rowcol_to_cell(1, place), self._lists_of(file), self.language)
        if rule:
            page.data_validation(1, place, LAST_ROW, place, rule)

    def _lists_of(self, file: str) -> dict[str, str]:
        own = {column: source for (of, column), source in self.lists.items() if of == file}
        for column, home in (("plot", "plots.csv"), ("stratum", "strata.csv")):
            if file != home and home in self.titles:
                letter = xl_col_to_name(0, col_abs=True)
                own[column] = f"='{self.titles[home]}'!{letter}$2:{letter}${LAST_ROW}"
        return own

    def _note(self, file: str, column: Column) -> str:
        limit = limits(column) if column.kind == "number" else ""
        parts = (
            heading(file, column.name).note.spoken(self.language),
            _("必须填。") if column.filled else "",
            _("范围：%(limits)s。") % {"limits": limit} if limit else "",
        )
        return "\n".join(part for part in parts if part)

    def _row(self, sheet: SheetShape, page: Worksheet, line: int, row: Row) -> None:
        for place, column in enumerate(sheet.columns):
            cell = row.get(column.name, "")
            if cell:
                self._cell(page, (line, place), (sheet.schema.file, column), cell)
        for place, name in enumerate(sheet.references, len(sheet.columns)):
            shown = row.get(name, "")
            if _plain(shown):
                page.write_number(line, place, float(shown), self.formats["grey_number"])
            else:
                page.write_string(line, place, word("trees.csv", "status", shown, self.language), self.formats["grey"])

    def _cell(self, page: Worksheet, at: tuple[int, int], of: tuple[str, Column], cell: str) -> None:
        file, column = of
        style = self.formats[_style(column)]
        if column.kind in {"number", "round", "year"} and _plain(cell):
            page.write_number(*at, float(cell), style)
        elif column.kind == "date" and _day(cell):
            page.write_datetime(*at, _day(cell), style)
        else:
            page.write_string(*at, word(file, column.name, cell, self.language), style)


def _style(column: Column) -> str:
    if column.kind == "date":
        return "day"
    return "id" if column.kind == "text" else "plain"


def _width(text: str) -> int:
    """How wide a text is, in digits: a Chinese sign counts for two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)  # noqa: PLR2004 - where East Asian signs begin


def _plain(cell: str) -> bool:
    """Whether a number in a workbook is the number that was written: 15 digits, and nothing but digits."""
    return cell.lstrip("+-").replace(".", "", 1).isdecimal() and f"{float(cell):.15g}" == cell


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None
