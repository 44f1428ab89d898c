"""The journal in the database: leaves, and blocks with their signed checkpoints. `hashes` keeps the tree over them."""

from collections.abc import Iterator
from struct import Struct
from typing import Final

from django.conf import settings

from tanhui.core.ledger import Block, Checkpoint, State
from tanhui.core.ledger.scope import Scope
from tanhui.registry import models
from tanhui.registry.writer import hashes
from tanhui.registry.writer.asking import do
from tanhui.registry.writer.copying import copy_binary
from tanhui.registry.writer.signing import sign_block

_BLOCK: Final = """
WITH block AS (
INSERT INTO registry_block (height, time_ms, first_leaf, size, root_hex, checkpoint) VALUES (%s, %s, %s, %s, %s, %s)
)
INSERT INTO registry_hashrun (level, first, hashes) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %b::bytea[])
"""
_LEAF: Final = Struct(">hiqiqihi")
"""A row of leaves for COPY: how many columns, then each behind its length; the content follows."""


def append(block: Block) -> None:
    """Sign a block and add it to the journal. It stands once the caller's transaction does."""
    checkpoint = sign_block(Checkpoint(settings.REGISTRY_NAME, block.size, block.root))
    row = (block.height, block.time_ms, block.first_leaf, block.size, block.root.hex(), checkpoint)
    do(_BLOCK, *row, *hashes.columns(block.runs))
    copy_binary("registry_leaf", ("index", "height", "kind", "content"), _leaf_rows(block))


def _leaf_rows(block: Block) -> Iterator[bytes]:
    pack, height = _LEAF.pack, block.height
    for place, content in enumerate(block.contents, start=block.first_leaf):
        yield pack(4, 8, place, 8, height, 2, content[1], len(content)) + content  # the second byte names the sort


def last_block() -> models.Block | None:
    return models.Block.objects.order_by("-height").first()


def blocks_after(height: int) -> Iterator[models.Block]:
    return models.Block.objects.filter(height__gt=height).order_by("height").iterator()


def contents_of(block: models.Block) -> list[bytes]:
    """Return the bytes of a block's leaves in order."""
    inside = models.Leaf.objects.filter(index__gte=block.first_leaf, index__lt=block.size).order_by("index")
    return [bytes(content) for content in inside.values_list("content", flat=True)]


def state_at(block: models.Block | None) -> State:
    """Return where the ledger stood after a block, with no records: what a resident state starts from."""
    if block is None:
        return State(frontier=hashes.frontier_at(0), scope=Scope())
    return State(block.height, block.time_ms, hashes.frontier_at(block.size), scope=Scope())
