"""Acts on large uploads that a program asks for: said at once what would be refused, the rest left to the worker.

The answer is 202 with the address of the upload; there stands what the work came to.
"""

from collections.abc import Sequence
from datetime import datetime

from tanhui.kit.jobs.models import Job
from tanhui.monitoring.api_shapes import JobOut, ProblemOut
from tanhui.monitoring.models import Upload
from tanhui.monitoring.services.book_upload import check_bookable, check_booker, found_before
from tanhui.monitoring.services.checking import opaque
from tanhui.monitoring.services.mend_upload import Cell
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_jobs import BOOK, MEND, ask_upload_job, job_of_upload
from tanhui.monitoring.services.upload_survey import check_checked, check_waiting
from tanhui.people.models import Person
from tanhui.people.services import checked_reason, require_role


def leave_mend(found: Upload, cells: Sequence[Cell], *, by: Person, reason: str, at: datetime) -> None:
    """Queue corrections. Raises `wrong_role`, `reason_missing`, `upload_unchecked`, `upload_busy`, others."""
    require_role(by=by, roles=ROLES["upload_survey"])
    check_waiting(found)
    check_checked(found)
    arguments = {"cells": [list(cell) for cell in cells], "reason": checked_reason(reason=reason)}
    ask_upload_job(kind=MEND, upload=found, key=opaque("api"), by=by, at=at, arguments=arguments)


def leave_booking(found: Upload, *, outcome: str, warnings_reason: str, by: Person, reason: str, at: datetime) -> None:
    """Queue a booking. Raises at once what the booking itself would raise, as far as the last check tells."""
    check_booker(found, by)
    told = {"outcome": outcome, "warnings_reason": warnings_reason.strip(), "reason": checked_reason(reason=reason)}
    check_bookable(found_before(found), outcome, told["warnings_reason"])
    arguments = {**told, "cell_reasons": {}}
    ask_upload_job(kind=BOOK, upload=found, key=opaque("api"), by=by, at=at, arguments=arguments)


def job_out(found: Upload) -> JobOut | None:
    """The last long work on an upload; None where there was none."""
    job = job_of_upload(found)
    return None if job is None else _out(job)


def _out(job: Job) -> JobOut:
    fault = ProblemOut(**{name: str(job.fault.get(name, "")) for name in ProblemOut.model_fields})
    return JobOut(
        act=job.kind,
        state=job.state,
        percent=job.share_ppm // 10_000,
        asked_by=job.asked_by,
        asked_at=job.asked_at,
        ended_at=job.ended_at,
        fault=fault if job.fault else None,
    )
