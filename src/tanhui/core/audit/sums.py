"""The two sums that anybody can do with pencil and paper, done here without the journal: from the tables alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tanhui.core.audit.report import AuditFault, Finding, Place, fault
from tanhui.core.audit.rows import AuditBook, EntryRow


def check_sums(book: AuditBook) -> list[Finding]:
    """Check that every lot sums to zero over all holdings, and that serials follow each other from 1."""
    held = ((holding.lot, holding.quantity_mg) for holding in book.holding)
    return sum_findings(held, book.entry, len(book.lot), len(book.entry))


def sum_findings(
    held: Iterable[tuple[str, int]], entries: Iterable[EntryRow], lots: int, all_entries: int
) -> list[Finding]:
    """Do the same on quantities by lot, and on the entries that have serials or should have them."""
    return [
        Finding("conservation", tuple(_sum_faults(held)), (("lots", lots),)),
        Finding("serials", tuple(_serial_faults(entries)), (("entries", all_entries),)),
    ]


def _sum_faults(held: Iterable[tuple[str, int]]) -> Iterator[AuditFault]:
    sums: defaultdict[str, int] = defaultdict(int)
    for lot, quantity_mg in held:
        sums[lot] += quantity_mg
    for lot, surplus in sorted(sums.items()):
        if surplus:
            yield fault("lot_not_zero", Place("lot", (lot,)), lot=lot, surplus=surplus)


def _serial_faults(entries: Iterable[EntryRow]) -> Iterator[AuditFault]:
    next_serial: defaultdict[str, int] = defaultdict(lambda: 1)
    for entry in sorted(entries, key=lambda entry: entry.idx):
        if entry.to_book != "retired" and entry.serial_first is None and entry.serial_last is None:
            continue
        expected = next_serial[entry.lot]
        if not _numbers(entry, expected):
            found = -1 if entry.serial_first is None else entry.serial_first
            place = Place("entry", (entry.idx,))
            yield fault("serials_not_contiguous", place, lot=entry.lot, idx=entry.idx, found=found, expected=expected)
        next_serial[entry.lot] = (entry.serial_last or expected - 1) + 1


def _numbers(entry: EntryRow, expected: int) -> bool:
    return entry.serial_first == expected and entry.serial_last == expected + entry.quantity_mg - 1
