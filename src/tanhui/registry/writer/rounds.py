"""One round of the writer: take what waits, decide it as a block, add it to the journal, answer."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from tanhui.core.ledger import Block, Outcome, Resident
from tanhui.kit import clock
from tanhui.registry.models import StopCause
from tanhui.registry.writer import journal, queue
from tanhui.registry.writer.stops import stop_writing


class Round(NamedTuple):
    """Commands by their numbers in the queue, the answers to them, and the block with those that are new."""

    numbers: Sequence[int] = ()
    outcomes: Sequence[Outcome] = ()
    block: Block | None = None

    @property
    def answered(self) -> int:
        return len(self.numbers)


def write_round(resident: Resident, *, time_ms: int, leap_ms: int = 0) -> Round:
    """Answer what waits, up to one block; nothing while writing is stopped. Journal and answers stand together.

    Where the time is beyond what can be believed, by `leap_ms`, and something waits, writing stops.
    After an exception the state is of no use any more; the queue still has every command.
    """
    with transaction.atomic():
        decided = decide_round(resident, time_ms=time_ms, leap_ms=leap_ms)
        if decided.answered:
            _note(decided)
    if decided.answered:
        queue.tell(decided.numbers, decided.outcomes)
    return decided


def decide_round(resident: Resident, *, time_ms: int, leap_ms: int = 0, under_way: Sequence[int] = ()) -> Round:
    """Decide what waits, but for what is under way into the journal. Nothing of it stands yet."""
    numbers, commands = queue.take(under_way)
    if not commands:
        return Round()
    if leap_ms:
        _stop_for_clock(resident.height, time_ms=time_ms, leap_ms=leap_ms)
        return Round()
    written = resident.write(commands, time_ms)
    return Round(numbers, written.outcomes, written) if isinstance(written, Block) else Round(numbers, written)


def write_down(decided: Round) -> None:
    """Add what was decided to the journal, with the answers, and tell of it once it stands."""
    with transaction.atomic():
        _note(decided)
    queue.tell(decided.numbers, decided.outcomes)


def _note(decided: Round) -> None:
    if decided.block is not None:
        journal.append(decided.block)
    queue.answer(decided.numbers, decided.outcomes)


def _stop_for_clock(height: int, *, time_ms: int, leap_ms: int) -> None:
    at = clock.from_ms(time_ms)
    words = {"at": f"{at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}", "hours": leap_ms // 3_600_000 + 1, "height": height}
    faults = [{"code": "clock_leapt", "place": f"block[{height}]", "words": words}]
    stop_writing(cause=StopCause.CLOCK, height=height, at=at, faults=faults)
