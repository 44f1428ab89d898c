"""Tiles, bundles and checkpoints out of the tables, one query each. Nothing is computed: every hash stands there."""

from tanhui.core.ledger.terms import HASH_LENGTH
from tanhui.core.ledger.tiles import ENTRIES, Tile, bundle
from tanhui.registry.models import Leaf
from tanhui.registry.writer.hashes import tile_content


def content_of(tile: Tile) -> bytes | None:
    """Return the bytes of a tile or bundle; nothing where the tree does not hold all of it yet."""
    return _leaves(tile) if tile.level == ENTRIES else _hashes(tile)


def _hashes(tile: Tile) -> bytes | None:
    content, length = tile_content(tile.node_level, tile.place), tile.width * HASH_LENGTH
    return content[:length] if len(content) >= length else None


def _leaves(tile: Tile) -> bytes | None:
    among = Leaf.objects.filter(index__gte=tile.first, index__lt=tile.first + tile.width)
    contents = [bytes(content) for content in among.order_by("index").values_list("content", flat=True)]
    return bundle(contents) if len(contents) == tile.width else None
