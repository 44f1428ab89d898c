"""Backups of the database that comes with the house: whole copies, and everything that changed since.

A folder of backups holds `base-TIME/` (a whole copy, checked by its own list of hashes), `wal/` (every change since the
first copy, without a gap: the server keeps what has not been fetched yet) and `installation.json` (whose it is). The
programs are PostgreSQL's own: pg_basebackup and pg_receivewal. No key of ours lies in it.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import psycopg

from tanhui.kit import postgres, postmaster
from tanhui.kit.backup_hashes import UNFINISHED, damaged_files, damaged_segments, note_segments
from tanhui.kit.problems import Problem

SLOT: Final = "tanhui_backup"
MOST_KEPT: Final = "8GB"
"""How much the server keeps for a folder that nobody fetches into any more; then a new folder has to be begun."""

WHOSE: Final = "installation.json"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
UNFINISHED_RESTORE: Final = "restore.unfinished"
MOST_NAMED: Final = 5
FOLLOWED_S: Final = 120.0
"""How long a program that follows may need for what is written already."""

PAUSE_S: Final = 0.1


class Copy(NamedTuple):
    """A whole copy, and when it was finished: one can go back to that moment or any later one."""

    folder: Path
    at: datetime


def back_up(*, home: Path, folder: Path, now: Callable[[], datetime]) -> Copy:
    """Make a whole copy of the database of a home, and fetch all that has changed since the first one.

    Raises `backup_needs_own_database`, `backup_of_another`, `backup_gap`, `backup_followed_elsewhere`, `backup_failed`.
    """
    url = _own_url(home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _claim(folder, url)
    _require_no_gap(folder, url)
    _keep_changes(url)
    fresh = folder / "base.new"
    shutil.rmtree(fresh, ignore_errors=True)
    words = ("--format=plain", "--wal-method=stream", "--checkpoint=fast", "--manifest-checksums=SHA256")
    _run("pg_basebackup", f"--dbname={url}", f"--pgdata={fresh}", *words)
    _require_whole(fresh, damaged_files(fresh))
    fetch(home=home, folder=folder)
    at = now().replace(microsecond=0) + timedelta(seconds=1)
    made = folder / f"base-{at.astimezone(UTC).strftime(_STAMP)}"
    fresh.rename(made)
    return Copy(made, at)


def fetch(*, home: Path, folder: Path) -> None:
    """Fetch all changes up to now, or wait until the program that follows has them.

    Raises `backup_followed_elsewhere`, `backup_failed`.
    """
    url = _own_url(home)
    with psycopg.connect(url, autocommit=True) as connection:
        followed = connection.execute(
            "SELECT active FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
        ).fetchone() == (True,)
        # A segment that ends here is fetched whole, and is in the list of hashes.
        end = connection.execute("SELECT at::text, pg_walfile_name(at - 1) FROM pg_switch_wal() AS at").fetchone()
    assert end is not None
    if followed:
        _await_segment(folder, end[1])
    else:
        _run("pg_receivewal", *_receiving(url, folder), "--no-loop", f"--endpos={end[0]}")
    note_segments(folder)


def following(*, home: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """Start the program that fetches each change as it is made, until it is ended.

    Raises `backup_missing`, `backup_of_another`, `backup_gap`.
    """
    if not bases(folder):
        raise Problem("backup_missing", f"There is no backup in {folder}. Make one first: tanhui backup now {folder}")
    url = _own_url(home)
    _claim(folder, url)
    _require_no_gap(folder, url)
    words = [str(postmaster.programs() / "pg_receivewal"), *_receiving(url, folder), "--synchronous"]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL)


def bases(folder: Path) -> list[Copy]:
    """Return the whole copies, the oldest first."""
    copies = {path: path.name.removeprefix("base-") for path in sorted(folder.glob("base-*"))}
    return [Copy(path, datetime.strptime(at, _STAMP).replace(tzinfo=UTC)) for path, at in copies.items()]


def restore(*, home: Path, folder: Path, to: datetime | None) -> Copy:
    """Put the database back as it was at a time, or as late as the backup goes, into a home that has none.

    Raises `restore_over_database`, `backup_missing`, `backup_damaged`, `restore_failed`; the home is as before then.
    """
    data = home / "postgres"
    if data.exists():
        text = f"{data} is there already. A restore never writes over a database: choose a new TANHUI_HOME."
        raise Problem("restore_over_database", text)
    base = _copy_for(folder, to)
    _require_whole(base.folder, damaged_files(base.folder))
    _require_whole(folder, damaged_segments(folder))
    (home / UNFINISHED_RESTORE).touch()
    with _laid_out(base, folder, data, to):
        try:
            postgres.ensure(home)
        except (Problem, psycopg.Error) as problem:
            text = f"The database did not come up at {to or 'its end'}: {problem}"
            remedy = "The backup does not reach so far, or its wal folder is damaged. Try an earlier time."
            raise Problem("restore_failed", text, remedy=remedy) from problem
    _settle(home, data)
    return base


def unfinished(home: Path) -> bool:
    """Say whether a restore was cut off: nothing may be written into such a home."""
    return (home / UNFINISHED_RESTORE).exists()


def finish(home: Path) -> None:
    """Say that what was restored was also held against what is known elsewhere."""
    (home / UNFINISHED_RESTORE).unlink(missing_ok=True)


def _copy_for(folder: Path, to: datetime | None) -> Copy:
    fitting = [base for base in bases(folder) if to is None or base.at <= to]
    if not fitting:
        known = ", ".join(base.at.isoformat() for base in bases(folder)) or "none"
        raise Problem("backup_missing", f"No whole copy in {folder} is that old. There are: {known}.")
    return fitting[-1]


def _require_whole(where: Path, damaged: Iterable[str]) -> None:
    found = list(damaged)
    if found:
        text = f"{where} is damaged, and nothing was done with it: {', '.join(found[:MOST_NAMED])}"
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        raise Problem("backup_damaged", text + more, remedy="Take another copy of this folder, or an older base.")


@contextmanager
def _laid_out(base: Copy, folder: Path, data: Path, to: datetime | None) -> Iterator[None]:
    """The copy where the server looks for it, with the changes beside it; nothing of it stays if that fails."""
    shutil.copytree(base.folder, data)
    archive = data / "archived"
    archive.mkdir()
    for part in sorted((folder / "wal").glob("*")):
        shutil.copyfile(part, archive / part.name.removesuffix(UNFINISHED))
    settings = ["restore_command = 'cp archived/%f \"%p\"'", "recovery_target_action = 'promote'"]
    if to is not None:
        settings.append(f"recovery_target_time = '{to.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'")
    with (data / "postgresql.auto.conf").open("a") as written:
        written.write("\n".join(["", *settings, ""]))
    (data / "recovery.signal").touch()
    (data / "log").unlink(missing_ok=True)
    postmaster.hand_over(data)
    try:
        yield
    except Problem:
        postgres.erase(data.parent)
        finish(data.parent)
        raise


def _settle(home: Path, data: Path) -> None:
    """Take away what only the restore needed."""
    with psycopg.connect(postgres.ensure(home), autocommit=True) as connection:
        for name in ("restore_command", "recovery_target_action", "recovery_target_time"):
            connection.execute(f"ALTER SYSTEM RESET {name}")
        connection.execute("SELECT pg_reload_conf()")
    shutil.rmtree(data / "archived")


def _own_url(home: Path) -> str:
    if postgres.url_from_environment() is not None:
        text = "DATABASE_URL names a PostgreSQL of your own. It is backed up by its own means."
        raise Problem("backup_needs_own_database", text, remedy="docs/operations.md says which.")
    return postgres.ensure(home)


def _claim(folder: Path, url: str) -> None:
    """See to it that a folder holds one history of one installation; a restored one is another history."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT system_identifier::text, timeline_id FROM pg_control_system(), pg_control_checkpoint()"
        ).fetchone()
    assert row is not None
    ours: Mapping[str, object] = {"database": row[0], "timeline": row[1]}
    path = folder / WHOSE
    if not path.exists():
        path.write_text(json.dumps(ours) + "\n", encoding="utf-8")
    elif json.loads(path.read_text(encoding="utf-8")) != ours:
        text = f"{folder} holds the backups of another database, or of this one before it was restored."
        raise Problem("backup_of_another", text, remedy="Choose a new folder, and keep the old one.")


def _require_no_gap(folder: Path, url: str) -> None:
    """Refuse a folder whose next changes the server does not have any more: nothing could be fetched into it."""
    names = sorted(path.name for path in (folder / "wal").glob("*"))
    if not names:
        return
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT min(name) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'").fetchone()
    assert row is not None
    needed = _ordinal(names[-1]) + (not names[-1].endswith(UNFINISHED))
    if needed < _ordinal(row[0]):
        text = f"{folder} has the changes up to {names[-1]}; the database has kept them only from {row[0]} on."
        raise Problem("backup_gap", text, remedy="Choose a new folder. Keep the old one for the times that it reaches.")


def _ordinal(segment: str) -> int:
    """Return the number of a segment, whose name is timeline, four gigabytes, sixteen megabytes of these."""
    return int(segment[8:16], 16) * 0x100 + int(segment[16:24], 16)


def _await_segment(folder: Path, segment: str) -> None:
    until = time.monotonic() + FOLLOWED_S
    while not (folder / "wal" / segment).exists():
        if time.monotonic() > until:
            text = f"The changes are being fetched by `tanhui backup follow`, and do not come into {folder}."
            raise Problem("backup_followed_elsewhere", text, remedy="Use its folder, or end it first.")
        time.sleep(PAUSE_S)


def _keep_changes(url: str) -> None:
    """Have the server keep each change until it was fetched, up to a limit."""
    with psycopg.connect(url, autocommit=True) as connection:
        state = connection.execute(
            "SELECT wal_status = 'lost' FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
        ).fetchone()
        if state is not None and state[0]:
            connection.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
        if state is None or state[0]:
            connection.execute(f"ALTER SYSTEM SET max_slot_wal_keep_size = '{MOST_KEPT}'")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])


def _receiving(url: str, folder: Path) -> list[str]:
    (folder / "wal").mkdir(mode=0o700, exist_ok=True)
    return [f"--dbname={url}", f"--directory={folder / 'wal'}", f"--slot={SLOT}"]


def _run(program: str, *words: str) -> None:
    command = [str(postmaster.programs() / program), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Problem("backup_failed", f"{program}: {' '.join(said[-3:])}")
