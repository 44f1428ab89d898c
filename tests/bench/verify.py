"""ledger.verify: an audit file verified from seal to balances, beside reading its rows and hashing its leaves.

Most movements come as coins would: distributions to many accounts. Every tenth block is made of single transfers, each
a command of its own. One project with its survey backs the lot, and is computed anew.
"""

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.measure import Measure

MOVEMENTS = 1_000_000
HOLDERS = 20_000
A_COMMAND, COMMANDS, SINGLES = 2_000, 5, 1_000
MG = 1_000
MANY = 10_000


def measure_verify(movements: int = MOVEMENTS) -> Measure:
    """Return how many movements a second are verified."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        written = write_ledger(path, movements)
        verified_s = _verified_s(path)
        bare_s = _bare_s(path)
        megabytes = path.stat().st_size / 1e6
    note = (
        f"an audit file of {written:,} movements ({megabytes:,.0f} MB; distributions to {A_COMMAND:,} of {HOLDERS:,} "
        f"accounts, every tenth block {SINGLES:,} single transfers), all fifteen checks. Reference: every row read by "
        "sqlite3 and every leaf hashed, nothing compared"
    )
    return Measure("ledger.verify", written / verified_s, "movements/s", written / bare_s, note)


def write_ledger(path: Path, movements: int) -> int:
    """Write an audit file with at least so many movements, as a registry would; return how many."""
    from core.audit.audit_samples import KEY
    from tanhui.core.audit import write_tables

    ledger = _Ledger()
    written = ledger.grow(movements)
    write_tables(path, ledger.tables(), KEY.sign)
    return written


def _verified_s(path: Path) -> float:
    from core.audit.audit_samples import VKEY
    from tanhui.core.audit import verify_audit

    begun = perf_counter()
    report = verify_audit(path, VKEY)
    seconds = perf_counter() - begun
    assert report.ok, report.faults[:3]
    return seconds


def _bare_s(path: Path) -> float:
    begun = perf_counter()
    with closing(sqlite3.connect(path)) as pages:
        for (table,) in pages.execute("SELECT name FROM sqlite_schema").fetchall():
            rows = pages.execute(f'SELECT * FROM "{table}"')
            while some := rows.fetchmany(MANY):
                if table == "leaf":
                    for *_, content in some:
                        hashlib.sha256(b"\x00" + content).digest()
    return perf_counter() - begun


class _Ledger:
    """A history by the rules, and its tables. Bytes and bookings are kept, rows are made as they are written."""

    def __init__(self) -> None:
        from core.audit.audit_samples import issue_of
        from core.ledger.ledger_samples import HASH, OWNER, opened
        from tanhui.core.ledger import OpenAccount
        from tanhui.core.ledger.day_ends import Replaying

        self._draft = Replaying()
        self._numbers = count(1)
        self._blocks: list[tuple[Any, Any, bytes, int]] = []
        self._names = [f"A-{place:07d}" for place in range(HOLDERS)]
        self._write([*opened(), issue_of("project-1")])
        for first in range(0, HOLDERS, MANY):
            self._write([OpenAccount(name, "buyer", HASH) for name in self._names[first : first + MANY]])
        self._giver = OWNER

    def grow(self, movements: int) -> int:
        """Write blocks until there are so many movements."""
        from core.ledger.ledger_samples import HASH
        from tanhui.core.ledger import Distribute, Transfer

        done = 0
        for turn in count():
            if done >= movements:
                return done
            if turn % 10 == 9:
                names = self._turn(turn, SINGLES)
                self._write([Transfer("lot-1", self._giver, name, MG, HASH) for name in names])
                done += SINGLES
                continue
            acts = []
            for place in range(COMMANDS):
                names = self._turn(turn * COMMANDS + place, A_COMMAND)
                parts = tuple((name, MG + at % 7) for at, name in enumerate(names))
                acts.append(Distribute("lot-1", self._giver, parts, HASH))
            self._write(acts)
            done += A_COMMAND * COMMANDS
        raise AssertionError("a count has no end")

    def _turn(self, turn: int, width: int) -> list[str]:
        first = turn * width % HOLDERS
        return (self._names[first : first + width] + self._names[:width])[:width]

    def _write(self, acts: list[Any]) -> None:
        from core.ledger.ledger_samples import command

        draft, first = self._draft, self._draft.frontier.size
        written = draft.write(
            [command(next(self._numbers), act) for act in acts], draft.height + 1, draft.time_ms + 1000
        )
        assert all(outcome.done for outcome in written.outcomes)
        self._blocks.append((written, first, draft.frontier.root(), draft.frontier.size))

    def tables(self) -> Mapping[str, Any]:
        from core.audit.audit_samples import BOOK, KEY
        from tanhui.core.audit import meta_rows, standing_rows
        from tanhui.core.audit.right import act_of, entries_of

        state = self._draft.state()
        bookings = [booking for written, *_ in self._blocks for booking in written.bookings]
        commands = [booking.command for booking in bookings]
        blocks = list(self._block_rows())
        return {
            "meta": meta_rows(KEY.name, blocks[-1]),
            "key": BOOK.key,
            "block": blocks,
            "leaf": self._leaf_rows(),
            "subtree": self._subtree_rows(),
            "act": (act_of(booking, self._draft.frontier.suite) for booking in bookings),
            "entry": (row for booking in bookings for row in entries_of(booking)),
            **{name: sorted(rows) for name, rows in standing_rows(state, commands, ()).items()},
            **{name: sorted(getattr(BOOK, name)) for name in ("evidence_file", "survey_row", "estimate")},
        }

    def _block_rows(self) -> Iterator[Any]:
        from core.audit.audit_samples import KEY
        from tanhui.core.audit import BlockRow
        from tanhui.core.ledger import Checkpoint, sign_checkpoint

        for written, first, root, size in self._blocks:
            note = sign_checkpoint(Checkpoint(KEY.name, size, root), KEY)
            yield BlockRow(written.header.height, written.header.time_ms, first, size, root.hex(), note)

    def _leaf_rows(self) -> Iterator[tuple[Any, ...]]:
        for written, first, *_ in self._blocks:
            for place, content in enumerate(written.contents, start=first):
                yield place, written.header.height, content[1], content

    def _subtree_rows(self) -> Iterator[tuple[int, int, str]]:
        levels = max(run.level for written, *_ in self._blocks for run in written.runs)
        for level in range(levels + 1):
            for written, *_ in self._blocks:
                for run in written.runs[level : level + 1]:
                    yield from ((level, place, found.hex()) for _, place, found in run.each())
