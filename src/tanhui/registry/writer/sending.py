"""Hand commands to the ledger and wait for its answer.

Where a program serves as the writer, the queue is its business. Where none does (a command line, a single machine, a
test), whoever hands in a command takes the writer's turn for a moment and writes what waits.
"""

import time
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tanhui.kit import clock
from tanhui.registry.models import QueuedCommand
from tanhui.registry.writer import queue
from tanhui.registry.writer.catching_up import catch_up, project_by_rules
from tanhui.registry.writer.listening import EAR
from tanhui.registry.writer.locks import ring, seat_taken, take_turn
from tanhui.registry.writer.queue import Answer
from tanhui.registry.writer.rounds import write_round
from tanhui.registry.writer.stops import JournalError, stop_for, stopped
from tanhui.registry.writer.timing import leap_ms

WAIT_S = 10.0
LOOK_AGAIN_S = 0.5
"""How long to wait for the writer, and how often to look even if nothing was heard of it."""


def await_answers(
    rows: Sequence[QueuedCommand], *, at: datetime, wait_s: float = WAIT_S, readable: bool = True
) -> list[Answer] | None:
    """Return the answers to queued commands once they are booked; None if that takes too long.

    Then they wait in the queue, and nothing is lost. With `readable`, what was booked can be read in the tables too.
    """
    numbers = [row.pk for row in rows]
    if not ring() and write_here(at=at):
        return queue.answers_to(numbers)
    if connection.in_atomic_block:
        raise RuntimeError("the writer cannot see a command before the transaction that sends it has ended")
    look, until = EAR.begin(), time.monotonic() + wait_s
    while True:
        seconds = 0 if look else min(max(until - time.monotonic(), 0), LOOK_AGAIN_S)
        answers = EAR.wait(numbers, seconds, readable=readable) or queue.answers_to(numbers, readable=readable)
        if answers is not None or time.monotonic() > until:
            return answers
        look = False


def write_here(*, at: datetime) -> bool:
    """Write everything that waits, in this program; nothing while writing is stopped.

    False where another serves as the writer. Where journal or tables do not let it go on, writing is stopped.
    """
    if seat_taken():
        return False
    try:
        with transaction.atomic():
            return _written(clock.to_ms(at))
    except JournalError as fault:
        stop_for(fault, at=at)
        return True


def _written(time_ms: int) -> bool:
    if not take_turn():
        return False
    if stopped():
        return True
    resident = catch_up()
    leap = leap_ms(time_ms, resident.time_ms)
    while (done := write_round(resident, time_ms=time_ms, leap_ms=leap)).answered:
        if done.block is not None:
            project_by_rules(done.block)
    return True
