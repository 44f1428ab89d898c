"""Read a CSV file into a grid, and say where it is no CSV.

Spreadsheet programs on a Chinese machine save a CSV in GBK unless they are told otherwise. Such a file is read, with a
warning, for GBK cannot be told from other encodings with certainty.
"""

import csv
import io

from tanhui.core.carbon.survey import ERROR
from tanhui.monitoring.intake.findings import Finding, Place, found
from tanhui.monitoring.intake.grids import Grid


def read_csv(source: str, content: bytes, place: int) -> tuple[Grid | None, list[Finding]]:
    """The grid of a file, blank lines left out, and its faults; no grid where nothing can be read of it.

    `place` is the number that the grid will have among all that were read.
    """
    text, faults = _decoded(source, content, place)
    if text is None:
        return None, faults
    as_sent = not faults
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                rows.append(tuple(cell.strip() for cell in record))
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as broken:
        return None, [_fault("csv_broken", source, place, line, cause=str(broken))]
    if not rows:
        return None, [_fault("file_empty", source, place, 0)]
    faults += [
        _fault("row_ragged", source, place, at, row=number, found=str(len(row)), expected=str(len(rows[0])))
        for number, (row, at) in enumerate(zip(rows, lines, strict=True), 1)
        if len(row) != len(rows[0])
    ]
    return Grid(source, source, tuple(rows), sheet=False, lines=tuple(lines), as_sent=as_sent), faults


def _decoded(source: str, content: bytes, place: int) -> tuple[str | None, list[Finding]]:
    """The text of a file, with a warning where it had to be read as GBK; none where it is no text."""
    faults: list[Finding] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            return None, [_fault("not_utf8", source, place, content.count(b"\n", 0, broken.start) + 1)]
        faults = [found("read_as_gbk", Place(place), file=source)]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return None, [_fault("csv_broken", source, place, line, cause="line contains NUL")]
    return text, faults


def _fault(code: str, source: str, place: int, line: int, *, row: int = 0, **params: str) -> Finding:
    return Finding(code, ERROR, source, line, "", "", params, Place(place, row))
