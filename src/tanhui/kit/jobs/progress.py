"""How far a job is: told to the database at most a few times a second, over a connection of its own.

The work may be inside a transaction that nobody sees until it ends; what people watch must not wait for it. The same
connection holds the lock that says "somebody is working on this": the database drops it when the worker dies,
however it dies, so a job without a holder is one to take up again.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tanhui.kit import clock
from tanhui.kit.jobs.kinds import JobKind, Stopped
from tanhui.kit.jobs.models import Job

TELL_EVERY = timedelta(milliseconds=300)
LOCK_SPACE = 0x6A6F6273
WHOLE_PPM = 1_000_000
_TELL = """
UPDATE jobs_job SET stage = %s, steps_done = %s, steps_all = %s, share_ppm = %s, stages = %s
WHERE id = %s AND state = 'running' RETURNING stop_asked
"""


class Reporter:
    """The progress of one job: remembers the stage and its times, tells the database, notices a stop."""

    def __init__(
        self, job: Job, kind: JobKind, connection: BaseDatabaseWrapper, *, leaving: Callable[[], bool]
    ) -> None:
        self.job, self.kind, self.connection, self.leaving = job, kind, connection, leaving
        self.stages: list[list[Any]] = []
        self.told_at: datetime | None = None
        self.stopped = False

    def __call__(self, stage: str, done: int, of: int) -> None:
        now = clock.now()
        changed = self._enter(stage, now)
        if not changed and self.told_at is not None and now - self.told_at < TELL_EVERY:
            return
        self.told_at = now
        self._tell(stage, done, of)
        if self.stopped or self.leaving():
            raise Stopped

    def close(self) -> list[list[Any]]:
        """End the last stage and return all of them with their times."""
        if self.stages and self.stages[-1][2] is None:
            self.stages[-1][2] = clock.to_ms(clock.now())
        return self.stages

    def _enter(self, stage: str, now: datetime) -> bool:
        if self.stages and self.stages[-1][0] == stage:
            return False
        assert self.kind.stage(stage) is not None, f"{self.kind.code} has no stage {stage}"
        self.close()
        self.stages.append([stage, clock.to_ms(now), None])
        return True

    def _tell(self, stage: str, done: int, of: int) -> None:
        told = (stage, done, of, share_ppm(self.kind, stage, done, of), json.dumps(self.stages), self.job.pk)
        with self.connection.cursor() as cursor:
            cursor.execute(_TELL, told)
            row = cursor.fetchone()
        self.stopped = bool(row and row[0])


def share_ppm(kind: JobKind, stage: str, done: int, of: int) -> int:
    """Return how much of the whole is done, by the weights of the stages, in millionths."""
    whole = sum(found.weight for found in kind.stages)
    before, weight = 0, 0
    for found in kind.stages:
        if found.code == stage:
            weight = found.weight
            break
        before += found.weight
    inside = min(1.0, done / of) if of else 0.0
    return int(WHOLE_PPM * (before + weight * inside) / whole)


@contextmanager
def held(job_id: int) -> Iterator[BaseDatabaseWrapper | None]:
    """Hold the lock of a job on a connection of its own; None when somebody else works on it."""
    connection = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, job_id % 2**31])
            row = cursor.fetchone()
        yield connection if row and row[0] else None
    finally:
        connection.close()
