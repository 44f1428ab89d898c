"""`tanhui ledger serve`: the program that is the one writer of the ledger as long as it lives.

Its state stays in memory. The journal is written first and the sender answered; a second thread makes the projections
of each block behind it. Killed at any point, it leaves a journal that ends with a whole block, a queue that has every
command not answered, and projections that the next writer brings up to date from the journal.
"""

from collections.abc import Callable
from queue import Empty, Queue
from threading import Event, Thread

from django.db import connection

from tanhui.core.ledger import Block, Resident
from tanhui.kit import clock
from tanhui.registry.writer import journal, locks
from tanhui.registry.writer.catching_up import catch_up
from tanhui.registry.writer.loading import load
from tanhui.registry.writer.projections import project
from tanhui.registry.writer.queue import CHANNEL_OF_ANSWERS, CHANNEL_OF_QUEUE
from tanhui.registry.writer.rounds import write_round

LISTEN_S = 1.0
ASK_FOR_SEAT_S = 0.05
BLOCKS_BEHIND = 64
"""So many blocks may wait for their projections; then the journal waits for them."""

MOST_KEYS = 4_000_000
"""How many keys the working state keeps before it begins anew: about a gigabyte."""

IDLE_S = 5.0


class Writer:
    """The writer at work. `serve` returns when it is told to stop; any fault leaves it as an exception."""

    def __init__(self, *, while_idle: Callable[[], None] = lambda: None, most_keys: int = MOST_KEYS) -> None:
        """`while_idle` is called every few seconds by the thread of the projections: to follow up what others left."""
        self._over = Event()
        self._blocks: Queue[Block | None] = Queue(maxsize=BLOCKS_BEHIND)
        self._behind: list[BaseException] = []
        self._while_idle = while_idle
        self._most_keys = most_keys

    def stop(self) -> None:
        self._over.set()

    def serve(self) -> None:
        """Wait for the seat, then write until told to stop. Raises JournalError and what the database raises."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL_OF_QUEUE}")
        while not locks.try_seat():
            if self._over.wait(ASK_FOR_SEAT_S):
                return
        resident = catch_up()
        behind = Thread(target=self._project_behind, name="projections", daemon=True)
        behind.start()
        try:
            self._write(resident)
        finally:
            self._blocks.put(None)
            behind.join()
            locks.leave_seat()
        self._raise_fault()

    def _write(self, resident: Resident) -> None:
        while not self._over.is_set():
            self._raise_fault()
            done = write_round(resident, time_ms=clock.to_ms(clock.now()))
            if done.block is not None:
                self._blocks.put(done.block)
            if not done.answered:
                _listen()
            elif len(resident) > self._most_keys:
                resident = self._begin_anew()

    def _begin_anew(self) -> Resident:
        """Forget the working state, once the tables have all of it."""
        self._blocks.join()
        self._raise_fault()
        return Resident(journal.state_at(journal.last_block()), load)

    def _project_behind(self) -> None:
        while (block := self._next_block()) is not None:
            try:
                if not self._behind:
                    project(block)
                    _tell()
            except BaseException as problem:  # noqa: BLE001 - the writer raises it
                self._behind.append(problem)
            finally:
                self._blocks.task_done()
        connection.close()

    def _next_block(self) -> Block | None:
        while True:
            try:
                return self._blocks.get(timeout=IDLE_S)
            except Empty:
                self._while_idle()

    def _raise_fault(self) -> None:
        if self._behind:
            raise RuntimeError("the projections of the ledger stopped") from self._behind[0]


def _listen() -> None:
    """Wait until somebody leaves a command, or a second."""
    for _notice in connection.connection.notifies(timeout=LISTEN_S, stop_after=1):
        return


def _tell() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL_OF_ANSWERS}")
