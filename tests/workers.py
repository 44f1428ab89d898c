"""Workers as `tanhui work` starts them: processes on the database of the tests, to be killed and watched."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.db import connection

from tanhui.kit import clock
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.worker import as_child

PATIENCE_S = 120
"""Long enough for a machine that does much else; only a job that never gets there waits so long."""


def database_url() -> str:
    told = connection.settings_dict
    return f"postgresql://{told['USER']}@/{told['NAME']}?host={quote(told['HOST'], safe='')}&port={told['PORT']}"


@contextmanager
def tanhui_work(command: Sequence[str] = as_child("work")) -> Iterator[subprocess.Popen[bytes]]:
    """A worker; it ends when its standard input closes."""
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": database_url()}, stdin=subprocess.PIPE)
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=PATIENCE_S)


def work_once() -> int:
    """`tanhui work --once`: its exit code."""
    command = [sys.executable, "-m", "tanhui.cli", "work", "--once"]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": database_url()}, check=False).returncode


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a worker as a power cut does."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=PATIENCE_S)


def wait_for(job: Job, **wanted: Any) -> None:
    """Look until the job is as wanted."""
    begun = clock.now()
    job.refresh_from_db()
    while any(getattr(job, name) != value for name, value in wanted.items()):
        assert (clock.now() - begun).total_seconds() < PATIENCE_S, (wanted, job.state, job.stage, job.fault)
        job.refresh_from_db()
