"""What a witness remembers: for each log the largest checkpoint that it has co-signed. One SQLite file.

It must never forget: a witness that signs two histories is worth nothing. So a checkpoint is on the disk before its
signature leaves the house, and the size it grows from is compared in the same transaction.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tanhui.core.ledger.checkpoint import Checkpoint
from tanhui.core.ledger.offer import Offer, Refused, Seen, judge
from tanhui.core.ledger.suites import ED25519_SHA256, Suite

WAIT_S = 10
SCHEMA = """
CREATE TABLE IF NOT EXISTS self (one INTEGER PRIMARY KEY CHECK (one = 1), vkey TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS log (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    checkpoint TEXT NOT NULL,
    at_ms INTEGER NOT NULL
);
CREATE TRIGGER IF NOT EXISTS log_only_grows BEFORE UPDATE ON log WHEN new.size < old.size
    OR (new.size = old.size AND new.root <> old.root) BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER IF NOT EXISTS log_stays BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
"""


class OtherKey(ValueError):  # noqa: N818 - it names what was found
    """The file belongs to a witness with another key."""


class Book:
    """The file of one witness. Every call opens it anew, so threads and processes share nothing but the file."""

    def __init__(self, path: Path, vkey: str) -> None:
        """Open the file, or make it. Raises OtherKey."""
        self.path = path
        with self._open() as file:
            file.executescript(SCHEMA)
            file.execute("INSERT OR IGNORE INTO self VALUES (1, ?)", [vkey])
            (known,) = file.execute("SELECT vkey FROM self").fetchone()
        if known != vkey:
            raise OtherKey(f"{path} belongs to the witness {known}, and the key here is {vkey}")

    def seen(self, origin: str) -> Seen:
        """Return the largest checkpoint of a log that was co-signed."""
        with self._open() as file:
            return _seen(file, origin)

    def take(
        self, offer: Offer, checkpoint: Checkpoint, *, at_ms: int, suite: Suite = ED25519_SHA256
    ) -> Refused | None:
        """Write a checkpoint down if it continues the last one, durably; else say why not."""
        with self._open() as file:
            file.execute("BEGIN IMMEDIATE")
            refused = judge(offer, checkpoint, _seen(file, checkpoint.origin), suite)
            if refused is not None:
                file.execute("ROLLBACK")
                return refused
            row = [checkpoint.origin, checkpoint.size, checkpoint.root, offer.note, at_ms]
            file.execute(
                "INSERT INTO log VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE "
                "SET (size, root, checkpoint, at_ms) = "
                "(excluded.size, excluded.root, excluded.checkpoint, excluded.at_ms)",
                row,
            )
            file.execute("COMMIT")
        return None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None)) as file:
            # EXTRA: after a power cut even the directory knows that the journal is gone.
            file.execute("PRAGMA synchronous = EXTRA")
            yield file


def _seen(file: sqlite3.Connection, origin: str) -> Seen:
    found = file.execute("SELECT size, root FROM log WHERE origin = ?", [origin]).fetchone()
    return Seen(*found) if found else Seen()
