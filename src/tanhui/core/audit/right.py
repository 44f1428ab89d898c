"""Say whether the ledger's tables of an audit file are right, in one pass and without keeping them.

The journal is replayed block by block, and beside it every other table is read in the order in which it was written.
Each row must be the very row that the rules give next. So a file of any length needs no more memory than the state of
the ledger. Where something is not so, nothing is said about what it is: that is for the careful look, which has all
tables before it.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from itertools import islice, repeat, zip_longest
from pathlib import Path
from typing import Any, Final, NamedTuple

from tanhui.core.audit.crew import Piece, beside, shared
from tanhui.core.audit.formats import in_format, tables_of
from tanhui.core.audit.history import lots_from_elsewhere
from tanhui.core.audit.mirror import BALANCES, act_row, entry_row, lot_row, opens_account, standing_rows
from tanhui.core.audit.opened import pages_at
from tanhui.core.audit.report import Finding
from tanhui.core.audit.rows import FORMAT, BlockRow, EntryRow, LotRow, Row, meta_rows
from tanhui.core.audit.sums import sum_findings
from tanhui.core.audit.trust import open_checkpoints
from tanhui.core.ledger import Command, Deed, Entry, KeyChain
from tanhui.core.ledger.day_ends import Replaying
from tanhui.core.ledger.decision import Spread
from tanhui.core.ledger.draft import Booking, Written
from tanhui.core.ledger.merkle import Run
from tanhui.core.ledger.replay import written_again
from tanhui.core.ledger.suites import Suite
from tanhui.core.ledger.terms import HASH_LENGTH

MANY: Final = 10_000
_CHECKPOINTS: Final = 500
_LARGE_BYTES: Final = 30_000_000
"""From this size on the hashes of the tree are gathered by another process, beside the replay."""

_WHOLE: Final = ({int}, {int, type(None)}, {type(None)})
"""The types that a column of whole numbers may have: SQLite could hand out 1.0 for 1, and Python thinks them alike."""


class NotRightError(Exception):
    """A row is not the one that the journal gives, or a table does not end where it should."""


class Ledger(NamedTuple):
    """What the replay of a file that is right comes to: its lots, those from elsewhere, rows counted by table."""

    lots: tuple[LotRow, ...]
    foreign: frozenset[str]
    counts: Mapping[str, int]


def read_right(
    pages: sqlite3.Connection,
    chain: KeyChain,
    form: str = FORMAT,
    *,
    path: Path | None = None,
    alone: bool = False,
) -> Ledger:
    """Replay the journal and hold every table of the ledger against it. Raises NotRightError and SQLite's own.

    With the path of a large file, other processes look into it as well, unless it is to be done `alone`.
    """
    suite = chain.newest.suite
    handed = [link.hand_over.checkpoint for link in chain.links]
    ends = {at.size for at in handed}
    roots = {0: suite.empty_root.hex()}
    last = None
    with beside(node_digests, _nodes(pages, None if alone else path)) as nodes:
        check = _Pass(pages, suite, form)
        for last in _blocks(pages):
            check.block(last)
            if last.size in ends:
                roots[last.size] = last.root_hex
        _require(all(shared(_all_signed, _signatures(_blocks(pages), chain, alone=alone))))
        _require(all(roots.get(at.size) == at.root.hex() for at in handed))
        lots = check.end(meta_rows(chain.newest.name, last, chain.notes, form), nodes())
    return Ledger(lots, frozenset(check.foreign), check.counts)


def right_findings(pages: sqlite3.Connection, ledger: Ledger) -> list[Finding]:
    """Return what was checked of a ledger that is right, and the sums, which are done once more without the journal."""
    count = ledger.counts
    held = pages.execute("SELECT lot, sum(quantity_mg) FROM holding GROUP BY lot")
    numbered = pages.execute(
        "SELECT * FROM entry WHERE to_book = 'retired' OR serial_first IS NOT NULL OR serial_last IS NOT NULL"
    )
    return [
        Finding("signatures", (), (("blocks", count["block"]),)),
        Finding("roots", (), (("blocks", count["block"]),)),
        Finding("journal", (), (("leaves", count["leaf"]),)),
        Finding("rules", (), (("acts", count["act"]),)),
        Finding("tables", (), tuple((name, count[name]) for name in ("act", "block", "entry"))),
        Finding("balances", (), tuple((name, count.get(name, 0)) for name in BALANCES)),
        *sum_findings(held, map(EntryRow._make, numbered), count["lot"], count["entry"]),
    ]


def _blocks(pages: sqlite3.Connection) -> Iterator[BlockRow]:
    return map(BlockRow._make, pages.execute("SELECT * FROM block"))


def _signatures(
    blocks: Iterator[BlockRow], chain: KeyChain, *, alone: bool
) -> Iterator[Piece[tuple[tuple[BlockRow, ...], KeyChain]]]:
    while rows := tuple(islice(blocks, _CHECKPOINTS)):
        yield Piece((rows, chain), large=len(rows) == _CHECKPOINTS and not alone)


def _all_signed(given: tuple[tuple[BlockRow, ...], KeyChain]) -> bool:
    """Say whether the checkpoint of each block was signed, and says what the block says."""
    rows, chain = given
    found, faults = open_checkpoints(rows, chain)
    return not faults and all(
        (found[row.height].size, found[row.height].root.hex()) == (row.size, row.root_hex) for row in rows
    )


class _Pass:
    """The pass: the replay, a cursor in each table, and what must be in the tables that stand for the end."""

    def __init__(self, pages: sqlite3.Connection, suite: Suite, form: str) -> None:
        self._suite = suite
        self._form = form
        self.draft = Replaying(suite)
        self.foreign: set[str] = set()
        self.counts: dict[str, int] = {}
        self._pages = pages
        self._leaves, self._acts, self._entries = (_Table(pages, name) for name in ("leaf", "act", "entry"))
        self._nodes = _Nodes()
        self._opened: list[Command] = []
        self._piles: list[Any] = []

    def block(self, row: BlockRow) -> None:
        """Replay one block and compare its rows."""
        first = self.draft.frontier.size
        found = self._leaves.take(row.size - first)
        places, heights, kinds, contents = zip(*found, strict=True) if found else ((), (), (), ())
        written = written_again(self.draft, contents)
        stands = (
            self.draft.height,
            self.draft.time_ms,
            first,
            self.draft.frontier.size,
            self.draft.frontier.root().hex(),
        )
        if written is None or row[:-1] != stands or not _plain(row[:4]):
            raise NotRightError
        _require(_plain(places), _plain(heights), _plain(kinds), places == tuple(range(first, row.size)))
        _require(set(heights) == {row.height}, list(kinds) == [content[1] for content in contents])
        self._compare(written)

    def _compare(self, written: Written) -> None:
        expected: list[Any] = []
        for booking in written.bookings:
            (found,) = self._acts.take(1)
            _require(found == act_of(booking, self._suite), _plain(found[:2]), _plain(found[6:7]))
            expected += entries_of(booking)
        found_entries = self._entries.take(len(expected))
        _require(found_entries == expected)
        if expected:
            columns = list(zip(*found_entries, strict=True))
            _require(*(_plain(columns[place]) for place in (0, 1, 8, 9, 10)))
        done = [booking.command for booking in written.bookings if booking.outcome.done]
        self._opened += [command for command in done if opens_account(command)]
        self._piles += self.draft.closed_piles(written.bookings)
        self.foreign |= lots_from_elsewhere(done)
        self._nodes.add(written.runs)

    def end(self, meta: Iterable[Row], nodes: Sequence[bytes]) -> tuple[LotRow, ...]:
        """Compare what stands for the end, and that no table goes on; `nodes` are the hashes of the tree by level.

        Returns the lots.
        """
        state = self.draft.state()
        for table in (self._leaves, self._acts, self._entries):
            table.require_end()
        for name, rows in standing_rows(state, self._opened, self._piles).items():
            if name in tables_of(self._form):
                self._stands(name, [in_format(self._form, name, row) for row in rows])
        self._stands("meta", meta)
        _require(self._nodes.digests() == nodes)
        self.counts |= {table.name: table.count for table in (self._leaves, self._acts, self._entries)}
        self.counts["block"] = self.draft.height
        return tuple(map(lot_row, state.lots.values()))

    def _stands(self, table: str, expected: Iterable[Row]) -> None:
        """Compare a table that was written in the order of its rows."""
        rows = sorted(expected)
        for found, row in zip_longest(_Table(self._pages, table), rows):
            _require(found == row, found is not None)
            _require(tuple(map(type, found)) == tuple(map(type, row)))
        self.counts[table] = len(rows)


class _Table:
    """The rows of a table in the order in which they lie in the file."""

    def __init__(self, pages: sqlite3.Connection, name: str) -> None:
        self.name, self.count = name, 0
        self._cursor = pages.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - one of our names

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._cursor)

    def take(self, count: int) -> list[tuple[Any, ...]]:
        """Return the next so many rows. Raises NotRightError where there are fewer."""
        rows = self._cursor.fetchmany(count) if count > 0 else []
        self.count += len(rows)
        _require(len(rows) == max(count, 0))
        return rows

    def require_end(self) -> None:
        _require(self._cursor.fetchone() is None)


class _Nodes:
    """The hashes of the tree that the journal gives, as one running hash a level: so many need not lie in memory."""

    def __init__(self) -> None:
        self._running: list[Any] = []

    def add(self, runs: Iterable[Run]) -> None:
        for level, _first, hashes in runs:
            if level == len(self._running):
                self._running.append(hashlib.sha256())
            self._running[level].update(b"".join(hashes).hex().encode())

    def digests(self) -> list[bytes]:
        return [running.digest() for running in self._running]


def _nodes(pages: sqlite3.Connection, path: Path | None) -> Piece[Path | sqlite3.Connection]:
    if path is None or path.stat().st_size < _LARGE_BYTES:
        return Piece(pages, large=False)
    return Piece(path, large=True)


def node_digests(source: Path | sqlite3.Connection) -> list[bytes]:
    """Return one hash a level over the tree in its table, which was written level by level, in order of place.

    Raises NotRightError where it is not as whole as the size of the last block asks for.
    """
    with closing(pages_at(source)) if isinstance(source, Path) else nullcontext(source) as pages:
        (size,) = pages.execute("SELECT coalesce(max(size), 0) FROM block").fetchone()
        _require(_plain([size]))
        table = _Table(pages, "subtree")
        digests = [_level_digest(table, level, size >> level) for level in range(size.bit_length())]
        table.require_end()
        return digests


def _level_digest(table: _Table, level: int, count: int) -> bytes:
    running = hashlib.sha256()
    for first in range(0, count, MANY):
        end = min(first + MANY, count)
        levels, places, hashes = zip(*table.take(end - first), strict=True)
        _require(_plain(levels), _plain(places), set(levels) == {level}, places == tuple(range(first, end)))
        _require(set(map(type, hashes)) == {str}, set(map(len, hashes)) == {2 * HASH_LENGTH})
        running.update("".join(hashes).encode())
    return running.digest()


def act_of(booking: Booking, suite: Suite) -> Row:
    """Return the row of a command."""
    command, outcome, _ = booking
    assert outcome.height is not None
    assert outcome.leaf is not None
    return act_row(outcome.leaf, Deed(outcome.height, command, outcome.code), outcome.params, suite)


def entries_of(booking: Booking) -> Iterable[tuple[Any, ...]]:
    """Return the rows of a command's movements."""
    command, outcome, movements = booking
    assert outcome.height is not None
    assert outcome.leaf is not None
    first, name = outcome.leaf + 1, command.id.hex()
    if isinstance(movements, Spread):
        giver, lot, book = movements.source
        head = (repeat(outcome.height), repeat(name), repeat(lot), repeat(giver), repeat(book.value))
        places = range(first, first + len(movements.accounts))
        target = (movements.accounts, repeat(movements.book.value), movements.quantities_mg)
        return zip(places, *head, *target, repeat(None), repeat(None), strict=False)
    return (
        entry_row(place, Entry(outcome.height, command.id, movement)) for place, movement in enumerate(movements, first)
    )


def _plain(cells: Iterable[Any]) -> bool:
    return set(map(type, cells)) in _WHOLE


def _require(*conditions: bool) -> None:
    if not all(conditions):
        raise NotRightError
