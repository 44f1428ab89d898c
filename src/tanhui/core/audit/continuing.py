"""Whether a ledger goes on from what somebody else holds of it: an older audit file, a checkpoint, a proof.

A signed root of so many leaves stands for all of them. Where the later ledger has a block that ends at as many leaves,
with the same root, all that came before is the same; with another root, something was changed, left out or added.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tanhui.core.audit.opened import FAULTS_OF_PAGES, opened
from tanhui.core.audit.pages import rows_of
from tanhui.core.audit.rows import BlockRow
from tanhui.core.ledger import Malformed, parse_checkpoint
from tanhui.core.ledger.note import split_note

_SQLITE: Final = b"SQLite format 3"


class KnownRoot(NamedTuple):
    """What somebody holds: the root over the first `size` leaves. `height` is of the block, where it is known."""

    size: int
    root_hex: str
    height: int | None = None


class Continuation(NamedTuple):
    """How many of the roots are the later ledger's too, the first that differs, and those that it does not reach."""

    shared: int
    differing: KnownRoot | None
    missing: tuple[KnownRoot, ...]

    @property
    def ok(self) -> bool:
        return self.differing is None and not self.missing


def known_roots(source: Path | bytes) -> tuple[KnownRoot, ...]:
    """Return the roots that a file holds: an audit file, a checkpoint, or a proof. Raises Malformed for others."""
    if _head(source) == _SQLITE:
        return _roots_of_audit(source)
    content = source if isinstance(source, bytes) else source.read_bytes()
    try:
        text = content.decode()
        note = json.loads(text)["checkpoint"] if text.lstrip().startswith("{") else text
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as problem:
        raise Malformed("it holds no checkpoint") from problem
    return (root_of_note(str(note)),)


def _head(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[: len(_SQLITE)]
    with source.open("rb") as file:
        return file.read(len(_SQLITE))


def _roots_of_audit(source: Path | bytes) -> tuple[KnownRoot, ...]:
    try:
        with opened(source) as file:
            rows = [row for row in rows_of(file.pages, "block") if isinstance(row, BlockRow)]
    except FAULTS_OF_PAGES as problem:
        raise Malformed("its blocks cannot be read") from problem
    return tuple(KnownRoot(row.size, row.root_hex, row.height) for row in rows)


def root_of_note(note: str) -> KnownRoot:
    """Return the root that a checkpoint names, whoever signed it. Raises Malformed."""
    found = parse_checkpoint(split_note(note)[0])
    return KnownRoot(found.size, found.root.hex())


def continues_from(known: Iterable[KnownRoot], later: Mapping[int, str]) -> Continuation:
    """Compare what is known with a later ledger, given the root of each of its blocks by the number of leaves."""
    shared, differing, missing, longest = 0, None, [], max(later, default=0)
    for one in sorted(known):
        if one.size > longest:
            missing.append(one)
        elif not one.size or later.get(one.size) == one.root_hex:  # what is empty is the beginning of everything
            shared += 1
        else:
            differing = differing or one
    return Continuation(shared, differing, tuple(missing))
