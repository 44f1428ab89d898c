"""The one place where the time of day is read. Doors read it here and hand it on as an argument."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # the first counts sleep too, where there is one


def now() -> datetime:
    """Return the present moment, in UTC, cut to the millisecond as the ledger keeps it."""
    moment = datetime.now(UTC)  # noqa: TID251 - this is the clock that all others ask
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def steady_ms() -> int:
    """Return milliseconds of a clock that nobody sets and that only grows, also while the machine sleeps."""
    return time.clock_gettime_ns(_STEADY) // 1_000_000


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970 in UTC, as the ledger writes times."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_ms(at_ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=at_ms)
