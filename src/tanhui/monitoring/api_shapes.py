"""What programs send and are sent, field by field. The names are a promise: they are added to and never renamed."""

from datetime import datetime

from ninja import Field, Schema

Cell = str | int | float | None


class ProgrammeOut(Schema):
    id: str = Field(description="number of the programme, e.g. BT-MP-2026-0001")
    name_zh: str
    name_en: str
    revision: int = Field(description="latest booked revision; 0 where nothing is booked")
    rounds: list[int] = Field(description="rounds that are booked")


class RowsOut(Schema):
    """Rows of a table of the survey format. Every cell is text as it is booked; blank is not measured."""

    table: str
    revision: int
    rows: list[dict[str, str]]


class RowsIn(Schema):
    """A part of a survey: rows by table of the survey format, columns by name, numbers as numbers or text."""

    tables: dict[str, list[dict[str, Cell]]] = Field(description="e.g. {'trees.csv': [{'plot': 'A1', …}]}")
    reason: str
    complete: bool = Field(False, description="booked rows of these visits that are not named here are taken away")
    replaces: str = Field("", description="id of an upload that this one replaces")


class FindingOut(Schema):
    code: str
    severity: str = Field(description="error or warning")
    table: str = Field(description="file of the survey format, e.g. trees.csv")
    sheet: str
    row: int = Field(description="row in the sheet or line in the file; the heading counts")
    item: int | None = Field(description="which row of this table in a JSON upload, from 0")
    column: str
    cell: str = Field(description="e.g. F311; blank where it is no single cell")
    value: str
    message: str
    suggestion: str = Field(description="what was probably meant; nobody writes it by itself")


class ProblemOut(Schema):
    """What every refusal looks like. Nothing has been changed."""

    code: str
    message: str
    field: str
    help: str


class JobOut(Schema):
    """Long work on a large upload: its check, corrections, its booking."""

    act: str = Field(description="check_upload, mend_upload or book_upload")
    state: str = Field(description="queued, running, done, stopped or failed")
    percent: int
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    fault: ProblemOut | None = Field(description="why it failed; nothing of it was kept")


class UploadOut(Schema):
    id: str
    programme: str
    state: str = Field(
        description="checking (large ones, until the check has ended; ask again), faulty, ready, booked, dropped "
        "or returned (given back by the analyst who looked at it)"
    )
    uploaded_at: datetime
    uploaded_by: str
    errors: int
    warnings: int
    rows: dict[str, int]
    fresh: dict[str, int] = Field(description="rows of new visits, by table")
    changed: int = Field(description="booked values that would change")
    came: int
    gone: int
    outcome: str = Field(description="hash of the survey that would stand; sent back to book exactly that")
    returned_reason: str = Field(description="why it was last given back to its sender; blank if it never was")
    job: JobOut | None = Field(description="the last long work on it; null where there was none")
    findings: list[FindingOut]
    findings_total: int


class MendIn(Schema):
    """Corrections of cells by the address that a finding gives."""

    cells: list["MendCellIn"]
    reason: str


class MendCellIn(Schema):
    sheet: str
    cell: str = Field(description="e.g. F311")
    text: str
    source: str = Field("", description="file; only needed where two files have a sheet of this name")


class BookIn(Schema):
    outcome: str
    reason: str
    warnings_reason: str = ""


class ReasonIn(Schema):
    reason: str


class SurveyOut(Schema):
    programme: str
    revision: int
    root: str
    reason: str
    booked_at: datetime
    booked_by: str


class PhotoOut(Schema):
    id: str
    plot: str
    round: int
    name: str
    sha256: str
    taken_at: datetime | None
