"""Tiles, bundles and checkpoints out of the tables, one query each. Nothing is computed: every hash stands there."""

from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.terms import HASH_LENGTH
from tanhui.core.ledger.tiles import ENTRIES, Tile, bundle, unbundle
from tanhui.registry.writer.hashes import tile_content
from tanhui.registry.writer.leaves import bundle_at


def content_of(tile: Tile) -> bytes | None:
    """Return the bytes of a tile or bundle; nothing where the tree does not hold all of it yet."""
    return _leaves(tile) if tile.level == ENTRIES else _hashes(tile)


def _hashes(tile: Tile) -> bytes | None:
    content, length = tile_content(tile.node_level, tile.place), tile.width * HASH_LENGTH
    return content[:length] if len(content) >= length else None


def _leaves(tile: Tile) -> bytes | None:
    content = bundle_at(tile.place)
    try:
        leaves = unbundle(content)
    except Malformed:  # somebody changed it: whoever reads the log is to see that
        return content
    return bundle(leaves[: tile.width]) if len(leaves) >= tile.width else None
