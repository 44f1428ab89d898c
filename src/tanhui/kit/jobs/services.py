"""What can be done with a job: ask for it, stop it, ask again, say that its end was seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tanhui.kit import clock
from tanhui.kit.jobs.kinds import kind_of, known
from tanhui.kit.jobs.models import OPEN_STATES, Job, JobFile, JobState
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn

TASK = "tanhui.kit.jobs.work"
QUEUE = "jobs"


@transaction.atomic
def ask_job(
    *,
    kind: str,
    key: str,
    subject: str,
    title: tuple[str, str],
    page: str,
    asked_by: str,
    at: datetime,
    arguments: Mapping[str, Any] | None = None,
) -> Job:
    """Ask for a job, in the transaction of the act that wants it; the same key again returns the first one.

    `title` is Chinese and English, `page` the address where the result will be seen.
    """
    assert known(kind) is not None, f"no kind of job is called {kind}"
    wait_turn(f"job {key}")
    before = Job.objects.filter(key=key).first()
    if before is not None:
        return before
    job = Job.objects.create(
        kind=kind,
        key=key,
        subject=subject,
        title_zh=title[0],
        title_en=title[1],
        page=page,
        asked_by=asked_by,
        asked_at=at,
        arguments=dict(arguments or {}),
        language=get_language() or "zh-hans",
    )
    return queue(job=job)


def queue(*, job: Job) -> Job:
    """Put a job into the queue, in the transaction of whoever calls."""
    job.queue_id = app.configure_task(TASK, queue=QUEUE).defer(job=job.pk)
    job.state = JobState.QUEUED
    job.save(update_fields=["queue_id", "state"])
    return job


def queue_again(*, job: Job) -> Job:
    """Put a job whose worker died back into the queue, in the transaction of whoever calls."""
    if job.queue_id and ProcrastinateJob.objects.filter(pk=job.queue_id, status="doing").exists():
        app.job_manager.retry_job_by_id(job.queue_id, retry_at=clock.now())
        job.state = JobState.QUEUED
        job.save(update_fields=["state"])
        return job
    return queue(job=job)


@transaction.atomic
def stop_job(*, job: Job, at: datetime) -> Job:
    """Stop a job: one that waits is stopped at once, one that runs within a second or two. Raises `job_ended`."""
    found = Job.objects.select_for_update().get(pk=job.pk)
    if found.state not in OPEN_STATES:
        raise Problem("job_ended", _("它已经结束了，没有可停的。"), remedy=_("刷新页面看结果。"))
    found.stop_asked = True
    if found.state == JobState.QUEUED:
        app.job_manager.cancel_job_by_id(found.queue_id or 0)
        found.state, found.ended_at, found.seen_at = JobState.STOPPED, at, at
    found.save(update_fields=["stop_asked", "state", "ended_at", "seen_at"])
    settle(job=found)
    return found


@transaction.atomic
def retry_job(*, job: Job, at: datetime) -> Job:
    """Queue a failed or stopped job once more. Raises `job_not_ended` while it is open, `job_done` when it is done."""
    found = Job.objects.select_for_update().get(pk=job.pk)
    if found.state in OPEN_STATES:
        raise Problem("job_not_ended", _("它还在排队或在算，不用再来一次。"))
    if found.state == JobState.DONE:
        raise Problem("job_done", _("它已经算好了，再算也是同样的数。"))
    found.stop_asked, found.fault, found.stages, found.attempts = False, {}, [], 0
    found.share_ppm = found.steps_done = found.steps_all = 0
    found.stage, found.asked_at = "", at
    found.begun_at = found.ended_at = found.seen_at = None
    found.save()
    queue(job=found)
    settle(job=found)
    return found


def see_job(*, job: Job, at: datetime) -> None:
    """Note that whoever asked has seen how the job ended, so that no page speaks of it any more."""
    Job.objects.filter(pk=job.pk, seen_at=None).exclude(state__in=OPEN_STATES).update(seen_at=at)


def see_page(*, page: str, asked_by: str, at: datetime) -> None:
    """The same for a page that shows results: whatever ended there is seen by whoever asked for it."""
    for job in Job.objects.filter(page=page, asked_by=asked_by, seen_at=None):
        see_job(job=job, at=at)


def keep_file(*, job: Job, name: str, content: bytes) -> JobFile:
    """Keep a file that the work made; a job begun again writes it anew."""
    found, _made = JobFile.objects.update_or_create(job=job, name=name, defaults={"content": content})
    return found


def settle(*, job: Job) -> None:
    """Tell the context that the state of its job has changed."""
    settled = kind_of(job).settle
    if settled is not None:
        settled(job)
