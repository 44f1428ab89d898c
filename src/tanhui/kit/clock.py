"""The one place where the time of day is read. Doors read it here and hand it on as an argument."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, in UTC, cut to the millisecond as the ledger keeps it."""
    moment = datetime.now(UTC)  # noqa: TID251 - this is the clock that all others ask
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970 in UTC, as the ledger writes times."""
    whole = moment.astimezone(UTC)
    return int(whole.timestamp()) * 1000 + whole.microsecond // 1000


def from_ms(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC).replace(microsecond=at_ms % 1000 * 1000)
