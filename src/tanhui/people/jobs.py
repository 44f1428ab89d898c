"""Long work that somebody stops or asks for again: in their name, with a reason, into the trail."""

from datetime import datetime

from django.db import transaction

from tanhui.kit.jobs import services
from tanhui.kit.jobs.kinds import kind_of
from tanhui.kit.jobs.models import Job
from tanhui.people.models import Person
from tanhui.people.services import record, require_role


def may_stop(job: Job, person: Person) -> bool:
    """Whether a person may stop a job, or ask for it again: whoever asked for it, and the roles its kind names."""
    return job.asked_by == person.username or person.role in kind_of(job).stoppers


@transaction.atomic
def stop_job(*, job: Job, by: Person, reason: str, at: datetime) -> Job:
    """Stop a job. Raises `wrong_role`, `reason_missing`, `job_ended`."""
    _record(job, "stop_job", by, reason, at)
    return services.stop_job(job=job, at=at)


@transaction.atomic
def retry_job(*, job: Job, by: Person, reason: str, at: datetime) -> Job:
    """Ask for a job again that failed or was stopped. Raises `wrong_role`, `reason_missing`, `job_not_ended`."""
    _record(job, "retry_job", by, reason, at)
    return services.retry_job(job=job, at=at)


def _record(job: Job, act: str, by: Person, reason: str, at: datetime) -> None:
    if not may_stop(job, by):
        require_role(by=by, roles=tuple(sorted(kind_of(job).stoppers)))
    record(by=by, act=act, subject=job.subject, reason=reason, at=at, facts={"job": job.key, "kind": job.kind})
