"""The worker: takes jobs from the queue one after the other, and takes up again what a dead worker left behind.

`tanhui work` is one. `tanhui serve` and `make demo` start one as a child of their own and start it anew when it dies;
the child ends when its standard input closes, which the system does for it even when the parent is killed.
"""

import asyncio
import subprocess
from threading import Event, Thread
from typing import TYPE_CHECKING, cast

import procrastinate
from asgiref.sync import sync_to_async
from django.db import close_old_connections, transaction
from procrastinate.contrib.django import app

from tanhui.kit import clock
from tanhui.kit.jobs.models import Job, JobState
from tanhui.kit.jobs.nightly import ask_due
from tanhui.kit.jobs.progress import held
from tanhui.kit.jobs.services import QUEUE, TASK, queue_again
from tanhui.kit.jobs.work import work_on
from tanhui.kit.lifeline import as_child, end_with_parent

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector

SWEEP_EVERY_S = 5
POLL_EVERY_S = 5
LEAVE_WITHIN_S = 0.5
RESTART_AFTER_S = 1


def work_off() -> None:
    """Do everything that waits, then return."""
    asyncio.run(_run(wait=False))


def work_until_stopped(*, with_parent: bool = False) -> None:
    """Work until a signal, or until the parent is gone."""
    if with_parent:
        Thread(target=end_with_parent, daemon=True).start()
    asyncio.run(_run(wait=True))


def take_up_abandoned() -> int:
    """Queue again every job that is marked as running and that nobody holds. Return how many there were."""
    taken = 0
    for job in Job.objects.filter(state=JobState.RUNNING):
        with held(job.pk) as connection, transaction.atomic():
            still = Job.objects.select_for_update().filter(pk=job.pk, state=JobState.RUNNING).first()
            if connection is not None and still is not None:
                queue_again(job=still)
                taken += 1
    return taken


async def _run(*, wait: bool) -> None:
    async with _worker_app().open_async() as worker:
        await _sweep_once()
        sweeping = asyncio.create_task(_sweep())
        try:
            await worker.run_worker_async(
                queues=[QUEUE],
                wait=wait,
                concurrency=1,
                install_signal_handlers=wait,
                listen_notify=wait,
                fetch_job_polling_interval=POLL_EVERY_S,
                shutdown_graceful_timeout=LEAVE_WITHIN_S,
                delete_jobs="successful",
            )
        finally:
            sweeping.cancel()


def _worker_app() -> procrastinate.App:
    """A queue client of the worker's own: the site's writes in Django's transactions and cannot listen."""
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    worker = procrastinate.App(connector=connector)
    worker.task(name=TASK, queue=QUEUE, pass_context=True)(_do)
    return worker


def _do(context: procrastinate.JobContext, job: int) -> None:
    close_old_connections()
    try:
        work_on(job, leaving=context.should_abort)
    finally:
        close_old_connections()


async def _sweep() -> None:
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        await _sweep_once()
        await sync_to_async(_ask_due, thread_sensitive=False)()


async def _sweep_once() -> None:
    await sync_to_async(_swept, thread_sensitive=False)()


def _ask_due() -> None:
    close_old_connections()
    ask_due(at=clock.now())
    close_old_connections()


def _swept() -> None:
    close_old_connections()
    take_up_abandoned()
    close_old_connections()


class Keeper:
    """A program of ours as a child process of this one, started again when it dies."""

    def __init__(self, *words: str) -> None:
        """Start `tanhui WORDS`, which must know `--with-parent`."""
        self._command = as_child(*words)
        self._over = Event()
        self._child = self._start()
        self._watch = Thread(target=self._keep, daemon=True)
        self._watch.start()

    def close(self) -> None:
        """Let it put down what it is doing, and wait for it."""
        self._over.set()
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=subprocess.PIPE)

    def _keep(self) -> None:
        while not self._over.is_set():
            self._child.wait()
            if self._over.wait(RESTART_AFTER_S):
                return
            self._child = self._start()
