"""Check an upload together with what is booked: everything that is wrong, each thing at the cell where it was typed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tanhui.core.carbon.digest import survey_digest
from tanhui.core.carbon.survey import ERROR, WARNING, Column, Fault, SurveyFaults, parse_survey
from tanhui.core.telling import Progress, silent
from tanhui.monitoring.intake.changes import Changes
from tanhui.monitoring.intake.findings import Finding, Place, found, of_fault
from tanhui.monitoring.intake.grids import Grid
from tanhui.monitoring.intake.merge import Merged, merge, read_rows
from tanhui.monitoring.intake.reading import SCHEMAS, Part, read_grid
from tanhui.monitoring.intake.suggestions import NONE, Suggestion, name_meant, suggest
from tanhui.monitoring.intake.upload import OPEN, Sent, opened

READ, MERGE, CHECK = "read", "merge", "check"
STAGES = (OPEN, READ, MERGE, CHECK)
_UNKNOWN_NAMES = {"plot_unknown": ("plots.csv", "plot"), "stratum_unknown": ("strata.csv", "stratum")}
_MISPLACED = frozenset({"plot_unknown", "visit_unknown"})
_CELL_CODES = frozenset({"number_invalid", "number_not_finite", "date_invalid", "word_unknown", "round_invalid"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check. `files` would be booked; `root_hex` is their hash, `rows` counts the upload by table."""

    grids: tuple[Grid, ...]
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes]
    root_hex: str
    changes: Changes
    rows: tuple[tuple[str, int], ...]
    rounds: tuple[str, ...]
    plots: tuple[str, ...]

    @property
    def errors(self) -> int:
        return sum(finding.severity == ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors


def check_upload(
    sent: Sent,
    booked: Mapping[str, bytes],
    *,
    programme: str = "",
    complete: bool = False,
    progress: Progress = silent,
) -> Checked:
    """Check what was sent upon what is booked (the files of the latest revision, none at first).

    Raises the problems of `opened` when a file cannot be opened at all.
    """
    read = opened(sent, programme, progress)
    parts, more, unread = _read(read.grids, progress)
    findings = [*read.findings, *more]
    broken = {finding.file for finding in read.findings if finding.severity == ERROR} | unread
    if not any(part.rows for part in parts):
        findings += [found("file_empty", Place(part.grid), file=part.file) for part in parts]
    progress(MERGE, 0, 1)
    merged = merge(parts, booked, complete=complete, verbatim=_verbatim(sent, parts, read.grids))
    progress(CHECK, 0, 2)
    findings += _survey_findings(merged, parts, read.grids, broken)
    progress(CHECK, 1, 2)
    return Checked(
        read.grids,
        _in_order(_once(findings)),
        merged.files,
        survey_digest(merged.files).root_hex,
        merged.changes,
        _counts(parts),
        tuple(
            sorted({cell for part in parts for cell in _cells(part, "round")} - {""}, key=lambda text: text.zfill(4))
        ),
        tuple(sorted({cell for part in parts for cell in _cells(part, "plot")} - {""})),
    )


def _read(grids: Sequence[Grid], progress: Progress) -> tuple[list[Part], list[Finding], set[str]]:
    """The parts that stand in the grids, what is wrong with the grids, and the tables that cannot be read."""
    parts: list[Part] = []
    findings: list[Finding] = []
    unread: set[str] = set()
    rows, before = sum(len(grid.rows) for grid in grids), 0
    for number, grid in enumerate(grids):
        part, more = read_grid(number, grid, _from(before, rows, progress))
        findings += more
        if part is not None:
            parts.append(part)
        else:
            unread |= {finding.file for finding in more if finding.severity == ERROR}
        before += len(grid.rows)
    progress(READ, rows, rows)
    return parts, findings, unread


def _from(before: int, rows: int, progress: Progress) -> Callable[[int], None]:
    return lambda at: progress(READ, before + at, rows)


def _cells(part: Part, column: str) -> tuple[str, ...]:
    if column not in part.header:
        return ()
    place = part.header.index(column)
    return tuple(row[place] for row in part.rows)


def _counts(parts: Sequence[Part]) -> tuple[tuple[str, int], ...]:
    return tuple(
        (file, rows) for file in SCHEMAS if (rows := sum(len(part.rows) for part in parts if part.file == file))
    )


def _verbatim(sent: Sent, parts: Sequence[Part], grids: Sequence[Grid]) -> Mapping[str, bytes] | None:
    """The files as they came, if they are CSV files of the format, one a table, with nothing read into them."""
    named = [grids[part.grid].name for part in parts]
    if any(not grids[part.grid].as_sent for part in parts):
        return None
    if sent.mends or not all(part.verbatim for part in parts) or [part.file for part in parts] != named:
        return None
    return {name: sent.files[name] for name in named}


def _survey_findings(
    merged: Merged, parts: Sequence[Part], grids: Sequence[Grid], broken: set[str]
) -> Iterator[Finding]:
    try:
        faults: Sequence[Fault] = parse_survey(merged.files).warnings
    except SurveyFaults as found:
        faults = found.faults
    back = _WayBack(merged, parts, grids)
    misplaced = back.misplaced(faults)
    for fault in faults:
        if fault.code == "tree_vanished" and (fault.value, fault.params["round"]) in misplaced:
            continue
        if fault.code in {"file_missing", "file_empty"} and fault.file in broken:
            continue
        if fault.severity == WARNING and not back.concerns(fault):
            continue
        yield back.finding(fault)


class _WayBack:
    """From a line of the merged survey to the cell where it was typed."""

    def __init__(self, merged: Merged, parts: Sequence[Part], grids: Sequence[Grid]) -> None:
        self.merged, self.parts, self.grids = merged, parts, grids
        self.touched = {
            visit for part in parts for visit in zip(_cells(part, "plot"), _cells(part, "round"), strict=False)
        }
        self.names: dict[tuple[str, str], list[str]] = {}
        self.raw = {
            part.file: {grids[part.grid].shown_row(number): index for index, number in enumerate(part.numbers)}
            for part in parts
            if not merged.lines.get(part.file, {0: None})
        }

    def concerns(self, fault: Fault) -> bool:
        """Whether a warning is of this upload, and not one that an earlier revision was booked with."""
        if self._origin(fault.file, fault.row) is not None:
            return True
        return fault.code == "tree_vanished" and (fault.params["plot"], fault.params["round"]) in self.touched

    def misplaced(self, faults: Sequence[Fault]) -> set[tuple[str, str]]:
        """Tree and round of the rows whose plot is unknown: that slip is the cause if the tree is missed elsewhere."""
        found: set[tuple[str, str]] = set()
        for fault in faults:
            origin = self._origin(fault.file, fault.row) if fault.file == "trees.csv" else None
            if origin is not None and fault.code in _MISPLACED:
                part, row = origin
                cells = dict(zip(part.header, part.rows[row], strict=False))
                found.add((cells.get("tree", ""), cells.get("round", "")))
        return found

    def finding(self, fault: Fault) -> Finding:
        place = self._place(fault.file, fault.row, fault.column)
        typed = self.grids[place.grid].cell(place.row, place.column) if place and place.column else ""
        meant = self._meant(fault)
        found = of_fault(fault, place, value=typed or fault.value, suggestion=meant.text, why=meant.why)
        if "first_row" not in fault.params:
            return found
        first = self._place(fault.file, int(fault.params["first_row"]), "")
        shown = self.grids[first.grid].shown_row(first.row) if first else int(fault.params["first_row"])
        return of_fault(
            Fault(fault.code, fault.file, fault.row, fault.column, fault.value, {"first_row": str(shown)}),
            place,
            value=fault.value,
        )

    def _origin(self, file: str, line: int) -> tuple[Part, int] | None:
        """The part and the row in it that a line came from; None for what is booked, a heading, a whole file."""
        if file in self.raw:
            index = self.raw[file].get(line)
            part = next(part for part in self.parts if part.file == file)
            return None if index is None else (part, index)
        origin = self.merged.lines.get(file, {}).get(line)
        return None if origin is None or origin.part < 0 else (self.parts[origin.part], origin.row)

    def _place(self, file: str, line: int, column: str) -> Place | None:
        name = column.rsplit(", ", 1)[-1]
        origin = self._origin(file, line)
        if origin is not None:
            return origin[0].place(origin[1], name)
        own = next((part for part in self.parts if part.file == file), None)
        if own is None or line > 1:
            return None
        return Place(own.grid, own.heading_row if line else 0, own.positions.get(name, 0))

    def _meant(self, fault: Fault) -> Suggestion:
        if fault.code in _UNKNOWN_NAMES:
            return name_meant(fault.value, self._known(*_UNKNOWN_NAMES[fault.code]))
        if "suggestion_cm" in fault.params:
            return Suggestion(fault.params["suggestion_cm"], "decimal_point")
        column: Column | None = SCHEMAS[fault.file].column(fault.column) if fault.file in SCHEMAS else None
        return suggest(fault.file, column, fault.value) if column and fault.code in _CELL_CODES else NONE

    def _known(self, file: str, column: str) -> list[str]:
        if (file, column) not in self.names:
            rows = read_rows(self.merged.files.get(file, b"")) if file in self.merged.files else []
            self.names[file, column] = sorted({row.get(column, "") for row in rows} - {""})
        return self.names[file, column]


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Each cell's own trouble once: a merged cell is also blank, and a broken formula is no number."""
    own = {finding.place for finding in findings if finding.place and finding.place.column and not finding.row}
    blank = {"key_blank", "value_missing", "round_invalid", "date_missing", "dbh_missing"} | _CELL_CODES
    for finding in findings:
        if finding.row and finding.place in own and finding.code in blank:
            continue
        yield finding


def _in_order(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    """Errors before warnings, each by sheet, row and column: as somebody would go through the workbook."""
    return tuple(
        sorted(
            findings,
            key=lambda found: (found.severity != ERROR, found.place or (9999, found.row, 0), found.code, found.value),
        )
    )
