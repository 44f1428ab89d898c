"""The hashes of the tree in the database, as tiles have them: every eighth level. The levels between are computed.

A block adds a row for each tile that it adds to. Rows only grow in number; a tile that is not full yet is several.
"""

from collections.abc import Iterable
from typing import Final

from django.db import connection

from tanhui.core.ledger import Frontier, Run
from tanhui.core.ledger.merkle import Subtree
from tanhui.core.ledger.tiles import WIDTH, hashes_of, split_by_tile, subtree_in
from tanhui.registry.suite import suite

_SPAN: Final = """
SELECT string_agg(hashes, ''::bytea ORDER BY first) FROM registry_hashrun
WHERE level = %s AND first >= %s AND first < %s
"""


def columns(runs: Iterable[Run]) -> tuple[list[int], list[int], list[bytes]]:
    """Return what became complete with a block as columns: level, first and hashes of each row."""
    parts = [part for run in runs for part in split_by_tile(run)]
    return [part.level for part in parts], [part.first for part in parts], [b"".join(part.hashes) for part in parts]


def tile_content(level: int, place: int) -> bytes:
    """Return the hashes of a tile behind each other, as many as there are; `level` is that of the tree: 0, 8, 16, …"""
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, [level, place * WIDTH, (place + 1) * WIDTH])
        (content,) = cursor.fetchone()
    return bytes(content or b"")


def subtrees() -> Subtree:
    """Return a look-up of full subtrees, for one proof. What is not there raises IndexError."""
    return subtree_in(lambda level, place: hashes_of(tile_content(level, place)), suite())


def frontier_at(size: int) -> Frontier:
    """Return the right edge of the tree when it had this size."""
    subtree, first = subtrees(), 0
    edge: list[bytes] = []
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            edge.append(subtree(level, first >> level))
            first += 1 << level
    return Frontier(size, tuple(edge), suite())
