"""Two disks that take nothing more, and then do again: one of a few megabytes, and one that is closed by the system.

The small disk is a file system in memory under the data folder: what PostgreSQL gets is the real ENOSPC. It takes the
right to mount, which a container may lack. The closed one needs no right at all: the system refuses the server and
whoever starts it every byte of a file beyond the first few (RLIMIT_FSIZE). No log can be written then, so it goes down.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tanhui.kit import postmaster

SPARE_BYTES = 24 * 1024 * 1024
CLOSED_BYTES = 4096


class SmallDisk:
    """A disk of the size of what is on it and a little more."""

    reads_on = True

    def __init__(self, data: Path) -> None:
        self._ballast = data / "ballast"

    def fill(self, _writer: int) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return

    def free(self, _writer: int) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(data: Path) -> Iterator[SmallDisk]:
    """Put a data folder, whose server is stopped, on a small disk of its own."""
    aside, owner = data.with_name("aside"), data.stat()
    used = sum(file.stat().st_blocks * 512 for file in data.rglob("*"))
    data.rename(aside)
    data.mkdir(mode=0o700)
    size = f"size={used + SPARE_BYTES},mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tanhui-test", str(data)], check=True)
    try:
        subprocess.run(["cp", "-a", f"{aside}/.", str(data)], check=True)
        yield SmallDisk(data)
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)
        shutil.rmtree(aside)


class ClosedDisk:
    """A disk that takes no byte more, for the server and for the writer that would start it again."""

    reads_on = False

    def __init__(self, data: Path) -> None:
        self._data = data

    def fill(self, writer: int) -> None:
        live = postmaster.find(self._data)
        assert live is not None
        server = psutil.Process(live.pid)
        for process in (writer, live.pid, *(child.pid for child in server.children())):
            _limit(process, f"{CLOSED_BYTES}:")

    def free(self, writer: int) -> None:
        live = postmaster.find(self._data)
        pids = [] if live is None else [live.pid, *(child.pid for child in psutil.Process(live.pid).children())]
        for process in (writer, *pids):
            _limit(process, "unlimited:")


def _limit(process: int, most: str) -> None:
    """Set how large a file a process may write, as its own user: not even root may do it to others everywhere."""
    try:
        one = psutil.Process(process)
        uid, gid = one.uids().real, one.gids().real
    except psutil.NoSuchProcess:
        return  # a connection that has just ended
    words = ["prlimit", f"--pid={process}", f"--fsize={most}"]
    groups: list[int] | None = [] if os.geteuid() == 0 else None
    done = subprocess.run(words, user=uid, group=gid, extra_groups=groups, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not one.is_running(), f"{one.cmdline()}: {done.stderr}"


def may_mount() -> bool:
    """Whether this user may mount at all; asked by trying."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tanhui-test", folder]
        mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
        if mounted:
            subprocess.run(["umount", folder], check=True)
    return mounted
