"""After a stop: go over the blocks that the journal has and the projections have not, by the rules, and project them.

The journal is the truth, and it is not trusted blindly: each of these blocks is decided once more and must come out as
it stands, byte for byte. One that does not stops the writer.
"""

from tanhui.core.ledger import Block, Deed, Header, Resident, decode_leaf
from tanhui.registry import models
from tanhui.registry.writer import journal, signing
from tanhui.registry.writer.loading import load
from tanhui.registry.writer.projections import project, projected_height


class JournalError(RuntimeError):
    """A block that the rules do not give. Nothing may be written on top of it."""


def catch_up() -> Resident:
    """Bring the projections up to the end of the journal; return a working state that goes on from there.

    Raises JournalError, or the Problem that the key at hand is not the one that signs this ledger.
    """
    signing.require_own(journal.last_block())
    height = projected_height()
    resident = Resident(journal.state_at(models.Block.objects.filter(height=height).first()), load)
    for row in journal.blocks_after(height):
        project(_decided_again(resident, row))
    return Resident(journal.state_at(journal.last_block()), load)


def _decided_again(resident: Resident, row: models.Block) -> Block:
    contents = journal.contents_of(row)
    records = [decode_leaf(content) for content in contents]
    header = records[0] if records else None
    if not isinstance(header, Header):
        raise JournalError(f"block {row.height} does not begin with a header")
    block = resident.write([record.command for record in records if isinstance(record, Deed)], header.time_ms)
    if not isinstance(block, Block) or list(block.contents) != contents:
        raise JournalError(f"block {row.height} is not what the rules give")
    if block.root.hex() != row.root_hex:
        raise JournalError(f"the root of block {row.height} is not that of its leaves")
    return block
