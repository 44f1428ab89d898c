"""Do one job: hold its lock, run the work of its kind, and write down how it ended."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import translation

from tanhui.kit import clock
from tanhui.kit.jobs.kinds import Stopped, kind_of, known
from tanhui.kit.jobs.models import Job, JobState
from tanhui.kit.jobs.progress import WHOLE_PPM, Reporter, held
from tanhui.kit.jobs.services import queue, settle
from tanhui.kit.problems import Problem

MOST_ATTEMPTS = 3
"""How often a job is taken up again whose worker died: it may be the job that kills it."""
BROKEN = {"code": "job_broken"}
KILLED = {"code": "job_killed"}


def work_on(job_id: int, leaving: Callable[[], bool] = lambda: False) -> None:
    """Do a job unless somebody does already, or it is no longer wanted. `leaving` says that the worker must end.

    A bug in the work goes on to the caller, after the job has been closed as failed.
    """
    with held(job_id) as connection:
        if connection is None:
            return
        job = _begin(job_id)
        if job is None:
            return
        reporter = Reporter(job, kind_of(job), connection, leaving=leaving)
        ending: dict[str, Any] = {"state": JobState.FAILED, "fault": BROKEN}
        try:
            ending = _work(job, reporter)
        finally:
            _end(job, ending, reporter.close())


@transaction.atomic
def _begin(job_id: int) -> Job | None:
    """Mark a queued job as running; None for one that is not there any more, has ended, or has killed its workers."""
    job = Job.objects.select_for_update().filter(pk=job_id, state=JobState.QUEUED).first()
    if job is None or known(job.kind) is None:
        return None
    job.begun_at = clock.now()
    if job.attempts >= MOST_ATTEMPTS:
        job.state, job.fault, job.ended_at = JobState.FAILED, KILLED, job.begun_at
        job.save()
        settle(job=job)
        return None
    job.attempts += 1
    job.state, job.stages, job.stage, job.share_ppm = JobState.RUNNING, [], "", 0
    job.save()
    settle(job=job)
    return job


def _work(job: Job, reporter: Reporter) -> dict[str, Any]:
    try:
        with translation.override(job.language):
            result = kind_of(job).work(job, reporter)
    except Stopped:
        return {"state": JobState.STOPPED if reporter.stopped else JobState.QUEUED}
    except Problem as problem:
        return {"state": JobState.FAILED, "fault": dict(problem.document())}
    except MemoryError:
        return {"state": JobState.FAILED, "fault": {"code": "job_out_of_memory"}}
    return {"state": JobState.DONE, "result": dict(result), "share_ppm": WHOLE_PPM}


@transaction.atomic
def _end(job: Job, ending: dict[str, Any], stages: list[list[Any]]) -> None:
    """Write the end of a job. One that the leaving worker could not finish goes back into the queue."""
    found = Job.objects.select_for_update().get(pk=job.pk)
    if ending["state"] == JobState.QUEUED:
        found.attempts -= 1
        found.save(update_fields=["attempts"])
        queue(job=found)
    else:
        for name, value in ending.items():
            setattr(found, name, value)
        found.stages, found.ended_at = stages, clock.now()
        found.save()
    settle(job=found)
