"""Check the whole ledger against itself; at a fault writing stops, until a person lifts the stop for a reason.

The check is the one that everybody can make: the audit file of the tables as they stand, verified by the core, and what
stands beside the ledger held against it. Reading goes on whatever it finds.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.audit import AuditReport, verify_audit
from tanhui.core.telling import Progress, silent
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.people.models import Person, Role
from tanhui.people.services import checked_reason, record, require_role
from tanhui.registry.audit import write_audit_file
from tanhui.registry.models import LedgerCheck, StopCause, WritingStop
from tanhui.registry.services.follow_ups import due_follow_ups, follow_up
from tanhui.registry.services.remembering import Remembering
from tanhui.registry.side_tables import SideFault, side_faults
from tanhui.registry.writer.catching_up import catch_up
from tanhui.registry.writer.locks import ring
from tanhui.registry.writer.projections import projected_height
from tanhui.registry.writer.signing import public_key
from tanhui.registry.writer.stops import TURN, JournalError, standing_stop, stop_writing

GATHER, REPLAY, BESIDE, AGAIN = "gather", "replay", "beside", "again"
ATTEMPTS, PAUSE_S = 20, 0.5
MOST_KEPT = 20
MAY_LIFT = (Role.SUPERVISOR.value,)
SUBJECT = "ledger"


class Seen(NamedTuple):
    """What one look found: up to which block, the report on the audit file, the rows beside the ledger."""

    height: int
    report: AuditReport
    side: tuple[SideFault, ...]
    estimates: Remembering

    def told(self) -> list[dict[str, Any]]:
        """Return all faults as they are kept, the most telling first."""
        inside = [{"code": one.code, "place": str(one.where), "words": one.words()} for one in self.report.faults]
        beside = [
            {"code": "side_row_differs", "place": f"{one.table}[{one.row}]", "words": one._asdict()}
            for one in self.side
        ]
        return [*inside, *beside]


class Checked(NamedTuple):
    """What a check found: the last look, the record that was kept, and which estimates were computed anew for it."""

    report: AuditReport
    side: tuple[SideFault, ...]
    kept: LedgerCheck
    estimates: Remembering


def check_ledger(*, at: datetime, progress: Progress = silent) -> Checked:
    """Check journal, tables and what stands beside them, and keep what was found. A fault stops the writer.

    What follows a booked act (an account gets its holder) comes a moment after it. So where something is wrong it is
    looked at once more, when nothing of that kind is due any more, and what is not wrong twice is no fault. Nothing is
    mended, and an earlier stop stays what it was.
    """
    seen = _look(at, progress)
    faults = seen.told()
    if faults:
        progress(AGAIN, 0, 1)
        _await_follow_ups()
        seen, before = _look(at, silent), faults
        faults = [fault for fault in seen.told() if fault in before]
    return Checked(seen.report, seen.side, _keep(faults, height=seen.height, at=at), seen.estimates)


def _look(at: datetime, progress: Progress) -> Seen:
    """Write the audit file to a disk and go through it there: neither step holds it in memory."""
    progress(GATHER, 0, 1)
    height, estimates = projected_height(), Remembering(at=at)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        write_audit_file(path)
        progress(REPLAY, 0, 1)
        report = verify_audit(path, str(public_key()), evaluate=estimates)
    progress(BESIDE, 0, 1)
    return Seen(height, report, _beside(), estimates)


def _await_follow_ups() -> None:
    """Wait until what follows acts that are booked has been done; what fails again and again is not waited for."""
    for _attempt in range(ATTEMPTS):
        if not due_follow_ups().exists():
            return
        time.sleep(PAUSE_S)  # whoever sees to them is another program, and tells nobody


def lift_stop(*, by: Person, reason: str, at: datetime) -> WritingStop:
    """Let the writer go on, after what was wrong has been mended: the ledger is checked once more before.

    Where the clock had leapt, this says that it is right now. Where the writer could not go on, its blocks are brought
    into the tables first.

    Raises `wrong_role`, `reason_missing`, `writing_not_stopped`, `ledger_still_faulty`.
    """
    require_role(by=by, roles=MAY_LIFT)
    said = checked_reason(reason=reason)
    stop = standing_stop()
    if stop is None:
        raise Problem("writing_not_stopped", _("记账没有停，不用恢复。"))
    if stop.cause == StopCause.JOURNAL:
        _catch_up()
        for number in due_follow_ups().values_list("id", flat=True):
            follow_up(number)  # the writer that waits sees to none
    found = check_ledger(at=at).kept
    if found.fault_count:
        text = _("又核对了一遍，还有 %(count)s 处不对，不能恢复记账。") % {"count": found.fault_count}
        raise Problem("ledger_still_faulty", text, remedy=_("先改好，再恢复。"))
    return _lift(by, said, at)


@transaction.atomic
def _catch_up() -> None:
    try:
        catch_up()
    except JournalError as fault:
        text = _("记账程序还是接不下去，停在第 %(height)s 块，不能恢复记账。") % {"height": fault.height}
        raise Problem("ledger_still_faulty", text, remedy=_("先改好，再恢复。")) from fault


@transaction.atomic
def _lift(by: Person, reason: str, at: datetime) -> WritingStop:
    wait_turn(TURN)
    stop = standing_stop()
    if stop is None:
        raise Problem("writing_not_stopped", _("记账没有停，不用恢复。"))
    stop.lifted, stop.lifted_at, stop.lifted_by, stop.lift_reason = True, at, by, reason
    stop.save(update_fields=["lifted", "lifted_at", "lifted_by", "lift_reason"])
    faults = stop.check_found.fault_count if stop.check_found else len(stop.faults)
    facts = {"stopped_ms": round(stop.at.timestamp() * 1000), "cause": stop.cause, "faults": faults}
    record(by=by, act="lift_writing_stop", subject=SUBJECT, reason=reason, at=at, facts=facts)
    ring()
    return stop


@transaction.atomic
def _beside() -> tuple[SideFault, ...]:
    """Look at one moment: a block that is projected meanwhile is no fault."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    return tuple(side_faults())


@transaction.atomic
def _keep(faults: Sequence[Mapping[str, Any]], *, height: int, at: datetime) -> LedgerCheck:
    kept = LedgerCheck.objects.create(at=at, height=height, fault_count=len(faults), faults=list(faults[:MOST_KEPT]))
    if faults:
        stop_writing(cause=StopCause.CHECK, height=height, at=at, check=kept)
    return kept
