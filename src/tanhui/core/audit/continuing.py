"""Whether a ledger goes on from what somebody else holds of it: an older audit file, a checkpoint, a proof.

A signed root of so many leaves stands for all of them. Where the later ledger has a block that ends at as many leaves,
with the same root, all that came before is the same; with another root, something was changed, left out or added.
"""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tanhui.core.audit.pages import read_pages
from tanhui.core.audit.seal import split_seal
from tanhui.core.ledger import Malformed, parse_checkpoint
from tanhui.core.ledger.note import split_note


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


def known_roots(content: bytes) -> tuple[KnownRoot, ...]:
    """Return the roots that a file holds: an audit file, a checkpoint, or a proof. Raises Malformed for others."""
    if content.startswith(b"SQLite format 3"):
        book, _faults = read_pages(split_seal(content).pages)
        return tuple(KnownRoot(row.size, row.root_hex, row.height) for row in book.block)
    try:
        text = content.decode()
        note = json.loads(text)["checkpoint"] if text.lstrip().startswith("{") else text
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as problem:
        raise Malformed("it holds no checkpoint") from problem
    return (root_of_note(str(note)),)


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
        elif later.get(one.size) == one.root_hex:
            shared += 1
        else:
            differing = differing or one
    return Continuation(shared, differing, tuple(missing))
