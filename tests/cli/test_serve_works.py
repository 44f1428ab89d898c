"""`tanhui serve` on one machine: a worker runs beside the site, and comes back when it is killed."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tanhui.kit import clock

PATIENCE_S = 60


@pytest.fixture
def serving(installation):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TANHUI_", "DATABASE_URL"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "tanhui.cli", "serve", "--port", str(port)],
        env={**kept, "TANHUI_HOME": str(installation)},
    )
    yield process
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=PATIENCE_S) == 0


def workers_of(process):
    """The processes that this one has started as workers, by number."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            words = status.with_name("cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == process.pid and b"work" in words:
            found.append(int(status.parent.name))
    return found


def wait_for_worker(process, *, other_than=0):
    begun = clock.now()
    while True:
        found = [pid for pid in workers_of(process) if pid != other_than]
        if found:
            return found[0]
        assert process.poll() is None
        assert (clock.now() - begun).total_seconds() < PATIENCE_S, "no worker came"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for the worker among the system's processes")
def test_serving_brings_a_worker_and_brings_it_back(serving):
    first = wait_for_worker(serving)
    os.kill(first, signal.SIGKILL)
    second = wait_for_worker(serving, other_than=first)
    assert len({first, second}) == 2
