"""Where a rehearsal takes place: a folder of its own, ports of its own, one rehearsal at a time."""

import argparse
import fcntl
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from tanhui.kit import postgres

HOST: Final = "127.0.0.1"
MARK: Final = "rehearsal"
FEWEST, MOST = 3, 9
HIGHEST_PORT = 65_535
OPEN_TO_ALL = 0o755
"""Root hands the database to a user of its own, who must get to its folder; the folders in it are closed."""


class GroundError(ValueError):
    """The rehearsal cannot begin: the code of a sentence, and what it needs."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, object] = facts


class Ground(NamedTuple):
    """The folder, the ports, and how many of the members must co-sign."""

    folder: Path
    port: int
    member_ports: tuple[int, ...]
    needed: int

    @property
    def registry(self) -> Path:
        return self.folder / "registry"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def log_url(self) -> str:
        return f"{self.url}/log"


@contextmanager
def lay(options: argparse.Namespace) -> Iterator[Ground]:
    """Check what was asked for, take the folder and empty it. Raises GroundError, and then nothing was touched."""
    if not FEWEST <= options.members <= MOST:
        raise GroundError("members", fewest=FEWEST, most=MOST)
    if not 1 <= options.needed < options.members:
        raise GroundError("needed", most=options.members - 1)
    if not Path(options.survey).is_dir():
        raise GroundError("survey", folder=options.survey)
    ports = _ports(options.port, 1 + options.members)
    folder = Path(options.folder).resolve()
    with _taken(folder):
        _empty(folder)
        (folder / "registry").mkdir(mode=OPEN_TO_ALL)
        yield Ground(folder, ports[0], ports[1:], options.needed)


def _ports(first: int, many: int) -> tuple[int, ...]:
    """Return the ports from the first one on, all of them free. Raises GroundError."""
    ports = tuple(range(first, first + many))
    if first < 1 or ports[-1] > HIGHEST_PORT:
        raise GroundError("ports", first=first, last=ports[-1])
    for port in ports:
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((HOST, port))
            except OSError as fault:
                raise GroundError("taken", port=port, why=fault.strerror) from fault
    return ports


@contextmanager
def _taken(folder: Path) -> Iterator[None]:
    """Hold the folder until the end. One that is not of an earlier rehearsal must be empty: it will be emptied."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise GroundError("foreign", folder=folder)
    folder.mkdir(mode=OPEN_TO_ALL, parents=True, exist_ok=True)
    with (folder / MARK).open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise GroundError("busy", folder=folder) from busy
        yield


def _empty(folder: Path) -> None:
    """Remove what an earlier rehearsal left, its database first."""
    if (folder / "registry").exists():
        postgres.erase(folder / "registry")
    for left in folder.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        elif left.name != MARK:
            left.unlink()
