"""Turn a grid into rows of the survey format: headings by name, words into codes, days into one shape.

A number that somebody mistyped stays as it was typed: the check of the survey names it. What is left out (notes below
the table, sheets of another kind) is said.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from tanhui.core.carbon.survey import ERROR, TABLES, Column, TableSchema
from tanhui.monitoring.intake.findings import Finding, Place, found
from tanhui.monitoring.intake.grids import Grid, Raw, text_of
from tanhui.monitoring.intake.suggestions import read_day
from tanhui.monitoring.workbook.vocabulary import Recognised, code_of, file_of, folded, heading, recognise

SCHEMAS: Mapping[str, TableSchema] = {schema.file: schema for schema in TABLES}
HEADING_ROWS = 12
"""A heading is looked for in so many rows: above it people put a title."""
FEWEST_HEADINGS = 2
TELL_EVERY = 2_000
MOST_NOTE_CELLS = 2
NOTE_WORDS = (
    "合计",
    "小计",
    "总计",
    "备注",
    "注:",
    "注：",
    "说明",
    "调查人",
    "记录人",
    "填表",
    "total",
    "note:",
    "sum",
)


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that stand in one grid. `positions` says in which column of the grid each column stands.

    `verbatim`: the grid is a CSV file that says what the rows say, letter for letter.
    """

    file: str
    grid: int
    header: tuple[str, ...]
    positions: Mapping[str, int]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    heading_row: int
    verbatim: bool

    def place(self, index: int, column: str = "") -> Place:
        return Place(self.grid, self.numbers[index], self.positions.get(column, 0))


@dataclass(frozen=True, slots=True)
class _Headed:
    row: int
    columns: Mapping[int, str]


def _untold(_rows: int) -> None:
    """Tell nobody how many rows are read."""


def read_grid(number: int, grid: Grid, tell: Callable[[int], None] = _untold) -> tuple[Part | None, list[Finding]]:
    """The rows of a grid, with what is wrong with the grid itself; no part where it holds no table of the format.

    `tell` hears now and then how many rows are read.
    """
    file = file_of(grid.name.rsplit("/", 1)[-1].removesuffix(".csv").removesuffix(".CSV"))
    filled = any(text_of(cell) for row in grid.rows for cell in row)
    if file is None:
        code = "sheet_unknown" if grid.sheet else "file_left_out"
        return None, [found(code, Place(number), value=grid.name)] if filled and not _guide(grid) else []
    if not grid.rows:
        return None, []  # A file that cannot be read, named already; or a sheet in which nothing stands.
    headed, findings = _headings(number, grid, file)
    if headed is None:
        return None, [found("sheet_without_heading", Place(number), file=file)] if filled else []
    lacking = [name for name in SCHEMAS[file].key if name not in headed.columns.values()]
    if lacking and not any(finding.code == "heading_unit" for finding in findings):
        place = Place(number, headed.row)
        return None, findings + [found("column_missing", place, file=file, column=name) for name in lacking]
    part, more = _rows(number, grid, file, headed, tell)
    findings += more
    if not part.rows and grid.sheet:
        return None, findings  # An empty sheet of a template: the table was not filled in.
    return part, findings


def _guide(grid: Grid) -> bool:
    return grid.sheet and max((len(row) for row in grid.rows), default=0) <= 1


def _headings(number: int, grid: Grid, file: str) -> tuple[_Headed | None, list[Finding]]:
    best, most = 0, 0
    for row in range(1, min(HEADING_ROWS, len(grid.rows)) + 1):
        known = sum(_recognised(file, cell) is not None for cell in grid.rows[row - 1])
        if known > most:
            best, most = row, known
    if most < FEWEST_HEADINGS and grid.sheet:
        return None, []
    best = best or 1
    columns: dict[int, str] = {}
    findings: list[Finding] = []
    for place, cell in enumerate(grid.rows[best - 1], 1):
        _add_heading(columns, findings, Place(number, best, place), grid, (file, text_of(cell)))
    return _Headed(best, columns), findings


def _recognised(file: str, cell: Raw) -> Recognised | None:
    text = text_of(cell)
    return recognise(file, text) if text else None


def _add_heading(
    columns: dict[int, str], findings: list[Finding], place: Place, grid: Grid, of: tuple[str, str]
) -> None:
    file, written = of
    if not written:
        if any(text_of(row[place.column - 1]) for row in grid.rows[place.row :] if len(row) >= place.column):
            findings.append(found("heading_blank", place, file=file))
        return
    known = recognise(file, written)
    if known is not None and known.reference:
        return
    if known is not None and known.wrong_unit:
        unit = heading(file, known.column).unit.zh
        findings.append(found("heading_unit", place, file=file, column=known.column, value=known.wrong_unit, unit=unit))
    name = known.column if known else " ".join(written.split())
    if name in columns.values():
        findings.append(replace(found("column_duplicate", place, file=file, column=name), severity=ERROR))
        return
    columns[place.column] = name
    if known is None and grid.sheet:
        findings.append(found("heading_unknown", place, file=file, value=written, meant=_heading_meant(file, written)))


def _heading_meant(file: str, written: str) -> str:
    """The column that a heading nearly says; blank if none."""
    names = {
        folded(said): column.name for column in SCHEMAS[file].columns for said in heading(file, column.name).name.all()
    }
    close = difflib.get_close_matches(folded(written), names, n=1, cutoff=0.7)
    return names[close[0]] if close else ""


def _rows(
    number: int, grid: Grid, file: str, headed: _Headed, tell: Callable[[int], None]
) -> tuple[Part, list[Finding]]:
    described = {column.name: column for column in SCHEMAS[file].columns}
    order = [name for name in described if name in headed.columns.values()]
    order += sorted(name for name in headed.columns.values() if name not in described)
    positions = {name: place for place, name in headed.columns.items()}
    readers = [(positions[name] - 1, _reader(file, described.get(name) or Column(name), grid.sheet)) for name in order]
    keys = [positions[name] - 1 for name in SCHEMAS[file].key if name in positions]
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    findings: list[Finding] = []
    for at, row in enumerate(grid.rows[headed.row :], headed.row + 1):
        if at % TELL_EVERY == 0:
            tell(at)
        filled = [text for cell in row if (text := text_of(cell))]
        if not filled:
            continue
        if _is_note(filled, [row[key] if key < len(row) else "" for key in keys]):
            findings.append(found("row_left_out", Place(number, at), file=file, value=filled[0]))
            continue
        if at in grid.hidden:
            findings.append(found("row_hidden", Place(number, at), file=file))
        rows.append(tuple(read(row[place]) if place < len(row) else "" for place, read in readers))
        numbers.append(at)
    findings += _cell_faults(number, grid, file, headed, frozenset(numbers))
    verbatim = _is_verbatim(grid, headed, positions, tuple(order), rows)
    return Part(file, number, tuple(order), positions, tuple(rows), tuple(numbers), headed.row, verbatim), findings


def _is_verbatim(
    grid: Grid, headed: _Headed, positions: Mapping[str, int], order: tuple[str, ...], rows: list[tuple[str, ...]]
) -> bool:
    if grid.sheet or any(text_of(grid.rows[headed.row - 1][place - 1]) != name for name, place in positions.items()):
        return False
    places = [positions[name] - 1 for name in order]
    typed = grid.rows[headed.row :]
    return len(typed) == len(rows) and all(
        tuple(text_of(row[place]) if place < len(row) else "" for place in places) == read
        for row, read in zip(typed, rows, strict=True)
    )


def _is_note(filled: list[str], keys: list[Raw]) -> bool:
    """Whether a row is a remark or a total below the table, and no measurement."""
    if filled[0].casefold().startswith(NOTE_WORDS) and len(filled[0]) < 200:  # noqa: PLR2004 - a remark that long is none
        return True
    return not any(text_of(key) for key in keys) and len(filled) <= MOST_NOTE_CELLS and not _has_number(filled)


def _has_number(filled: list[str]) -> bool:
    return any(text.replace(".", "", 1).isdecimal() for text in filled)


def _cell_faults(number: int, grid: Grid, file: str, headed: _Headed, rows: frozenset[int]) -> Iterator[Finding]:
    """Cells that hold no value of their own: failed and uncalculated formulas, merged ranges, ids turned into days."""
    described = {column.name: column for column in SCHEMAS[file].columns}
    for row, column in sorted(grid.errors.keys() | grid.uncalculated | grid.merged.keys()):
        if row not in rows or column not in headed.columns:
            continue
        place, name = Place(number, row, column), headed.columns[column]
        if (row, column) in grid.errors:
            yield found("formula_error", place, file=file, column=name, value=grid.errors[row, column])
        elif (row, column) in grid.uncalculated:
            yield found("formula_not_calculated", place, file=file, column=name)
        else:
            yield found("cell_merged", place, file=file, column=name, range=grid.merged[row, column])
    for column, name in headed.columns.items():
        if name in described and described[name].kind != "date":
            yield from _days(number, grid, file, (column, name), rows)


def _days(number: int, grid: Grid, file: str, of: tuple[int, str], rows: frozenset[int]) -> Iterator[Finding]:
    column, name = of
    for row in sorted(rows):
        cells = grid.rows[row - 1]
        if column <= len(cells) and isinstance(cells[column - 1], date):
            place = Place(number, row, column)
            yield found("became_date", place, file=file, column=name, value=text_of(cells[column - 1]))


def _reader(file: str, column: Column, sheet: bool) -> Callable[[Raw], str]:  # noqa: FBT001 - one of two kinds of grid
    if column.kind == "word":
        return lambda raw: (code_of(file, column.name, text_of(raw)) or text_of(raw)) if text_of(raw) else ""
    if column.kind == "date" and sheet:
        return _read_date
    return text_of


def _read_date(raw: Raw) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    text = text_of(raw)
    return read_day(text) or text
