"""Whether the clock can be believed: one that leaps ahead would end every hold, and the ledger's time never comes back.

A program that serves holds the clock of the day against one that nobody sets: it may gain an hour on it, no more.
Where no such comparison can be made (a program that just began, a command line), the clock may be ahead of the last
block by as long as a ledger may well have been quiet. A clock that is behind does no harm: a block takes the time of
the one before.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from tanhui.kit import clock
from tanhui.registry.writer.stops import clock_trusted_ms

MOST_LEAP_MS: Final = 3_600_000
MOST_QUIET_MS: Final = 90 * 24 * 3_600_000


def leap_ms(time_ms: int, last_ms: int, trusted_ms: Callable[[], int] = clock_trusted_ms) -> int:
    """Return how far a time is beyond what can be believed, given that of the last block (0: there is none).

    `trusted_ms` gives the time at which a person last said that the clock is right; it is seldom asked.
    """
    if not last_ms or time_ms <= last_ms + MOST_QUIET_MS:
        return 0
    return max(0, time_ms - max(last_ms, trusted_ms()) - MOST_QUIET_MS)


class Watch:
    """The clock of a program that serves, and the steady one beside it."""

    def __init__(
        self,
        now: Callable[[], datetime] = clock.now,
        steady_ms: Callable[[], int] = clock.steady_ms,
        trusted_ms: Callable[[], int] = clock_trusted_ms,
    ) -> None:
        self._now = now
        self._steady_ms = steady_ms
        self._trusted_ms = trusted_ms
        self._believed: tuple[int, int] | None = None
        self.leap_ms = 0
        """How far the last reading was beyond what can be believed."""

    def now(self) -> datetime:
        return self._now()

    def read_ms(self, last_ms: int) -> int:
        """Return the time of day, given that of the last block, and note in `leap_ms` whether it can be believed."""
        time_ms, steady_ms = clock.to_ms(self._now()), self._steady_ms()
        self.leap_ms = self._leap(time_ms, steady_ms, last_ms)
        if not self.leap_ms:
            # A clock that is behind says nothing about the time: what it is when it is put right is not a leap.
            self._believed = (time_ms, steady_ms) if time_ms >= last_ms else None
        return time_ms

    def _leap(self, time_ms: int, steady_ms: int, last_ms: int) -> int:
        if self._believed is None:
            return leap_ms(time_ms, last_ms, self._trusted_ms)
        before_ms, since_ms = self._believed
        expected_ms = max(before_ms + steady_ms - since_ms, last_ms)
        if time_ms <= expected_ms + MOST_LEAP_MS:
            return 0
        return max(0, time_ms - max(expected_ms, self._trusted_ms()) - MOST_LEAP_MS)
