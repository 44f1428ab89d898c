"""Whether writing is stopped, and the stop itself: a person lifts it, and until then the writer adds no block.

A check that finds journal and tables differ sets one; so does the writer, where it cannot go on by the rules, or where
the clock has leapt.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tanhui.kit import clock
from tanhui.kit.turns import wait_turn
from tanhui.registry.models import LedgerCheck, StopCause, WritingStop
from tanhui.registry.writer.asking import ask

TURN = "writing stop"
LONGEST_SAID = 300
_STOPPED: Final = "SELECT EXISTS (SELECT FROM registry_writingstop WHERE NOT lifted)"


class JournalError(RuntimeError):
    """Journal or tables are such that the writer cannot go on. Nothing may be written on top of it.

    `code` names a sentence; `said` is what the program itself says of it, for whoever looks into it.
    """

    def __init__(self, code: str, height: int, said: str = "") -> None:
        super().__init__(f"block {height}: {code} {said}".strip())
        self.code, self.height, self.said = code, height, said[:LONGEST_SAID]


def standing_stop() -> WritingStop | None:
    """Return the stop that stands, with what the check found if a check set it."""
    return WritingStop.objects.select_related("check_found").filter(lifted=False).first()


def stopped() -> bool:
    return ask(_STOPPED)[0][0] is True


@transaction.atomic
def stop_writing(
    *,
    cause: StopCause,
    height: int,
    at: datetime,
    faults: Sequence[Mapping[str, Any]] = (),
    check: LedgerCheck | None = None,
) -> None:
    """Stop writing at a block, for a cause. A stop that stands already stays what it was."""
    wait_turn(TURN)
    if standing_stop() is None:
        WritingStop.objects.create(cause=cause, height=height, at=at, faults=list(faults), check_found=check)


def stop_for(fault: JournalError, *, at: datetime) -> None:
    """Stop writing because the writer cannot go on."""
    told = {
        "code": fault.code,
        "place": f"block[{fault.height}]",
        "words": {"height": fault.height, "said": fault.said},
    }
    stop_writing(cause=StopCause.JOURNAL, height=fault.height, at=at, faults=[told])


def clock_trusted_ms() -> int:
    """Return the time at which a person last said that the clock is right, by lifting a stop; 0 where nobody has."""
    lifted = WritingStop.objects.filter(cause=StopCause.CLOCK, lifted=True).order_by("-lifted_at").first()
    return clock.to_ms(lifted.lifted_at) if lifted is not None and lifted.lifted_at else 0
