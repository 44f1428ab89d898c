"""Checks of the ledger as people read of them: what the last one found, and the stop that stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tanhui.registry.models import LedgerCheck, StopCause
from tanhui.registry.wording import AUDIT_FAULTS, SIDE_FAULT, WRITER_FAULTS
from tanhui.registry.writer.stops import standing_stop


class Alarm(NamedTuple):
    """Writing is stopped: since when, why, at which block, how many faults, the first of them in words."""

    at: datetime
    cause: str
    heading: str
    height: int
    fault_count: int
    faults: Sequence[Mapping[str, str]]


def last_check() -> LedgerCheck | None:
    return LedgerCheck.objects.order_by("-id").first()


def alarm() -> Alarm | None:
    """Return the alarm that stands; one cheap question on a quiet day."""
    stop = standing_stop()
    if stop is None:
        return None
    check = stop.check_found
    faults = check.faults if check else stop.faults
    count = check.fault_count if check else len(stop.faults)
    height = check.height if check else stop.height
    heading = str(StopCause(stop.cause).label)
    return Alarm(stop.at, stop.cause, heading, height, count, [fault_words(fault) for fault in faults])


def fault_words(fault: Mapping[str, Any]) -> dict[str, str]:
    """Return a fault that was kept, in the reader's language: code, place, sentence."""
    sentence = {**AUDIT_FAULTS, **WRITER_FAULTS}.get(fault["code"], SIDE_FAULT)
    return {"code": fault["code"], "place": fault["place"], "sentence": str(sentence) % fault["words"]}
