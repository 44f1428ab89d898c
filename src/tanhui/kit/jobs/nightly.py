"""Long work that nobody asks for: once a night each, by whichever worker looks first."""

from datetime import datetime, timedelta

from django.urls import reverse

from tanhui.kit import clock
from tanhui.kit.jobs.kinds import all_kinds
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.services import ask_job

NIGHT_HOURS = 4
OVERDUE = timedelta(days=2)
"""What was not done for so long is done by day: a machine that sleeps at night is checked too."""


def ask_due(*, at: datetime) -> list[Job]:
    """Ask for the nightly work that is due. Asked twice in a night, even by two workers, it is one job."""
    here = at.astimezone(clock.LOCAL)
    asked = []
    for kind in all_kinds():
        if kind.nightly is None:
            continue
        key = f"{kind.code} {here:%Y-%m-%d}"
        last = Job.objects.filter(kind=kind.code).order_by("-asked_at").values_list("key", "asked_at").first()
        at_night = kind.nightly.hour <= here.hour < kind.nightly.hour + NIGHT_HOURS
        overdue = last is not None and at - last[1] > OVERDUE
        if not (at_night or overdue) or (last and last[0] == key):
            continue
        job = ask_job(
            kind=kind.code,
            key=key,
            subject=kind.nightly.subject,
            title=kind.nightly.title,
            page=reverse(kind.nightly.page),
            asked_by="",
            at=at,
        )
        asked.append(job)
    return asked
