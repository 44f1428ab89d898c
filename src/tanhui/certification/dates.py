"""The days between which an estimate measured a change."""

from collections.abc import Mapping
from datetime import date

YEAR_LENGTH = 4


def period_days(document: Mapping[str, object]) -> tuple[date, date] | None:
    """Return the first and last day of the monitoring period, or None where only one state was measured.

    Where a survey knows the years alone, the period runs from the first day of the one to the last of the other.
    """
    told = document["period"]
    if not isinstance(told, Mapping) or not told["from"] or not told["to"]:
        return None
    first, last = str(told["from"]), str(told["to"])
    return (
        date(int(first), 1, 1) if len(first) == YEAR_LENGTH else date.fromisoformat(first),
        date(int(last), 12, 31) if len(last) == YEAR_LENGTH else date.fromisoformat(last),
    )
