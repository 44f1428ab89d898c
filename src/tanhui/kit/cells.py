"""The cells of a list: as it was sent (CSV in UTF-8 or GB 18030, or a workbook's first sheet), and to be taken away."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import python_calamine
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem

LARGEST = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 50_000
_DANGEROUS = ("=", "+", "-", "@", "\t")


def harmless(cell: object) -> object:
    """Return a cell to be taken away: a text that a spreadsheet would take for a formula is made plain text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else "" if cell is None else cell


def cells_of(name: str, content: bytes) -> list[list[str]]:
    """Return rows of text. Raises `file_too_large`, `unknown_file`, `bad_file`, `too_many_rows`."""
    if len(content) > LARGEST:
        raise Problem("file_too_large", _("%(name)s 超过 20 MB，没有收。") % {"name": name}, field="file")
    ending = name.lower().rsplit(".", 1)[-1]
    if ending not in {"csv", "xlsx", "xls"}:
        text = _("%(name)s 不是 CSV 或 Excel。") % {"name": name}
        raise Problem("unknown_file", text, field="file", remedy=_("把清单存成 .csv 或 .xlsx 再传。"))
    rows = _csv(name, content) if ending == "csv" else _workbook(name, content)
    if len(rows) > MOST_ROWS:
        raise Problem("too_many_rows", _("清单最多 %(most)s 行。") % {"most": f"{MOST_ROWS:,}"}, field="file")
    return rows


def _csv(name: str, content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise _bad(name) from error
    raise _bad(name)


def _workbook(name: str, content: bytes) -> list[list[str]]:
    _check_unpacked(name, content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError) as error:
        raise _bad(name) from error
    return [[_text(cell) for cell in row] for row in rows]


def _check_unpacked(name: str, content: bytes) -> None:
    """A small file may unpack to more than the machine holds; the archive's own list says how much."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return  # The reader says better what is wrong with it.
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST_UNPACKED:
        raise Problem("file_too_large", _("%(name)s 解开后超过 200 MB，没有收。") % {"name": name}, field="file")


def _text(cell: object) -> str:
    """A cell as text. A number is never written with an exponent: 0.000000001 is a milligram, and 1e-09 is not read."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _bad(name: str) -> Problem:
    text = _("%(name)s 打不开，或者不是它的后缀说的那种文件。") % {"name": name}
    return Problem("bad_file", text, field="file", remedy=_("用原来的程序打开另存一份，再传。"))
