"""A member's own copy of the log: leaves, ends of blocks, the checkpoint that proves it, hand-overs. One SQLite file.

Leaves are written as they come. They count only once a signed checkpoint has proven them and the rules gave every one.
So the program may be killed at any moment: what was not proven is fetched again.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

WAIT_S = 10
MANY = 1000
SCHEMA = """
CREATE TABLE IF NOT EXISTS leaf (place INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS block (
    height INTEGER PRIMARY KEY, first_leaf INTEGER NOT NULL, size INTEGER NOT NULL UNIQUE, root BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS proven (size INTEGER PRIMARY KEY, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hand_over (number INTEGER PRIMARY KEY, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (one INTEGER PRIMARY KEY CHECK (one = 1), sort TEXT, place INTEGER, words TEXT);
"""


class BlockEnd(NamedTuple):
    """A block that was replayed: where it begins, and size and root of the tree after it."""

    height: int
    first_leaf: int
    size: int
    root: bytes


class Fault(NamedTuple):
    """The first broken rule: which sort, at which leaf, in words. After it a member signs nothing more."""

    sort: str
    place: int
    words: str


class Mirror:
    """The file of one member. Every call opens it anew, so threads share nothing but the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as file:
            file.executescript(SCHEMA)

    def proven(self) -> tuple[int, str]:
        """Return the size up to which leaves are proven, and the signed checkpoint that proves them."""
        with self._open() as file:
            found = file.execute("SELECT size, note FROM proven ORDER BY size DESC LIMIT 1").fetchone()
        return found or (0, "")

    def fault(self) -> Fault | None:
        with self._open() as file:
            found = file.execute("SELECT sort, place, words FROM fault").fetchone()
        return Fault(*found) if found else None

    def leaves(self, first: int, end: int) -> Iterator[bytes]:
        """Yield the leaves from `first` to `end - 1` in their order. Raises LookupError at a gap."""
        for start in range(first, end, MANY):
            stop = min(start + MANY, end)
            with self._open() as file:
                query = "SELECT place, content FROM leaf WHERE place >= ? AND place < ? ORDER BY place"
                rows = file.execute(query, [start, stop]).fetchall()
            for place, row in enumerate(rows, start=start):
                if row[0] != place:
                    raise LookupError(place)
                yield row[1]
            if len(rows) < stop - start:
                raise LookupError(start + len(rows))

    def blocks(self) -> Iterator[BlockEnd]:
        """Yield the blocks that were replayed, the first one first."""
        with self._open() as file:
            for row in file.execute("SELECT height, first_leaf, size, root FROM block ORDER BY height"):
                yield BlockEnd(*row)

    def forget_unproven(self, size: int) -> None:
        """Drop what lies behind the proven leaves: a run that was cut short fetched it."""
        with self._open() as file:
            file.execute("DELETE FROM leaf WHERE place >= ?", [size])
            file.execute("DELETE FROM block WHERE size > ?", [size])
            file.execute("COMMIT")

    def add_leaves(self, first: int, contents: Sequence[bytes]) -> None:
        """Write leaves that are not proven yet."""
        with self._open() as file:
            file.executemany("INSERT INTO leaf VALUES (?, ?)", enumerate(contents, start=first))
            file.execute("COMMIT")

    def prove(self, size: int, note: str, blocks: Sequence[BlockEnd]) -> None:
        """Write down that all leaves below `size` are proven and replayed: in one step."""
        with self._open() as file:
            file.executemany("INSERT INTO block VALUES (?, ?, ?, ?)", blocks)
            file.execute("INSERT INTO proven VALUES (?, ?)", [size, note])
            file.execute("COMMIT")

    def hand_overs(self) -> tuple[str, ...]:
        """Return the hand-overs of the log's keys that were learned, the first one first."""
        with self._open() as file:
            return tuple(note for (note,) in file.execute("SELECT note FROM hand_over ORDER BY number"))

    def learn(self, notes: Sequence[str]) -> None:
        """Write down all hand-overs known by now."""
        with self._open() as file:
            file.executemany("INSERT OR IGNORE INTO hand_over VALUES (?, ?)", enumerate(notes, start=1))
            file.execute("COMMIT")

    def condemn(self, fault: Fault) -> None:
        """Write down the first broken rule. The first one stays the first."""
        with self._open() as file:
            file.execute("INSERT OR IGNORE INTO fault VALUES (1, ?, ?, ?)", fault)
            file.execute("COMMIT")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=WAIT_S)) as file:
            file.execute("PRAGMA synchronous = FULL")
            yield file
