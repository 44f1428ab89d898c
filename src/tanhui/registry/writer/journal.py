"""The journal in the database: leaves, blocks with their signed checkpoints, and the inner hashes of the tree."""

from collections.abc import Iterable, Iterator, Sequence
from struct import Struct
from typing import Final

import psycopg
from django.conf import settings
from django.db import connection
from django.db.models import Q

from tanhui.core.ledger import Block, Checkpoint, Frontier, SigningKey, State, sign_checkpoint
from tanhui.core.ledger.merkle import Subtree, on_paths
from tanhui.core.ledger.scope import Scope
from tanhui.kit import keys
from tanhui.registry import models
from tanhui.registry.writer.copying import copy_binary, copy_rows

_SUBTREES: Final = """
SELECT node.level, node.index, node.hash_hex FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index)
JOIN registry_subtree node ON node.level = wanted.level AND node.index = wanted.index
"""
_LEAF: Final = Struct(">hiqiqihi")
"""A row of leaves for COPY: how many columns, then each behind its length; the content follows."""


def signing_key() -> SigningKey:
    return SigningKey(settings.REGISTRY_NAME, keys.ledger_seed(settings.HOME))


def append(block: Block) -> None:
    """Sign a block and add it to the journal. It stands once the caller's transaction does."""
    checkpoint = sign_checkpoint(Checkpoint(settings.REGISTRY_NAME, block.size, block.root), signing_key())
    models.Block.objects.create(
        height=block.height,
        time_ms=block.time_ms,
        first_leaf=block.first_leaf,
        size=block.size,
        root_hex=block.root.hex(),
        checkpoint=checkpoint,
    )
    copy_binary("registry_leaf", ("index", "height", "kind", "content"), _leaf_rows(block))
    nodes = ((level, place, found.hex()) for run in block.runs for level, place, found in run.each())
    copy_rows("registry_subtree", ("level", "index", "hash_hex"), nodes)


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
        return State(scope=Scope())
    return State(block.height, block.time_ms, frontier_at(block.size), scope=Scope())


def frontier_at(size: int) -> Frontier:
    wanted: list[tuple[int, int]] = []
    first = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            wanted.append((level, first >> level))
            first += 1 << level
    found = {(row.level, row.index): row.hash_hex for row in models.Subtree.objects.filter(_any_of(wanted))}
    return Frontier.from_hex(size, [found[key] for key in wanted])


def subtree(level: int, index: int) -> bytes:
    """Return the stored hash of a full subtree."""
    return bytes.fromhex(models.Subtree.objects.get(level=level, index=index).hash_hex)


def subtrees_on_paths(indices: Iterable[int], size: int) -> Subtree:
    """Return what `subtree` gives for everything that these paths need, asked for in one question."""
    wanted = on_paths(indices, size)
    levels, places = zip(*wanted, strict=True) if wanted else ((), ())
    with psycopg.Cursor(connection.connection) as cursor, connection.wrap_database_errors:
        cursor.execute(_SUBTREES, [list(levels), list(places)])
        found = {(level, place): bytes.fromhex(hash_hex) for level, place, hash_hex in cursor}
    return lambda level, place: found[level, place]


def _any_of(keys: Sequence[tuple[int, int]]) -> Q:
    chosen = Q(pk__in=[])
    for level, index in keys:
        chosen |= Q(level=level, index=index)
    return chosen
