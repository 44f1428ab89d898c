"""`tanhui ledger serve`: the program that is the one writer of the ledger as long as it lives.

Its state stays in memory, where one block after the other is decided. One thread writes them into the journal and
answers the senders; it has the seat, on the connection that writes. Another makes the projections behind it. Killed at
any point, the writer leaves a journal that ends with a whole block, a queue that has every command not answered, and
projections that the next one brings up to date from the journal.
"""

import gc
import logging
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime
from threading import Event
from time import monotonic

from django.db import InterfaceError, OperationalError, connection, transaction

from tanhui.core.ledger import Block, Resident
from tanhui.registry.writer import asking, journal, locks
from tanhui.registry.writer.catching_up import catch_up, project_by_rules
from tanhui.registry.writer.loading import load
from tanhui.registry.writer.locks import CHANNEL_OF_QUEUE
from tanhui.registry.writer.queue import tell_readable
from tanhui.registry.writer.rounds import Round, decide_round, write_down
from tanhui.registry.writer.stops import JournalError, stop_for, stopped
from tanhui.registry.writer.timing import Watch

LISTEN_S = 1.0
ASK_FOR_SEAT_S = 0.05
IDLE_S = 1.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
"""How long to leave a database alone that cannot."""

LEAVES_BEHIND = 80_000
"""So many leaves may wait for their projections, less than a second's; then the journal waits for them."""

LONG_BLOCK = 1_000
"""Behind a block of so many leaves the next one is decided while it is written down. Short ones wait for each other:
meanwhile more commands come, and share a block."""

COLLECT_AFTER = (50_000, 20, 100)
"""The working state is millions of small things without circles: they are not looked over again and again."""

TURN_S = 0.0005
"""How long one thread computes before another that waits gets its turn: what has an answer of the database asks for a
next one at once, and the machine's second processor has something to do."""

MOST_LEAVES = 10_000
"""So many leaves are projected in one transaction, or one block where it has more."""

MOST_KEYS = 4_000_000
"""How many keys the working state keeps before it begins anew: about a gigabyte."""

LOG = logging.getLogger("tanhui.ledger")
IdleWork = Callable[[datetime], Iterable[Callable[[], object]]]


class Writer:
    """The writer at work. `serve` returns when it is told to stop; any fault leaves it as an exception."""

    def __init__(
        self,
        *,
        idle_work: IdleWork = lambda _at: (),
        most_keys: int = MOST_KEYS,
        watch: Watch | None = None,
    ) -> None:
        """`idle_work` names, every second in which nothing is booked, what others have left to be done by then."""
        self._over = Event()
        self._under_way = deque[tuple[Round, Future[None]]]()
        self._stands = True
        self._behind = deque[Future[None]]()
        self._unprojected = deque[Block]()
        self._leaves_written, self._leaves_projected = 0, 0
        self._idle_work = idle_work
        self._seeing_to = list[Future[None]]()
        self._most_keys = most_keys
        self._watch = watch or Watch()
        self._pause_s = SHORTEST_PAUSE_S
        self._worked_at = monotonic()

    def stop(self) -> None:
        self._over.set()

    def serve_always(self, bring_back: Callable[[], object]) -> None:
        """Serve until told to stop, also when the database goes away or its disk is full: then from the beginning.

        `bring_back` is called before each new try, for whoever knows how to start the database again.
        """
        while not self._over.is_set():
            try:
                self.serve()
            except (OperationalError, InterfaceError) as problem:
                LOG.warning("the database cannot: %s", str(problem).splitlines()[0])
                connection.close()
                bring_back()
                self._over.wait(self._pause_s)
                self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def serve(self) -> None:
        """Wait for the seat, then write until told to stop. Raises what the database raises.

        Where journal or tables do not let it go on, writing is stopped, and it waits until a person has lifted that.
        """
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL_OF_QUEUE}")
        with _thread("journal") as hand:
            while not hand.submit(locks.try_seat).result():
                if self._over.wait(ASK_FOR_SEAT_S):
                    return
            while not self._over.is_set():
                try:
                    self._work(hand)
                except JournalError as fault:
                    LOG.exception("the ledger cannot go on: writing is stopped until a person lifts it")
                    stop_for(fault, at=self._watch.now())
                    while stopped() and not self._over.is_set():
                        self._listen()
            hand.submit(locks.leave_seat).result()

    def _work(self, hand: ThreadPoolExecutor) -> None:
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        sys.setswitchinterval(TURN_S)
        asking.always_by_key()
        try:
            with _thread("projections") as behind:
                for thread in (hand, behind):
                    thread.submit(asking.always_by_key).result()
                try:
                    self._write(catch_up(), hand, behind)
                    self._settle(0)
                    self._look_behind(0)
                finally:
                    wait([work for _, work in self._under_way])
        finally:
            self._forget()

    def _write(self, resident: Resident, hand: ThreadPoolExecutor, behind: ThreadPoolExecutor) -> None:
        beside = 0
        while not self._over.is_set():
            self._look_behind(LEAVES_BEHIND)
            self._settle(beside)
            time_ms = self._watch.read_ms(resident.time_ms)
            under_way = [number for decided, _ in self._under_way for number in decided.numbers]
            decided = decide_round(resident, time_ms=time_ms, leap_ms=self._watch.leap_ms, under_way=under_way)
            if decided.answered:
                self._under_way.append((decided, hand.submit(self._write_down, decided, behind)))
                beside = int(decided.block is not None and len(decided.block.contents) >= LONG_BLOCK)
            elif self._under_way:
                self._settle(0)
            else:
                self._rest(behind)
            if len(resident) > self._most_keys:
                self._settle(0)
                self._look_behind(0)  # the tables have all of it; forget it, and load what is asked for
                resident = Resident(journal.state_at(journal.last_block()), load)

    def _write_down(self, decided: Round, behind: ThreadPoolExecutor) -> None:
        """Write a round into the journal, answer, and have its projections made; nothing behind one that failed."""
        if not self._stands:
            return
        self._stands = False
        write_down(decided)
        self._stands = True
        if decided.block is not None:
            self._leaves_written += len(decided.block.contents)
            self._unprojected.append(decided.block)
            self._behind.append(behind.submit(self._project))
            self._pause_s = SHORTEST_PAUSE_S

    def _settle(self, most: int) -> None:
        """Wait until at most so many rounds are under way into the journal. Raises what stopped one."""
        while self._under_way and (len(self._under_way) > most or self._under_way[0][1].done()):
            self._under_way.popleft()[1].result()

    def _look_behind(self, most_leaves: int) -> None:
        """Wait until at most so many leaves lack their projections. Raises what stopped these."""
        while self._behind and (self._leaves_written - self._leaves_projected > most_leaves or self._behind[0].done()):
            self._behind.popleft().result()

    def _forget(self) -> None:
        """Let go of what was to be written and projected: whoever begins again finds it in queue and journal."""
        self._under_way.clear()
        self._stands = True
        self._behind.clear()
        self._unprojected.clear()
        self._leaves_written, self._leaves_projected = 0, 0

    def _project(self) -> None:
        """Make the projections of the blocks that lack them, as many as there are, up to a limit, at once."""
        blocks: list[Block] = []
        while self._unprojected and sum(len(block.contents) for block in blocks) < MOST_LEAVES:
            blocks.append(self._unprojected.popleft())
        if blocks:
            with transaction.atomic():
                asking.without_waiting_for_the_disk()
                project_by_rules(*blocks)
            self._leaves_projected += sum(len(block.contents) for block in blocks)
            tell_readable(blocks[-1].height)

    def _rest(self, thread: ThreadPoolExecutor) -> None:
        """Wait until somebody leaves a command, or a second; now and then see to what was left behind."""
        idle = monotonic() - self._worked_at > IDLE_S and not self._watch.leap_ms
        if idle and all(work.done() for work in self._seeing_to):
            self._worked_at = monotonic()
            self._seeing_to = [thread.submit(self._see_to, work) for work in self._idle_work(self._watch.now())]
            for seeing in self._seeing_to:
                seeing.add_done_callback(_log_fault)
        self._listen()

    def _see_to(self, work: Callable[[], object]) -> None:
        """Do what was left behind, unless a block waits for its projections: then it will be named again."""
        if not (self._unprojected or self._over.is_set()):
            work()

    @staticmethod
    def _listen() -> None:
        """Wait until somebody leaves a command or lifts a stop, or a second."""
        with connection.wrap_database_errors:
            for _notice in connection.connection.notifies(timeout=LISTEN_S, stop_after=1):
                return


@contextmanager
def _thread(name: str) -> Iterator[ThreadPoolExecutor]:
    """Give one thread to work with, whose connection is closed at the end."""
    with ThreadPoolExecutor(1, name) as thread:
        try:
            yield thread
        finally:
            thread.submit(_close_own)


def _close_own() -> None:
    """Close the connection of the thread that calls this; `connection.close` would be that of the one that names it."""
    connection.close()


def _log_fault(work: Future[None]) -> None:
    """Say what failed of what was left behind; it is tried again later, and stands in nobody's way."""
    if (problem := work.exception()) is not None:
        LOG.error("what follows a booked command failed", exc_info=problem)
