"""The marked copy: the user's own workbook, every faulty cell coloured and explained, and a list that leads there."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tanhui.core.carbon.survey import ERROR
from tanhui.monitoring.intake.grids import Grid, address, text_of
from tanhui.monitoring.intake.upload import Sent, opened

ERROR_FILL = PatternFill("solid", fgColor="F6B8AC")
WARNING_FILL = PatternFill("solid", fgColor="FAD9A8")
MENDED_FILL = PatternFill("solid", fgColor="BFE0D5")
LIST_WIDTHS = (6, 8, 16, 14, 16, 18, 70, 16, 22)
LINK = Font(color="0C3938", underline="single")
AUTHOR = "Tanhui"
COMMENT_WIDTH, COMMENT_HEIGHT = 320, 120
OPENED_BY_US = (".xlsx", ".xlsm")


def marked_copies(sent: Sent, rows: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """One workbook for each that was sent, and one for all that came in another format, by file name.

    `rows` are findings as `words.finding_row` says them, with the `source` they are of.
    """
    grids = opened(sent, "").grids
    copies: dict[str, bytes] = {}
    for name, content in sorted(sent.tables.items()):
        if name.lower().endswith(OPENED_BY_US):
            book = openpyxl.load_workbook(io.BytesIO(content), keep_vba=name.lower().endswith(".xlsm"))
            own = [row for row in rows if row["source"] in {name, ""}]
            copies[_name(name)] = _marked(book, own, sent, name)
    others = [grid for grid in grids if not grid.source.lower().endswith(OPENED_BY_US)]
    if others:
        sources = {grid.source for grid in others}
        own = [row for row in rows if row["source"] in sources or (row["source"] == "" and not copies)]
        copies[_("标好的表.xlsx")] = _marked(_rebuilt(others), own, sent, "")
    return copies


def _name(name: str) -> str:
    stem, _dot, ending = name.rpartition(".")
    return _("%(stem)s-标好.%(ending)s") % {"stem": stem, "ending": ending}


def _rebuilt(grids: Iterable[Grid]) -> Workbook:
    """A workbook of grids that no workbook of this kind was made of: CSV files, the old binary format."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for grid in grids:
        sheet = book.create_sheet(_sheet_name(grid.name))
        for number, row in enumerate(grid.rows, 1):
            for column, cell in enumerate(row, 1):
                if text_of(cell):
                    # Text, so that what is shown is what was read: no formula, no date made of an id.
                    sheet.cell(grid.shown_row(number), column).value = text_of(cell)
                    sheet.cell(grid.shown_row(number), column).data_type = "s"
    return book


def _sheet_name(name: str) -> str:
    return name.removesuffix(".csv")[:31]


def _marked(book: Workbook, rows: Sequence[Mapping[str, Any]], sent: Sent, source: str) -> bytes:
    _mark_mends(book, sent, source)
    said: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        sheet = _sheet_name(row["sheet"])
        if sheet in book.sheetnames and row["row"]:
            said.setdefault((sheet, row["cell"] or address(row["row"], 1)), []).append(row)
    for (sheet, cell), found in said.items():
        _mark(_own_cell(book[sheet], cell), found)
    _list(book, rows)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _mark_mends(book: Workbook, sent: Sent, source: str) -> None:
    for (of, sheet, row, column), text in sent.mends.items():
        if of == source and sheet in book.sheetnames:
            cell = book[sheet].cell(row, column)
            cell.value = float(text) if _is_number(text) else text
            cell.fill = MENDED_FILL
            cell.comment = Comment(_("在网页上改成了 %(text)s。") % {"text": text or "—"}, AUTHOR)


def _is_number(text: str) -> bool:
    """Whether a corrected cell is a number and no id that begins with a zero."""
    plain = text.removeprefix("-")
    return plain.replace(".", "", 1).isdecimal() and not (plain[:1] == "0" and plain[1:2].isdecimal())


def _own_cell(sheet: Worksheet, cell: str) -> Cell:
    """The cell, or the first one of the merged range that swallowed it: only that one can be coloured."""
    swallowing = next((merged for merged in sheet.merged_cells.ranges if cell in merged), None)
    return sheet.cell(swallowing.min_row, swallowing.min_col) if swallowing else sheet[cell]


def _mark(cell: Cell, found: Sequence[Mapping[str, Any]]) -> None:
    cell.fill = ERROR_FILL if any(row["severity"] == ERROR for row in found) else WARNING_FILL
    text = "\n".join(f"{row['sentence']}{_hint(row)} [{row['code']}]" for row in found)
    kept = f"\n—\n{cell.comment.text}" if cell.comment else ""
    cell.comment = Comment(text + kept, AUTHOR, width=COMMENT_WIDTH, height=COMMENT_HEIGHT)


def _hint(row: Mapping[str, Any]) -> str:
    return _(" 是不是 %(text)s？") % {"text": row["suggestion"]} if row["asks"] else ""


def _list(book: Workbook, rows: Sequence[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet(_("错误清单"), 0)
    book.active = 0
    heads = (
        _("序号"),
        _("轻重"),
        _("在哪里"),
        _("表"),
        _("列"),
        _("写的是"),
        _("哪里不对，怎么改"),
        _("是不是"),
        _("代码"),
    )
    sheet.append(heads)
    for column, width in enumerate(LIST_WIDTHS, 1):
        head = sheet.cell(1, column)
        head.font = Font(bold=True)
        sheet.column_dimensions[head.column_letter].width = width
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, 1):
        _list_row(book, sheet, number, row)
    if not rows:
        sheet.append((_("没有错，也没有提醒。"),))
    sheet.auto_filter.ref = f"A1:{address(max(len(rows), 1) + 1, len(heads))}"


def _list_row(book: Workbook, sheet: Worksheet, number: int, row: Mapping[str, Any]) -> None:
    error = row["severity"] == ERROR
    where = row["address"] or (f"{row['sheet']}!{row['row']}" if row["row"] else row["sheet"])
    cells = (
        *(number, _("错") if error else _("提醒"), where, row["table"], row["column_word"]),
        *(row["value"], row["sentence"], row["suggestion"], row["code"]),
    )
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(number + 1, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # What somebody typed is shown and never run as a formula.
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(number + 1, 2).fill = ERROR_FILL if error else WARNING_FILL
    name = _sheet_name(row["sheet"])
    if name in book.sheetnames and row["row"]:
        link = sheet.cell(number + 1, 3)
        quoted = name.replace("'", "''")
        link.hyperlink = f"#'{quoted}'!{row['cell'] or address(row['row'], 1)}"
        link.font = LINK
