"""The journal of an audit file: are the leaves those that were signed, and do the rules give them?

There are two witnesses to every leaf: its bytes, and the hash that was kept of it. Where the bytes do not lead to the
signed root and the kept hash does, the leaf was changed, and is named. After that the tree goes on from the kept
hash, so that one changed leaf does not spoil the view of what comes after it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from tanhui.core.audit.compare import repeated, shown
from tanhui.core.audit.report import AuditFault, Finding, Place, fault
from tanhui.core.audit.rows import AuditBook, LeafRow
from tanhui.core.ledger import (
    DONE,
    Checkpoint,
    Command,
    CorrespondIn,
    Deed,
    Frontier,
    LeafKind,
    Malformed,
    Replay,
    acts_of,
    decode_leaf,
    replay,
)
from tanhui.core.ledger.journal import Record, kind_of
from tanhui.core.ledger.merkle import leaf_hashes
from tanhui.core.ledger.suites import Suite

_NO_HASH: Final = bytes(32)


class History(NamedTuple):
    """The journal as it was found. `damaged` are the positions whose bytes are not those that were signed."""

    contents: tuple[bytes, ...]
    records: tuple[Record | None, ...]
    replayed: Replay
    damaged: frozenset[int]

    def done(self) -> list[Command]:
        """Return the commands that were carried out."""
        deeds = (record for record in self.records if isinstance(record, Deed))
        return [deed.command for deed in deeds if deed.outcome == DONE]

    @property
    def suite(self) -> Suite:
        """The suite of its hashes."""
        return self.replayed.closing.frontier.suite


def read_history(book: AuditBook, checkpoints: Mapping[int, Checkpoint], suite: Suite) -> tuple[History, list[Finding]]:
    """Check leaves against the signed roots, read them, and replay them by the rules."""
    length = _length(book, checkpoints)
    rows = {row.idx: row for row in book.leaf}
    contents = tuple(rows[index].content if index in rows else b"" for index in range(length))
    missing = frozenset(range(length)) - rows.keys()
    changed, root_faults = _check_roots(contents, _kept_hashes(book), missing, checkpoints, suite)
    records = tuple(_read(content) for content in contents)
    damaged = missing | changed | {index for index, record in enumerate(records) if record is None}
    history = History(contents, records, replay(contents, suite), damaged)
    findings = [
        Finding("roots", tuple(root_faults), (("blocks", len(checkpoints)),)),
        Finding("journal", tuple(_leaf_faults(book, history, missing, changed)), (("leaves", length),)),
        Finding("rules", tuple(_rule_faults(history)), (("acts", _count(history, LeafKind.ACT)),)),
    ]
    return history, findings


def lots_from_elsewhere(done: Iterable[Command]) -> frozenset[str]:
    """Return the lots that arrived from other regions: their evidence is in those regions' audit files."""
    return frozenset(act.lot for command in done for act in acts_of(command.act) if isinstance(act, CorrespondIn))


def _length(book: AuditBook, checkpoints: Mapping[int, Checkpoint]) -> int:
    """The number of leaves that there must be: what was signed, and more if there are more."""
    signed = max((checkpoint.size for checkpoint in checkpoints.values()), default=0)
    return max(signed, len({row.idx for row in book.leaf}))


def _kept_hashes(book: AuditBook) -> dict[int, bytes]:
    return {row.idx: _from_hex(row.hash_hex) for row in book.subtree if row.level == 0}


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return _NO_HASH


def _check_roots(
    contents: tuple[bytes, ...],
    kept: Mapping[int, bytes],
    missing: frozenset[int],
    checkpoints: Mapping[int, Checkpoint],
    suite: Suite,
) -> tuple[frozenset[int], list[AuditFault]]:
    """Return the leaves that were changed, and the first block whose root cannot be explained at all."""
    found = leaf_hashes(contents, suite)
    best = [kept.get(index, _NO_HASH) if index in missing else entry for index, entry in enumerate(found)]
    tree = Frontier(suite=suite)
    changed: set[int] = set()
    for height, checkpoint in sorted(checkpoints.items(), key=lambda item: item[1].size):
        span = range(tree.size, checkpoint.size)
        longer, _ = tree.extend(best[index] for index in span)
        if longer.root() != checkpoint.root:
            longer, _ = tree.extend(kept.get(index, best[index]) for index in span)
            changed |= {index for index in span if index not in missing and kept.get(index) not in {None, found[index]}}
        if longer.root() != checkpoint.root:
            return frozenset(changed), [fault("root_differs", Place("block", (height,)), height=height)]
        tree = longer
    return frozenset(changed), []


def _read(content: bytes) -> Record | None:
    try:
        return decode_leaf(content)
    except Malformed:
        return None


def _leaf_faults(
    book: AuditBook, history: History, missing: frozenset[int], changed: frozenset[int]
) -> Iterator[AuditFault]:
    yield from repeated("leaf", book.leaf)
    yield from (fault("row_missing", Place("leaf", (index,))) for index in sorted(missing))
    yield from (fault("leaf_changed", Place("leaf", (index,)), idx=index) for index in sorted(changed))
    for row in sorted(book.leaf):
        if not 0 <= row.idx < len(history.contents):
            yield fault("row_unexpected", Place("leaf", (row.idx,)))
        elif row.idx not in changed:
            yield from _label_faults(row, history.records[row.idx])


def _label_faults(row: LeafRow, record: Record | None) -> Iterator[AuditFault]:
    place = Place("leaf", (row.idx,))
    if record is None:
        yield fault("leaf_unreadable", place, idx=row.idx)
        return
    for column, found, expected in (
        ("height", row.height, record.height),
        ("kind", row.kind, int(kind_of(record))),
    ):
        if found != expected:
            yield fault("cell_changed", place, column=column, found=found, expected=expected)


def _rule_faults(history: History) -> Iterator[AuditFault]:
    """Say which leaves the rules do not give. On a damaged journal that would only repeat the damage."""
    if history.damaged:
        yield fault("not_checked", Place("leaf"))
        return
    codes = {
        "header": "block_out_of_order",
        "previous_root": "previous_root_differs",
        "leaf": "rule_broken",
        "day_end": "day_end_differs",
    }
    for difference in history.replayed.differences:
        index = int(str(difference.where))
        found, expected = shown(str(difference.found)), shown(str(difference.expected))
        yield fault(codes[difference.sort], Place("leaf", (index,)), idx=index, found=found, expected=expected)


def _count(history: History, kind: LeafKind) -> int:
    return sum(record is not None and kind_of(record) is kind for record in history.records)
