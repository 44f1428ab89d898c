"""Wait until the writer has answered something: one connection a program, however many of its threads wait.

Each notice of the writer says how far down the queue it has answered, so that those who are further back sleep on.
"""

from contextlib import suppress
from threading import Condition, Event, Thread

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import OperationalError

from tanhui.registry.writer.queue import CHANNEL_OF_ANSWERS

LISTEN_S = 0.5
LEAVE_AFTER = 20
"""So many silent rounds without anybody who waits, and the connection is given back."""

START_S = 5.0


class _Ear:
    """A thread that listens while somebody waits now and then.

    `heard` counts the notices; `answered` is the highest number in the queue that one of them named.
    """

    def __init__(self) -> None:
        self.heard = self.answered = 0
        self._changed = Condition()
        self._thread: Thread | None = None
        self._waiting = 0
        self._resting = False

    def begin(self) -> None:
        """See to it that somebody listens: what is answered from now on is heard."""
        with self._changed:
            if self._thread is not None and self._thread.is_alive():
                return
            listening = Event()
            self._thread = Thread(target=self._listen, args=(listening,), name="ledger answers", daemon=True)
            self._thread.start()
        listening.wait(START_S)

    def wait(self, number: int, heard: int, seconds: float) -> None:
        """Return when there is news for who stands at this number, beyond `heard`, or when the time is over."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: self.answered >= number and self.heard > heard, seconds)
            self._waiting -= 1

    def rest(self) -> None:
        """Give the connection back now; whoever waits next begins anew."""
        thread, self._resting = self._thread, True
        if thread is not None:
            thread.join()
        self._thread, self._resting = None, False

    def _listen(self, listening: Event) -> None:
        own = connections.create_connection("default")
        # A database that goes away ends this thread; whoever waits looks for itself, and begins a new one.
        try:
            with suppress(OperationalError):
                with own.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL_OF_ANSWERS}")
                listening.set()
                self._hear(own)
        finally:
            own.close()

    def _hear(self, own: BaseDatabaseWrapper) -> None:
        silent = 0
        while silent < LEAVE_AFTER and not self._resting:
            notices = list(own.connection.notifies(timeout=LISTEN_S, stop_after=1))
            silent = 0 if notices or self._waiting else silent + 1
            for notice in notices:
                with self._changed:
                    self.heard += 1
                    self.answered = max(self.answered, int(notice.payload))
                    self._changed.notify_all()


EAR = _Ear()
