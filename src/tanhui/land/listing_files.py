"""The cells of a list as it was sent: CSV in UTF-8 or GB 18030, or the first sheet of a workbook."""

import csv
import io
from datetime import date, datetime

import python_calamine
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 50_000


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
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError) as error:
        raise _bad(name) from error
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _bad(name: str) -> Problem:
    text = _("%(name)s 打不开，或者不是它的后缀说的那种文件。") % {"name": name}
    return Problem("bad_file", text, field="file", remedy=_("用原来的程序打开另存一份，再传。"))
