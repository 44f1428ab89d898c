"""The leaves of the journal in the database, as bundles have them, and how they are read.

A block adds a row for each bundle that it adds to. Rows only grow in number; a bundle that is not full yet is several.
"""

from collections.abc import Iterator
from typing import Final

from tanhui.core.ledger import Block
from tanhui.core.ledger.tiles import WIDTH, split_by_bundle, unbundle
from tanhui.registry.models import LeafRun

LAST: Final = 2**63 - 1
"""No leaf has a place behind this."""

_MANY: Final = 100


def columns(block: Block) -> tuple[list[int], list[bytes]]:
    """Return the leaves of a block as columns: place of the first, and all of them, of each row."""
    parts = list(split_by_bundle(block.first_leaf, block.contents))
    return [first for first, _ in parts], [leaves for _, leaves in parts]


def contents_between(first: int, end: int) -> list[bytes]:
    """Return the bytes of the leaves from one place on to before another, in order; those that are not there lack.

    Raises Malformed where a row is not leaves behind their lengths.
    """
    rows = LeafRun.objects.filter(first__gte=first - first % WIDTH, first__lt=end).order_by("first")
    return [
        content
        for begin, leaves in rows.values_list("first", "leaves")
        for place, content in enumerate(unbundle(bytes(leaves)), start=begin)
        if first <= place < end
    ]


def content_at(place: int) -> bytes:
    """Return the bytes of one leaf. Raises LookupError where there is none."""
    return contents_between(place, place + 1)[0]


def contents_from(place: int) -> Iterator[bytes]:
    """Yield the leaves from a place on, bundle by bundle, up to the end of the journal."""
    while inside := contents_between(place, place + WIDTH - place % WIDTH):
        yield from inside
        place += len(inside)


def rows_before(size: int = LAST) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of the journal in order up to a size, as they stand: place of the first, and leaves."""
    rows = LeafRun.objects.filter(first__lt=size).order_by("first").values_list("first", "leaves")
    for first, leaves in rows.iterator(_MANY):
        yield first, bytes(leaves)
