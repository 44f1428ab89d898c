"""Tiles, bundles and checkpoints out of the tables, one query each. Nothing is computed: every hash stands there."""

from django.db import connection

from tanhui.core.ledger.tiles import ENTRIES, Tile, bundle
from tanhui.registry.models import Leaf

HASHES = """
SELECT string_agg(decode(hash_hex, 'hex'), ''::bytea ORDER BY index), count(*) FROM registry_subtree
WHERE level = %s AND index >= %s AND index < %s
"""


def content_of(tile: Tile) -> bytes | None:
    """Return the bytes of a tile or bundle; nothing where the tree does not hold all of it yet."""
    return _leaves(tile) if tile.level == ENTRIES else _hashes(tile)


def _hashes(tile: Tile) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(HASHES, [tile.node_level, tile.first, tile.first + tile.width])
        content, count = cursor.fetchone()
    return bytes(content) if count == tile.width else None


def _leaves(tile: Tile) -> bytes | None:
    among = Leaf.objects.filter(index__gte=tile.first, index__lt=tile.first + tile.width)
    contents = [bytes(content) for content in among.order_by("index").values_list("content", flat=True)]
    return bundle(contents) if len(contents) == tile.width else None
