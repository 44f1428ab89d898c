"""What can be wrong with a survey, each with a stable code, the file, the line and the column.

A fault is a value, not a message: the doors translate the code. `error` means that nothing is taken in;
`warning` means that someone should look, and that the survey can still be used.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ERROR = "error"
WARNING = "warning"

ERROR_CODES = (
    "file_missing",
    "file_empty",
    "not_utf8",
    "csv_broken",
    "column_missing",
    "column_duplicate",
    "row_ragged",
    "key_blank",
    "key_duplicate",
    "stratum_unknown",
    "plot_unknown",
    "visit_unknown",
    "visit_not_measured",
    "round_invalid",
    "number_invalid",
    "number_not_finite",
    "number_out_of_range",
    "word_unknown",
    "value_missing",
    "date_invalid",
    "date_missing",
    "date_disagrees",
    "round_order",
    "layer_order",
    "layer_overlap",
    "dbh_missing",
    "expansion_missing",
)
FIRST_WARNINGS = ("dbh_jump", "dbh_shrank", "species_changed", "tree_vanished")
"""The warnings of the first reader. Documents by methods of format 1 count these alone, and so stay as they were."""
WARNING_CODES = (
    *FIRST_WARNINGS,
    "tree_revived",
    "height_doubtful",
    "dbh_apart",
    "date_repeated",
    "soil_too_dense",
    "soil_too_light",
)
FAULT_CODES = ERROR_CODES + WARNING_CODES


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place. `row` is the line in the file (the header is line 1, the whole file is 0)."""

    code: str
    file: str
    row: int = 0
    column: str = ""
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        return WARNING if self.code in WARNING_CODES else ERROR


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults by file, line and column, so that the same survey always gives the same list."""
    return tuple(sorted(faults, key=lambda fault: (fault.file, fault.row, fault.column, fault.code, fault.value)))


class SurveyFaults(Exception):  # noqa: N818 - the contract between the parts names it so: it carries faults, many at once
    """A survey that cannot be taken in. `faults` holds all errors and warnings found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_order(faults)
        super().__init__(f"{len(self.faults)} faults, first: {self.faults[0]}")
