"""One round of the writer: take what waits, decide it as a block, add it to the journal, answer."""

from typing import NamedTuple

from django.db import transaction

from tanhui.core.ledger import Block, Resident
from tanhui.kit import clock
from tanhui.registry.models import StopCause
from tanhui.registry.writer import journal, queue
from tanhui.registry.writer.stops import stop_writing


class Round(NamedTuple):
    """How many commands were answered, and the block with those that are new."""

    answered: int
    block: Block | None = None


def write_round(resident: Resident, *, time_ms: int, leap_ms: int = 0) -> Round:
    """Answer what waits, up to one block; nothing while writing is stopped. Journal and answers stand together.

    Where the time is beyond what can be believed, by `leap_ms`, and something waits, writing stops.
    After an exception the state is of no use any more; the queue still has every command.
    """
    with transaction.atomic():
        numbers, commands = queue.take()
        if not commands:
            return Round(0)
        if leap_ms:
            _stop_for_clock(resident.height, time_ms=time_ms, leap_ms=leap_ms)
            return Round(0)
        written = resident.write(commands, time_ms)
        block = written if isinstance(written, Block) else None
        outcomes = written.outcomes if isinstance(written, Block) else written
        if block is not None:
            journal.append(block)
        queue.answer(numbers, outcomes)
    queue.tell(numbers, outcomes)
    return Round(len(numbers), block)


def _stop_for_clock(height: int, *, time_ms: int, leap_ms: int) -> None:
    at = clock.from_ms(time_ms)
    words = {"at": f"{at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}", "hours": leap_ms // 3_600_000 + 1, "height": height}
    faults = [{"code": "clock_leapt", "place": f"block[{height}]", "words": words}]
    stop_writing(cause=StopCause.CLOCK, height=height, at=at, faults=faults)
