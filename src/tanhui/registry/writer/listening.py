"""Wait until the writer has answered something: one connection a program, however many of its threads wait."""

from contextlib import suppress
from threading import Condition, Thread

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import OperationalError

from tanhui.registry.writer.queue import CHANNEL_OF_ANSWERS

LISTEN_S = 0.5
LEAVE_AFTER = 20
"""So many silent rounds without anybody who waits, and the connection is given back."""


class _Ear:
    """A thread that listens while somebody waits now and then. `heard` counts what it has heard."""

    def __init__(self) -> None:
        self.heard = 0
        self._changed = Condition()
        self._thread: Thread | None = None
        self._waiting = 0
        self._resting = False

    def wait(self, heard: int, seconds: float) -> None:
        """Return as soon as more has been heard than `heard`, or when the time is over."""
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._listen, name="ledger answers", daemon=True)
                self._thread.start()
            self._waiting += 1
            self._changed.wait_for(lambda: self.heard > heard, seconds)
            self._waiting -= 1

    def rest(self) -> None:
        """Give the connection back now; whoever waits next begins anew."""
        thread, self._resting = self._thread, True
        if thread is not None:
            thread.join()
        self._thread, self._resting = None, False

    def _listen(self) -> None:
        own = connections.create_connection("default")
        # A database that goes away ends this thread; whoever waits looks for itself, and begins a new one.
        try:
            with suppress(OperationalError):
                with own.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL_OF_ANSWERS}")
                self._hear(own)
        finally:
            own.close()

    def _hear(self, own: BaseDatabaseWrapper) -> None:
        silent = 0
        while silent < LEAVE_AFTER and not self._resting:
            notices = list(own.connection.notifies(timeout=LISTEN_S, stop_after=1))
            silent = 0 if notices or self._waiting else silent + 1
            if notices:
                with self._changed:
                    self.heard += 1
                    self._changed.notify_all()


EAR = _Ear()
