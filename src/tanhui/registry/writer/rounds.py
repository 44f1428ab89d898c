"""One round of the writer: take what waits, decide it as a block, add it to the journal, answer."""

from typing import NamedTuple

from django.db import transaction

from tanhui.core.ledger import Block, Resident
from tanhui.registry.writer import journal, queue
from tanhui.registry.writer.stops import stopped


class Round(NamedTuple):
    """How many commands were answered, and the block with those that are new."""

    answered: int
    block: Block | None = None


def write_round(resident: Resident, *, time_ms: int) -> Round:
    """Answer what waits, up to one block; nothing while writing is stopped. Journal and answers stand together.

    After an exception the state is of no use any more; the queue still has every command.
    """
    with transaction.atomic():
        if stopped():
            return Round(0)
        numbers, commands = queue.take()
        if not commands:
            return Round(0)
        written = resident.write(commands, time_ms)
        block = written if isinstance(written, Block) else None
        outcomes = written.outcomes if isinstance(written, Block) else written
        if block is not None:
            journal.append(block)
        queue.answer(numbers, outcomes)
    queue.tell(numbers, outcomes)
    return Round(len(numbers), block)
