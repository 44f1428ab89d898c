"""Read an Excel workbook into grids: the values by calamine, and what calamine does not tell from the sheet itself."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import unescape

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from tanhui.kit.problems import Problem
from tanhui.monitoring.intake.grids import Grid, address, column_number

LARGEST_UNPACKED = 400 * 1024 * 1024
MOST_CELLS = 8_000_000
OWN_SHEETS = ("_tanhui", "_lists")
_TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_HIDDEN = re.compile(r"<row\b[^>]*\bhidden=\"(?:1|true)\"[^>]*>")
_ROW_NUMBER = re.compile(r"\br=\"(\d+)\"")
_ERROR = re.compile(r"<c\b([^>]*\bt=\"e\"[^>]*)>(?:<f\b(?:[^>]*/>|.*?</f>))?<v>([^<]*)</v>", re.DOTALL)
_NO_VALUE = re.compile(r"<c\b([^>]*)><f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>")
_CELL = re.compile(r"\br=\"([A-Z]+)(\d+)\"")


def read_workbook(source: str, content: bytes) -> tuple[list[Grid], dict[str, str]]:
    """The sheets of a workbook, and what its hidden sheet says of it (template, version, programme, round).

    Raises `workbook_locked`, `workbook_broken`, `file_too_large`.
    """
    _check_size(source, content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            book.get_sheet_by_name(made.name) for made in book.sheets_metadata if made.typ == SheetTypeEnum.WorkSheet
        ]
        marks = next((_marks(sheet) for sheet in sheets if sheet.name == OWN_SHEETS[0]), {})
        asides = _asides(content)
        grids = [_grid(source, sheet, asides.get(sheet.name, "")) for sheet in sheets if sheet.name not in OWN_SHEETS]
    except PasswordError as locked:
        text = _("%(name)s 有密码，打不开。") % {"name": source}
        raise Problem("workbook_locked", text, field="files", remedy=_("在 Excel 里去掉密码再传。")) from locked
    except (CalamineError, zipfile.BadZipFile, KeyError, UnicodeDecodeError) as broken:
        text = _("%(name)s 打不开，不是完好的 Excel 文件。") % {"name": source}
        raise Problem("workbook_broken", text, field="files", remedy=_("在 Excel 里另存为 .xlsx 再传。")) from broken
    return grids, marks


def _check_size(source: str, content: bytes) -> None:
    """A small file may unpack to more than the machine holds; the archive's own list says how much."""
    if content[:2] != b"PK":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return  # The reader says better what is wrong with it.
    if unpacked > LARGEST_UNPACKED:
        text = _("%(name)s 解开后超过 400 MB，没有收。") % {"name": source}
        raise Problem("file_too_large", text, field="files")


def _marks(sheet: CalamineSheet) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in sheet.to_python(skip_empty_area=False) if len(row) > 1}


def _grid(source: str, sheet: CalamineSheet, xml: str) -> Grid:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        text = _("%(name)s 的“%(sheet)s”太大，没有收。") % {"name": source, "sheet": sheet.name}
        raise Problem("file_too_large", text, field="files", remedy=_("删去表下面、右边的空格子，或者分成几个文件。"))
    rows = tuple(tuple(row) for row in sheet.to_python(skip_empty_area=False))
    return Grid(
        source,
        sheet.name,
        rows,
        hidden=frozenset(_hidden_rows(xml)),
        errors=dict(_cells(_ERROR, xml)),
        uncalculated=frozenset(cell for cell, _said in _cells(_NO_VALUE, xml)),
        merged=_merged(sheet),
    )


def _merged(sheet: CalamineSheet) -> dict[tuple[int, int], str]:
    swallowed = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        said = f"{address(top + 1, left + 1)}:{address(bottom + 1, right + 1)}"
        for row in range(top, min(bottom, top + MOST_CELLS // 1000) + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    swallowed[row + 1, column + 1] = said
    return swallowed


def _asides(content: bytes) -> Mapping[str, str]:
    """The text of each sheet's own file in the package, by the sheet's name; nothing for the old binary format."""
    if content[:2] != b"PK":
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())
        if "xl/workbook.xml" not in names:
            return {}
        targets = {
            tag["Id"]: tag["Target"]
            for tag in _tags(package.read("xl/_rels/workbook.xml.rels").decode("utf-8"), "Relationship")
        }
        found = {}
        for tag in _tags(package.read("xl/workbook.xml").decode("utf-8"), "sheet"):
            target = targets.get(next((value for name, value in tag.items() if name.endswith(":id")), ""), "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if path in names:
                found[unescape(tag.get("name", ""), {"&quot;": '"', "&apos;": "'"})] = package.read(path).decode(
                    "utf-8"
                )
        return found


def _tags(xml: str, wanted: str) -> Iterator[dict[str, str]]:
    for name, attributes in _TAG.findall(xml):
        if name == wanted:
            yield dict(_ATTRIBUTE.findall(attributes))


def _hidden_rows(xml: str) -> Iterator[int]:
    for tag in _HIDDEN.findall(xml):
        number = _ROW_NUMBER.search(tag)
        if number:
            yield int(number[1])


def _cells(pattern: re.Pattern[str], xml: str) -> Iterator[tuple[tuple[int, int], str]]:
    for match in pattern.finditer(xml):
        cell = _CELL.search(match[1])
        if cell:
            yield (int(cell[2]), column_number(cell[1])), match[2] if match.lastindex == 2 else ""  # noqa: PLR2004 - a second group holds the value
