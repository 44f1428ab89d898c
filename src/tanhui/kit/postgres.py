"""The database that comes with the house: a real PostgreSQL from the package index, started when it is needed.

`DATABASE_URL` always wins. Without it a server runs on a socket of its own below TANHUI_HOME, with its data beside it.
Whoever comes first starts it, whoever comes later joins, and the last to leave stops it. Each program holds a shared
lock while it uses the server; the system takes the lock from a program that is killed, so none is ever counted twice.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import psycopg

from tanhui.kit import postmaster, roles
from tanhui.kit.problems import Problem

DATABASE = "tanhui"
_LOCALE = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
_uses: dict[Path, int] = {}  # the shared lock of this program on each folder


class Address(NamedTuple):
    """Where a PostgreSQL is: a host name or a socket folder, and who asks."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]


def url_from_environment() -> str | None:
    return os.environ.get("DATABASE_URL") or None


def parse_url(url: str) -> Address:
    """Read `postgresql://user:password@host:port/name?option=value`.

    Raises the problem `bad_database_url` for another scheme or a missing database name.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        message = "DATABASE_URL must look like postgresql://user:password@host:5432/tanhui"
        raise Problem("bad_database_url", message)
    host = options.pop("host", "") or unquote(parts.hostname or "")
    port = options.pop("port", "") or str(parts.port or "")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(name, user, password, host, port, options)


def running(folder: Path) -> bool:
    """Say whether the server of this installation is up. A lock file left by a crash does not count."""
    return postmaster.find(folder / "postgres") is not None


def ensure(folder: Path) -> str:
    """Start the server of this installation, or join the one that runs, and return its URL.

    The database `tanhui` is made when it is missing. The last program that leaves stops the server.
    """
    folder = folder.resolve()
    _use(folder)
    with _alone(folder):
        live = postmaster.find(folder / "postgres")
        if live is None or not live.ready:
            live = postmaster.start(folder / "postgres")
        _make_database(_url(live, "postgres"))
    return _url(live, DATABASE)


def bring_back(folder: Path) -> None:
    """Start the server of this installation anew where it has died, for a program that stays.

    With DATABASE_URL there is nothing to start. Where it does not start (a full disk), that is in its log, and whoever
    connects is told that it is away.
    """
    if url_from_environment() is None:
        with suppress(Problem, psycopg.Error):
            ensure(folder)


def keep(folder: Path) -> None:
    """Start the server and let it run when the last program leaves, until `stop`."""
    (folder / "postgres.keep").touch()
    ensure(folder)


def stop(folder: Path) -> bool:
    """Stop the server of this installation cleanly, whoever uses it. Return False when none was running."""
    (folder / "postgres.keep").unlink(missing_ok=True)
    live = postmaster.find(folder / "postgres")
    if live is None:
        return False
    postmaster.halt(live)
    return True


def erase(folder: Path) -> None:
    """Stop the server and remove its data for good."""
    stop(folder)
    postmaster.erase(folder / "postgres")


def _use(folder: Path) -> None:
    """Say that this program uses the server, until it ends."""
    if folder in _uses:
        return
    held = _lock_file(folder, "postgres.users")
    fcntl.flock(held, fcntl.LOCK_SH)  # waits for one that is just stopping the server
    _uses[folder] = held
    atexit.register(_leave, folder)


def _leave(folder: Path) -> None:
    """Stop the server when no other program uses it."""
    held = _uses.pop(folder, None)
    if held is None:
        return
    with suppress(BlockingIOError, Problem):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        live = postmaster.find(folder / "postgres")
        if live is not None and not (folder / "postgres.keep").exists():
            postmaster.halt(live)
    os.close(held)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one program at a time look whether the server runs and start it."""
    held = _lock_file(folder, "postgres.lock")
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _lock_file(folder: Path, name: str) -> int:
    try:
        return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        message = f"{folder} belongs to somebody else. Run as its owner, or set TANHUI_HOME to a folder of your own."
        raise Problem("database_foreign", message) from None


def _url(live: postmaster.Live, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={quote(live.socket_folder, safe='')}&port={postmaster.PORT}"


def _make_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {DATABASE} {_LOCALE}")
        fresh = roles.make_role(connection.cursor())
    if fresh and known is not None:  # made by a version that had one role only
        with psycopg.connect(url.replace("/postgres?", f"/{DATABASE}?", 1)) as connection:
            roles.grant(connection.cursor())
