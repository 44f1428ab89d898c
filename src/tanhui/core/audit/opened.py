"""An audit file opened for reading: its pages as a database, its seal, wherever it lies."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple

from tanhui.core.audit.seal import SealedFile, split_seal
from tanhui.core.ledger import Malformed

Pages = sqlite3.Connection
FAULTS_OF_PAGES = (sqlite3.Error, ValueError, TypeError, OverflowError)
"""What damaged pages are found by when they are read as a database."""


class Opened(NamedTuple):
    """The file taken apart, its pages to ask, and where it lies if not in memory."""

    sealed: SealedFile
    pages: Pages
    path: Path | None = None


@contextmanager
def opened(source: Path | bytes) -> Iterator[Opened]:
    """Open an audit file. One that lies on a disk is not read into memory.

    Raises Malformed if it is no SQLite file with something behind it.
    """
    if isinstance(source, bytes):
        sealed = split_seal(source)
        with closing(sqlite3.connect(":memory:")) as pages:
            pages.deserialize(bytes(sealed.pages))
            yield Opened(sealed, pages)
        return
    with source.open("rb") as file, _mapped(file.fileno()) as content:
        sealed = split_seal(content)
        try:
            with closing(pages_at(source)) as pages:
                yield Opened(sealed, pages, source)
        finally:
            sealed.pages.release()


def pages_at(path: Path) -> Pages:
    """Open the pages of a file that nobody changes meanwhile."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _mapped(number: int) -> mmap:
    try:
        return mmap(number, 0, access=ACCESS_READ)
    except ValueError as fault:  # nothing can be mapped of an empty file
        raise Malformed("an empty file") from fault
