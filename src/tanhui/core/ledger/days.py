"""Days of the ledger: a day begins at midnight by the clock of the region, which is eight hours ahead of UTC.

A day is a number, counted from 1 January 1970. No summer time is known here: the offset is a rule of the ledger, so
that every machine cuts the history at the same blocks.
"""

from typing import Final

DAY_MS: Final = 86_400_000
AHEAD_OF_UTC_MS: Final = 8 * 3_600_000


def day_of(time_ms: int) -> int:
    """Return the day in which a time lies."""
    return (time_ms + AHEAD_OF_UTC_MS) // DAY_MS


def begin_of(day: int) -> int:
    """Return the first millisecond of a day."""
    return day * DAY_MS - AHEAD_OF_UTC_MS
