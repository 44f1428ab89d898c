"""What is wrong with an upload, each with a stable code, the table, and the cell where it stands."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from tanhui.core.carbon.survey import ERROR, WARNING, Fault

INTAKE_ERRORS = (
    "heading_unit",
    "cell_merged",
    "formula_error",
    "formula_not_calculated",
    "became_date",
    "other_programme",
)
INTAKE_WARNINGS = (
    "sheet_unknown",
    "sheet_without_heading",
    "heading_unknown",
    "heading_blank",
    "row_hidden",
    "row_left_out",
    "template_old",
    "file_left_out",
    "read_as_gbk",
)
INTAKE_CODES = INTAKE_ERRORS + INTAKE_WARNINGS


class Place(NamedTuple):
    """A cell of an upload: which sheet or file (by its place among those read), row and column from 1; 0 for none."""

    grid: int
    row: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong. `file`, `row` and `column` are of the survey format; `place` is where the person typed it.

    Without a place it stands in what is booked already. `suggestion` is what was probably meant: nobody writes it
    but the person who says so.
    """

    code: str
    severity: str
    file: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None
    suggestion: str = ""
    why: str = ""

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "params": dict(self.params), "place": list(self.place) if self.place else None}


def finding_of(document: Mapping[str, Any]) -> Finding:
    """The finding that `document` was made of."""
    place = document["place"]
    return Finding(**{**document, "place": Place(*place) if place else None})


def found(code: str, place: Place, *, file: str = "", column: str = "", value: str = "", **params: str) -> Finding:
    """A finding of the reading itself, in a cell of the upload."""
    severity = WARNING if code in INTAKE_WARNINGS else ERROR
    return Finding(code, severity, file, 0, column, value[:200], params, place)


def of_fault(fault: Fault, place: Place | None, *, value: str, suggestion: str = "", why: str = "") -> Finding:
    """A fault of the survey check, taken back to the cell it came from."""
    return Finding(
        fault.code,
        fault.severity,
        fault.file,
        fault.row,
        fault.column,
        value[:200],
        dict(fault.params),
        place,
        suggestion,
        why,
    )
