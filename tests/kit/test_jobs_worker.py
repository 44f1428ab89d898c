"""A worker as a process of its own: it is killed, told to leave, told to stop; the digits stay the same."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from job_kinds import KINDS, register_all

from tanhui.kit import clock
from tanhui.kit.jobs import services
from tanhui.kit.jobs.kinds import forget
from tanhui.kit.jobs.models import Job

SCRIPT = Path(__file__).with_name("job_worker.py")
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PATIENCE_S = 60


@pytest.fixture(autouse=True)
def kinds():
    register_all()
    yield
    for kind in KINDS:
        forget(kind.code)


def database_url():
    told = connection.settings_dict
    return f"postgresql://{told['USER']}@/{told['NAME']}?host={quote(told['HOST'], safe='')}&port={told['PORT']}"


@contextmanager
def worker():
    """A worker that has begun to take jobs; it ends when its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, SCRIPT],
        env={**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": str(SCRIPT.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.stdin.close()
        process.wait(timeout=PATIENCE_S)
        process.stdout.close()


def ask(gate=None):
    return services.ask_job(
        kind="count",
        key="far away",
        subject="BT-1",
        title=("数一数", "Count"),
        page="/desk/",
        asked_by="naren",
        at=NOON,
        arguments={"numbers": 1000, **({"gate": str(gate)} if gate else {})},
    )


def wait_for(job, **wanted):
    """Look until the job is as wanted; the deadline is for a worker that never gets there."""
    begun = clock.now()
    while any(getattr(job, name) != value for name, value in wanted.items()):
        assert (clock.now() - begun).total_seconds() < PATIENCE_S, (wanted, job.state, job.stage)
        job.refresh_from_db()


def test_a_killed_worker_leaves_a_job_that_the_next_one_finishes_with_the_same_digits(standing, tmp_path):
    gate = tmp_path / "gate"
    job = ask(gate)
    with worker() as first:
        wait_for(job, state="running", stage="count")
        os.kill(first.pid, signal.SIGKILL)
        first.wait(timeout=PATIENCE_S)
    job.refresh_from_db()
    assert job.state == "running"
    gate.touch()
    with worker():
        wait_for(job, state="done")
    assert job.attempts == 2
    assert job.result["total"] == sum(number * number for number in range(1000))


def test_a_running_job_stops_when_it_is_asked_to(standing, tmp_path):
    job = ask(tmp_path / "never")
    with worker():
        wait_for(job, state="running", stage="count")
        services.stop_job(job=job, at=NOON)
        wait_for(job, state="stopped")
    assert job.result == {}


def test_a_worker_that_leaves_puts_its_job_back(standing, tmp_path):
    gate = tmp_path / "gate"
    job = ask(gate)
    with worker():
        wait_for(job, state="running", stage="count")
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)
    gate.touch()
    with worker():
        wait_for(job, state="done")
    assert job.attempts == 1


def test_a_worker_takes_a_job_that_comes_while_it_waits(standing):
    with worker():
        job = ask()
        wait_for(job, state="done")
    assert Job.objects.get().result["said_en"].startswith("The sum is")
