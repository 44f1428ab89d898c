"""The journal in the database: blocks with their signed checkpoints, their `leaves`, and the `hashes` over them."""

from collections.abc import Iterator
from typing import Final

from django.conf import settings

from tanhui.core.ledger import Block, Checkpoint, State
from tanhui.core.ledger.scope import Scope
from tanhui.registry import models
from tanhui.registry.writer import hashes, leaves
from tanhui.registry.writer.asking import do
from tanhui.registry.writer.signing import sign_block

_BLOCK: Final = """
WITH block AS (
INSERT INTO registry_block (height, time_ms, first_leaf, size, root_hex, checkpoint) VALUES (%s, %s, %s, %s, %s, %s)
), leaf AS (
INSERT INTO registry_leafrun (first, leaves) SELECT * FROM unnest(%s::bigint[], %b::bytea[])
)
INSERT INTO registry_hashrun (level, first, hashes) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %b::bytea[])
"""


def append(block: Block) -> None:
    """Sign a block and add it to the journal. It stands once the caller's transaction does."""
    checkpoint = sign_block(Checkpoint(settings.REGISTRY_NAME, block.size, block.root))
    row = (block.height, block.time_ms, block.first_leaf, block.size, block.root.hex(), checkpoint)
    do(_BLOCK, *row, *leaves.columns(block), *hashes.columns(block.runs))


def last_block() -> models.Block | None:
    return models.Block.objects.order_by("-height").first()


def blocks_after(height: int) -> Iterator[models.Block]:
    return models.Block.objects.filter(height__gt=height).order_by("height").iterator()


def state_at(block: models.Block | None) -> State:
    """Return where the ledger stood after a block, with no records: what a resident state starts from."""
    if block is None:
        return State(frontier=hashes.frontier_at(0), scope=Scope())
    return State(block.height, block.time_ms, hashes.frontier_at(block.size), scope=Scope())
