"""Readings of jobs: one by its key, and what a person should be told of theirs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.jobs.kinds import Words, known, readable
from tanhui.kit.jobs.models import OPEN_STATES, Job, JobState
from tanhui.kit.jobs.progress import WHOLE_PPM
from tanhui.kit.problems import NotFoundProblem

_MOST_SHOWN = 3
_MOST_LISTED = 100
_SURE_AFTER_PPM = 20_000
_SURE_AFTER = timedelta(seconds=2)


class StageSeen(NamedTuple):
    """A stage as the page shows it: `when` is done, now or later; seconds are None before it began."""

    words: Words
    when: str
    seconds: float | None


def job(key: str, *, person: str, role: str) -> Job:
    """Return a job that this person may see. Raises `unknown_job`; a stranger is not told which."""
    found = Job.objects.filter(key=key).first()
    kind = known(found.kind) if found else None
    if found is None or not (found.asked_by == person or (kind is not None and role in kind.readers)):
        raise NotFoundProblem("unknown_job", _("没有这件长任务。"))
    return found


def jobs_seen_by(person: str, role: str, *, mine: bool = False) -> Sequence[Job]:
    """Return the jobs that this person may see: all that wait or run, then the last ones that ended."""
    seen = Q(asked_by=person) if mine else Q(asked_by=person) | Q(kind__in=readable(role))
    opened = Job.objects.filter(seen, state__in=OPEN_STATES)
    ended = Job.objects.filter(seen).exclude(state__in=OPEN_STATES).order_by("-ended_at", "-id")
    return [*opened, *ended[:_MOST_LISTED]]


def told_to(person: str) -> Sequence[Job]:
    """Return the person's jobs that every page should speak of: those that are open, and ended ones not yet seen."""
    mine = Job.objects.filter(asked_by=person)
    opened = list(mine.filter(state__in=OPEN_STATES)[:_MOST_SHOWN])
    ended = list(mine.filter(seen_at=None).exclude(state__in=OPEN_STATES)[: _MOST_SHOWN - len(opened)])
    return [*opened, *ended]


def percent(found: Job) -> int:
    """Whole percent, cut: 100 only when it is done."""
    if found.state == JobState.DONE:
        return 100
    return min(99, found.share_ppm * 100 // WHOLE_PPM)


def seconds_left(found: Job, now: datetime) -> int | None:
    """Estimate the seconds left from the speed so far; None while there is too little to go by."""
    if found.state != JobState.RUNNING or found.begun_at is None:
        return None
    spent = now - found.begun_at
    if spent < _SURE_AFTER or found.share_ppm < _SURE_AFTER_PPM:
        return None
    return round(spent.total_seconds() * (WHOLE_PPM - found.share_ppm) / found.share_ppm)


def stages_seen(found: Job, now: datetime) -> list[StageSeen]:
    """Return all stages of the kind: those done with their time, the one that runs, those to come."""
    kind = known(found.kind)
    times = {code: (begun, ended) for code, begun, ended in found.stages}
    seen = []
    for stage in kind.stages if kind else ():
        begun, ended = times.get(stage.code, (None, None))
        if begun is None:
            seen.append(StageSeen(stage.words, "later", None))
        else:
            until = clock.to_ms(found.ended_at or now) if ended is None else ended
            seen.append(StageSeen(stage.words, "now" if ended is None else "done", (until - begun) / 1000))
    return seen
