"""Compare a table with what it should hold, and name every row and cell that is not so."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tanhui.core.audit.report import AuditFault, Param, Place, fault
from tanhui.core.audit.rows import TABLES, Cell, Row

_LONGEST_SHOWN = 200


def compare(table: str, found: Iterable[Row], expected: Iterable[Row]) -> Iterator[AuditFault]:
    """Name rows that are missing, unexpected or repeated, and cells that differ, by the table's own key."""
    rows = list(found)
    wanted = {key_of(table, row): row for row in expected}
    yield from repeated(table, rows)
    present = {key_of(table, row): row for row in rows}
    for key in sorted(wanted.keys() | present.keys(), key=repr):
        place = Place(table, tuple(map(shown, key)))
        if key not in present:
            yield fault("row_missing", place)
        elif key not in wanted:
            yield fault("row_unexpected", place)
        else:
            yield from _cells(place, present[key], wanted[key])


def repeated(table: str, rows: Iterable[Row]) -> Iterator[AuditFault]:
    """Name every key that more than one row of a table has."""
    counts = Counter(key_of(table, row) for row in rows)
    for key in sorted((key for key, count in counts.items() if count > 1), key=repr):
        yield fault("row_repeated", Place(table, tuple(map(shown, key))))


def key_of(table: str, row: Row) -> tuple[Cell, ...]:
    return tuple(row[: TABLES[table].key_length])


def shown(cell: Cell) -> Param:
    """Return a cell as it can stand in a sentence: bytes in hex, nothing as nothing, and not too long."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    text = cell.hex() if isinstance(cell, bytes) else cell
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _cells(place: Place, found: Row, expected: Row) -> Iterator[AuditFault]:
    for column, ours, theirs in zip(expected._fields, expected, found, strict=True):
        if ours != theirs or type(ours) is not type(theirs):
            yield fault("cell_changed", place, column=column, found=shown(theirs), expected=shown(ours))
