"""What somebody sent: files by name, corrections made afterwards, and the grids that are in them."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tanhui.core.carbon.survey import NEVER_IMPORTED
from tanhui.core.telling import Progress, silent
from tanhui.kit.problems import Problem
from tanhui.monitoring.intake.csv_files import read_csv
from tanhui.monitoring.intake.excel import read_workbook
from tanhui.monitoring.intake.findings import Finding, Place, found
from tanhui.monitoring.intake.grids import Grid
from tanhui.monitoring.workbook.shape import TEMPLATE_VERSION

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
PICTURES = (".jpg", ".jpeg", ".png", ".heic", ".heif")
LARGEST_FILE = 64 * 1024 * 1024
LARGEST_ARCHIVE = 400 * 1024 * 1024
MOST_FILES = 500
OPEN = "open"

Mends = Mapping[tuple[str, str, int, int], str]
"""Corrections made on the page: file, sheet, row and column with the text that stands there now."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Files as they came (a ZIP taken apart), and the corrections made since."""

    files: Mapping[str, bytes]
    mends: Mends = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, bytes]:
        """The workbooks and CSV files among them."""
        return {name: content for name, content in self.files.items() if is_table(name)}


@dataclass(frozen=True, slots=True)
class Opened:
    grids: tuple[Grid, ...]
    findings: tuple[Finding, ...]


def is_table(name: str) -> bool:
    return name.lower().endswith((*WORKBOOKS, ".csv"))


def is_picture(name: str) -> bool:
    return name.lower().endswith(PICTURES)


def unpacked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that count, by plain names; archives taken apart. Raises `no_files`, `bad_zip`, `file_too_large`."""
    kept: dict[str, bytes] = {}
    for name, content in files.items():
        if len(content) > LARGEST_FILE:
            raise Problem("file_too_large", _("%(name)s 超过 64 MB，没有收。") % {"name": name}, field="files")
        inside = _unzipped(name, content) if name.lower().endswith(".zip") else {_plain(name): content}
        for inner, taken in inside.items():
            kept[_free_name(inner, kept)] = taken
    if not any(is_table(name) or is_picture(name) for name in kept):
        remedy = _("选好 Excel、CSV、照片，或者装着它们的一个 ZIP，再传。")
        raise Problem("no_files", _("没有收到能读的文件。"), field="files", remedy=remedy)
    return kept


def _plain(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1][-110:]


def _free_name(name: str, taken: Mapping[str, bytes]) -> str:
    """Two files of one name (from two folders of an archive) are both kept."""
    stem, dot, ending = name.rpartition(".")
    number = 2
    while name in taken:
        name = f"{stem}-{number}{dot}{ending}"
        number += 1
    return name


def _unzipped(name: str, content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = [entry for entry in archive.infolist() if _wanted(entry.filename)]
            if len(wanted) > MOST_FILES or sum(entry.file_size for entry in wanted) > LARGEST_ARCHIVE:
                text = _("%(name)s 解开后超过 400 MB 或 500 个文件，没有收。") % {"name": name}
                raise Problem("file_too_large", text, field="files", remedy=_("分成几次传。"))
            kept: dict[str, bytes] = {}
            for entry in wanted:
                kept[_free_name(_plain(entry.filename), kept)] = archive.read(entry)
            return kept
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as broken:  # damaged, unknown, or locked
        text = _("%(name)s 不是好的 ZIP 文件。") % {"name": name}
        raise Problem("bad_zip", text, field="files", remedy=_("重新打包，或者直接传里面的文件。")) from broken


def _wanted(path: str) -> bool:
    plain = _plain(path)
    return (is_table(plain) or is_picture(plain)) and not plain.startswith((".", "~$")) and "__MACOSX" not in path


def opened(sent: Sent, programme: str, progress: Progress = silent) -> Opened:
    """The grids of all workbooks and CSV files, corrections put in, with what is wrong with the files themselves."""
    grids: list[Grid] = []
    findings: list[Finding] = []
    for done, (name, content) in enumerate(sorted(sent.tables.items())):
        progress(OPEN, done, len(sent.tables))
        if name in NEVER_IMPORTED:
            continue
        if name.lower().endswith(".csv"):
            grid, more = read_csv(name, content, len(grids))
            # A file that cannot be read keeps its number, so that its fault has a place.
            grids.append(_mended(grid or Grid(name, name, (), sheet=False), sent.mends))
            findings += more
            continue
        sheets, marks = read_workbook(name, content)
        findings += _mark_findings(marks, programme, len(grids))
        grids += [_mended(sheet, sent.mends) for sheet in sheets]
    return Opened(tuple(grids), tuple(findings))


def _mended(grid: Grid, mends: Mends) -> Grid:
    own = {
        (row, column): text
        for (source, name, row, column), text in mends.items()
        if (source, name) == (grid.source, grid.name)
    }
    return grid.mended(own) if own else grid


def _mark_findings(marks: Mapping[str, str], programme: str, number: int) -> list[Finding]:
    told: list[Finding] = []
    if programme and marks.get("programme") and marks["programme"] != programme:
        told.append(found("other_programme", Place(number), value=marks["programme"], programme=programme))
    if marks.get("version") and marks["version"] != TEMPLATE_VERSION:
        told.append(found("template_old", Place(number), value=marks["version"], version=TEMPLATE_VERSION))
    return told
