"""After a stop: go over the blocks that the journal has and the projections have not, by the rules, and project them.

The journal is the truth, and it is not trusted blindly: each of these blocks is decided once more and must come out as
it stands, byte for byte. One that does not stops the writer.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DataError, IntegrityError

from tanhui.core.ledger import Block, Deed, Header, Resident, decode_leaf
from tanhui.registry import models
from tanhui.registry.writer import journal, leaves, signing
from tanhui.registry.writer.loading import load
from tanhui.registry.writer.projections import project, projected_height
from tanhui.registry.writer.stops import JournalError


def catch_up() -> Resident:
    """Bring the projections up to the end of the journal; return a working state that goes on from there.

    Raises JournalError, or the Problem that the key at hand is not the one that signs this ledger.
    """
    signing.require_own(journal.last_block())
    height = projected_height()
    with _naming(height):
        resident = Resident(journal.state_at(models.Block.objects.filter(height=height).first()), load)
    for row in journal.blocks_after(height):
        with _naming(row.height):
            block = _decided_again(resident, row)
        project_by_rules(block)
    with _naming(height):
        return Resident(journal.state_at(journal.last_block()), load)


def project_by_rules(*blocks: Block) -> None:
    """Write the readable tables of blocks. Raises JournalError where they do not take them: a row was changed."""
    with _naming(blocks[0].height):
        project(*blocks)


@contextmanager
def _naming(height: int) -> Iterator[None]:
    """Say which block it was where a row is missing, cannot be read, or is not what the block needs it to be."""
    try:
        yield
    except (IntegrityError, DataError, ValueError, LookupError) as problem:
        said = f"{type(problem).__name__}: {problem}".splitlines()[0]
        raise JournalError("block_cannot_follow", height, said) from problem


def _decided_again(resident: Resident, row: models.Block) -> Block:
    contents = leaves.contents_between(row.first_leaf, row.size)
    records = [decode_leaf(content) for content in contents]
    header = records[0] if records else None
    if not isinstance(header, Header):
        raise JournalError("block_without_header", row.height)
    block = resident.write([record.command for record in records if isinstance(record, Deed)], header.time_ms)
    if not isinstance(block, Block) or list(block.contents) != contents:
        raise JournalError("block_not_by_rules", row.height)
    if block.root.hex() != row.root_hex:
        raise JournalError("block_of_another_root", row.height)
    return block
