"""How the ledger stands: how far the journal and the tables go, what waits, and whether anybody writes."""

from typing import NamedTuple

from tanhui.registry.writer import journal, queue
from tanhui.registry.writer.locks import seat_taken
from tanhui.registry.writer.projections import projected_height
from tanhui.registry.writer.stops import standing_stop, stopped


class Status(NamedTuple):
    """Heights are numbers of blocks. `waiting` commands have been handed in and are not answered yet.

    `writing_stopped`: they wait until the stop is lifted; `stop_cause` says why, '' where there is none.
    """

    height: int
    projected: int
    waiting: int
    writer_serves: bool
    writing_stopped: bool
    stop_cause: str = ""


def backlog() -> Status | None:
    """Return the status while commands wait or writing is stopped, for pages that tell of it; None on a quiet day."""
    return status() if queue.waiting() or stopped() else None


def status() -> Status:
    last, stop = journal.last_block(), standing_stop()
    height, cause = last.height if last else 0, stop.cause if stop else ""
    return Status(height, projected_height(), queue.waiting(), seat_taken(), stop is not None, cause)
