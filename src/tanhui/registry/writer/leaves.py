"""The leaves of the journal in the database, as bundles have them, and how they are read.

A block adds a row for each bundle that it adds to. Rows only grow in number; a bundle that is not full yet is several.
"""

from collections.abc import Iterator
from typing import Final

from tanhui.core.ledger import Block, Malformed
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


def bundle_at(place: int) -> bytes:
    """Return the bundle of this place as it stands: the leaves in it behind each other, as many as there are."""
    rows = LeafRun.objects.filter(first__gte=place * WIDTH, first__lt=(place + 1) * WIDTH).order_by("first")
    return b"".join(map(bytes, rows.values_list("leaves", flat=True)))


def content_at(place: int) -> bytes:
    """Return the bytes of one leaf. Raises LookupError where there is none."""
    return contents_between(place, place + 1)[0]


def contents_from(place: int) -> Iterator[bytes]:
    """Yield the leaves from a place on, bundle by bundle, up to the end of the journal."""
    while inside := contents_between(place, place + WIDTH - place % WIDTH):
        yield from inside
        place += len(inside)


def as_they_stand(size: int = LAST) -> Iterator[tuple[int, bytes]]:
    """Yield all leaves before a place, each with its own, damaged ones too: a row that is no leaves counts as one."""
    rows = LeafRun.objects.filter(first__lt=size).order_by("first").values_list("first", "leaves")
    for first, leaves in rows.iterator(_MANY):
        for place, content in enumerate(_taken_apart(bytes(leaves)), start=first):
            if place < size:
                yield place, content


def _taken_apart(leaves: bytes) -> list[bytes]:
    try:
        return unbundle(leaves)
    except Malformed:
        return [leaves]
