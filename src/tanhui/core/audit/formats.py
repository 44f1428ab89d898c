"""The formats of audit files: the present one, and the first one, whose files are read and verified as before."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from tanhui.core.audit.rows import FIRST_FORMAT, TABLES, Row, Table


class FirstAccountRow(NamedTuple):
    """An account in a file of the first format."""

    account: str
    kind: str
    holder_hash_hex: str


class FirstLotRow(NamedTuple):
    """A lot in a file of the first format."""

    lot: str
    project: str
    period: str
    survey_hash_hex: str
    method_hash_hex: str
    estimate_hash_hex: str
    issued_mg: int
    buffer_mg: int
    retired_mg: int


_FIRST: Final[dict[str, Table]] = {
    **{name: table for name, table in TABLES.items() if name not in {"encumbrance", "pile"}},
    "account": Table(FirstAccountRow, 1),
    "lot": Table(FirstLotRow, 1),
}


def tables_of(form: str) -> Mapping[str, Table]:
    """Return the tables of a format."""
    return _FIRST if form == FIRST_FORMAT else TABLES


def in_format(form: str, table: str, row: Row) -> Row:
    """Return a row as a table of this format has it: the first one has fewer columns."""
    if form != FIRST_FORMAT:
        return row
    kind = tables_of(form)[table].row
    found: Row = kind(*row[: len(kind._fields)])
    return found
