"""Large uploads: their check, corrections and booking are long work, done by the worker from the stored files.

What is small is done at once, in the request. The acts are the same ones either way.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.jobs.models import OPEN_STATES, Job
from tanhui.kit.jobs.services import ask_job, stop_job
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.intake.upload import WORKBOOKS
from tanhui.monitoring.models import Upload
from tanhui.monitoring.queries import latest_survey
from tanhui.people.models import Person

CHECK, MEND, BOOK = "check_upload", "mend_upload", "book_upload"
KINDS = (CHECK, MEND, BOOK)
LARGE = 1_000_000
"""Bytes of CSV that take about two seconds to check: some 25,000 trees."""
PACKED = 5
"""A workbook is packed: a byte of it is about so many of CSV."""
_TITLES = {CHECK: ("检查", "Check"), MEND: ("改格子再检查", "Correct and check"), BOOK: ("入库", "Book")}


def is_large(upload: Upload) -> bool:
    """Whether the check of an upload, upon what is booked, takes longer than a page should."""
    sizes = upload.files.annotate(size=Length("content")).values_list("name", "size")
    own = sum(size * (PACKED if name.lower().endswith(WORKBOOKS) else 1) for name, size in sizes)
    latest = latest_survey(upload.programme)
    booked = latest.files.aggregate(all=Sum(Length("content")))["all"] if latest else 0
    return own + (booked or 0) > LARGE


def job_of_upload(upload: Upload) -> Job | None:
    """The last long work on an upload, whether it runs or has ended."""
    return Job.objects.filter(subject=upload.code, kind__in=KINDS).first()


@transaction.atomic
def ask_upload_job(
    *, kind: str, upload: Upload, key: str, by: Person, at: datetime, arguments: Mapping[str, Any] | None = None
) -> Job:
    """Queue an act on an upload. The same key again is the same job; another one beside it raises `upload_busy`."""
    wait_turn(f"upload job {upload.code}")
    if not Job.objects.filter(key=key).exists():
        refuse_busy(upload)
    zh, en = _TITLES[kind]
    name = upload.files.values_list("name", flat=True).first() or upload.code
    return ask_job(
        kind=kind,
        key=key,
        subject=upload.code,
        title=(f"{zh} {name}", f"{en} {name}"),
        page=reverse("upload", args=[upload.programme.number, upload.code]),
        asked_by=by.username,
        at=at,
        arguments=arguments,
    )


def refuse_busy(upload: Upload) -> None:
    """Raise `upload_busy` while long work on the upload waits or runs."""
    if Job.objects.filter(subject=upload.code, kind__in=KINDS, state__in=OPEN_STATES).exists():
        text = _("这份还在查，或者正在入库。")
        raise Problem("upload_busy", text, remedy=_("等它做完；或者先停下它，再做别的。"))


def stop_open(upload: Upload, at: datetime) -> None:
    """Stop what waits or runs for an upload that nobody wants any more."""
    for job in Job.objects.filter(subject=upload.code, kind__in=KINDS, state__in=OPEN_STATES):
        stop_job(job=job, at=at)
