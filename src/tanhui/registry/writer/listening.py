"""Wait until the writer has answered something: one connection a program, however many of its threads wait.

Its notices carry the answers themselves, and the height up to which the tables can be read. So who waits asks the
database nothing, and only those whose answers have come are woken. What was not heard stands in the queue's table.
"""

from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Lock, Thread

from django.db import InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tanhui.registry.writer.queue import CHANNEL_OF_ANSWERS, Answer, heard

LISTEN_S = 0.5
LEAVE_AFTER = 20
"""So many silent rounds without anybody who waits, and the connection is given back."""

START_S = 5.0
MOST_KEPT = 20_000
"""Answers that were heard and not asked for yet: another program's, or those of somebody who has not begun to wait."""


class _Waiting:
    """Somebody who waits for some answers."""

    def __init__(self, numbers: Sequence[int], *, readable: bool) -> None:
        self.numbers = numbers
        self.readable = readable
        self.come = Event()


class _Ear:
    """A thread that listens while somebody waits now and then."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: Thread | None = None
        self._waiting: set[_Waiting] = set()
        self._answers: dict[int, Answer] = {}
        self._readable = 0
        self._resting = False

    def begin(self) -> bool:
        """See to it that somebody listens: what is answered from now on is heard. True if nobody did until now."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return False
            self._answers.clear()
            self._readable = 0  # the database may have been put back to an earlier time meanwhile
            listening = Event()
            self._thread = Thread(target=self._listen, args=(listening,), name="ledger answers", daemon=True)
            self._thread.start()
        listening.wait(START_S)
        return True

    def wait(self, numbers: Sequence[int], seconds: float, *, readable: bool) -> list[Answer] | None:
        """Return the answers as soon as all have been heard, and can be read if that is asked; None after that time."""
        one = _Waiting(numbers, readable=readable)
        with self._lock:
            if (answers := self._answered(one)) is not None:
                return answers
            self._waiting.add(one)
        one.come.wait(seconds)
        with self._lock:
            self._waiting.discard(one)
            return self._answered(one)

    def rest(self) -> None:
        """Give the connection back now; whoever waits next begins anew."""
        thread, self._resting = self._thread, True
        if thread is not None:
            thread.join()
        self._thread, self._resting = None, False

    def _answered(self, one: _Waiting) -> list[Answer] | None:
        answers = [self._answers[number] for number in one.numbers if number in self._answers]
        if len(answers) < len(one.numbers):
            return None
        if one.readable and max((answer.height or 0 for answer in answers), default=0) > self._readable:
            return None
        return answers

    def _listen(self, listening: Event) -> None:
        own = connections.create_connection("default")
        # A database that goes away ends this thread; whoever waits looks for itself, and begins a new one.
        try:
            with suppress(OperationalError, InterfaceError):
                with own.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL_OF_ANSWERS}")
                listening.set()
                self._hear(own)
        finally:
            listening.set()
            own.close()

    def _hear(self, own: BaseDatabaseWrapper) -> None:
        silent = 0
        while silent < LEAVE_AFTER and not self._resting:
            with own.wrap_database_errors:
                notices = list(own.connection.notifies(timeout=LISTEN_S, stop_after=1))
            silent = 0 if notices or self._waiting else silent + 1
            for notice in notices:
                self._take(*heard(notice.payload))

    def _take(self, answers: dict[int, Answer], readable: int) -> None:
        with self._lock:
            self._answers |= answers
            self._readable = max(self._readable, readable)
            while len(self._answers) > MOST_KEPT:
                del self._answers[next(iter(self._answers))]
            for one in [one for one in self._waiting if self._answered(one) is not None]:
                self._waiting.discard(one)
                one.come.set()


EAR = _Ear()
