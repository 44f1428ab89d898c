"""Back up, book on, restore to a noted time: all that was booked until then is there; nothing is written unasked."""

import json
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from faults.home_of_faults import PATIENCE_S, Installation, sending, wait_until
from tanhui.kit import postgres

EACH = 5


def booked(installation: Installation) -> int:
    return int(installation.asked("SELECT count(*) FROM registry_act")[0][0])


def book(installation: Installation, begin: int) -> None:
    """A few transfers, by a program of their own."""
    with sending(installation, begin=begin, threads=1) as senders:
        wait_until(lambda: len(senders.answers) >= EACH, "answers")
        senders.end()
    assert set(senders.troubles) == set()


def told(installation: Installation, *words: object) -> tuple[int, str]:
    done = installation.tanhui(*map(str, words))
    return done.returncode, done.stdout + done.stderr


def stop_cause(installation: Installation) -> str:
    _code, said = told(installation, "ledger", "status")
    return str(json.loads(said)["stop_cause"])


@pytest.fixture
def folder(shelf: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=shelf))


@pytest.fixture
def elsewhere(installation: Installation, shelf: Path) -> Iterator[Installation]:
    """A new home with the keys in it, and nothing else."""
    home = Path(tempfile.mkdtemp(dir=shelf))
    home.chmod(0o755)
    shutil.copytree(installation.folder / "keys", home / "keys")
    yield Installation(home)
    postgres.erase(home)


@contextmanager
def following(installation: Installation, folder: Path) -> Iterator[None]:
    """Each change is fetched as it is made; at the end the newest checkpoint lies beside the backups."""
    program = installation.start("-m", "tanhui.cli", "backup", "follow", folder, stdout=subprocess.PIPE)
    assert program.stdout is not None
    program.stdout.readline()
    try:
        yield
        newest = str(installation.asked("SELECT checkpoint FROM registry_block ORDER BY height DESC LIMIT 1")[0][0])
        wait_until(lambda: (folder / "checkpoint").read_text() == newest, "the newest checkpoint beside the backups")
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=PATIENCE_S) == 0


def test_back_to_a_noted_time(installation: Installation, elsewhere: Installation, folder: Path):
    assert told(installation, "database", "start")[0] == 0
    assert "backup_missing" in told(installation, "backup", "follow", folder)[1]
    book(installation, 1)
    code, said = told(installation, "backup", "now", folder, "--language", "en")
    assert (code, "keys are not in the backup" in said) == (0, True), said
    assert not [path for path in folder.rglob("*") if path.name.endswith(".seed")]
    older, later = folder / "older.sqlite", folder / "later.sqlite"
    with following(installation, folder):
        book(installation, 1_000)
        assert told(installation, "export", older)[0] == 0
        ((moment, count),) = installation.asked("SELECT clock_timestamp()::text, count(*) FROM registry_act")
        book(installation, 2_000)
        assert told(installation, "export", later)[0] == 0

    code, said = told(elsewhere, "restore", folder, "--to", moment, "--language", "en")
    assert code == 1, said
    for sentence in ("All holds", "1 more blocks that this ledger lacks", "writing is stopped"):
        assert sentence in said
    assert told(elsewhere, "database", "start")[0] == 0
    assert booked(elsewhere) == count, "all that was booked until then, and nothing more"
    assert stop_cause(elsewhere) == "restored"
    assert told(elsewhere, "verify", "--continues", older, "--language", "en")[0] == 0
    code, said = told(elsewhere, "verify", "--continues", later, "--language", "en")
    assert (code, "more blocks that this ledger lacks" in said) == (1, True), said
    assert "restore_over_database" in told(elsewhere, "restore", folder)[1]
    assert "backup_of_another" in told(elsewhere, "backup", "now", folder)[1]


def test_as_late_as_the_backup_goes_nothing_is_missing(
    installation: Installation, elsewhere: Installation, folder: Path
):
    assert told(installation, "database", "start")[0] == 0
    assert told(installation, "backup", "now", folder)[0] == 0
    with following(installation, folder):
        book(installation, 1)
        code, said = told(installation, "backup", "now", folder)
        assert code == 0, said
    assert len(told(installation, "backup", "list", folder)[1].splitlines()) == 2
    code, said = told(elsewhere, "restore", folder, "--language", "en")
    assert (code, "All holds" in said, "holds  continues" in said) == (0, True, True), said
    assert told(elsewhere, "database", "start")[0] == 0
    assert booked(elsewhere) == booked(installation)
    assert stop_cause(elsewhere) == ""
    book(elsewhere, 5_000)


def test_what_cannot_be_restored_is_refused_and_leaves_nothing(
    installation: Installation, elsewhere: Installation, folder: Path
):
    assert told(installation, "database", "start")[0] == 0
    assert told(installation, "backup", "now", folder)[0] == 0
    before = sorted(path.name for path in elsewhere.folder.iterdir())
    for words, said in {
        ("--to", "yesterday"): "2027-03-01T14:30:00+08:00",
        ("--to", "2020-01-01T00:00:00+00:00"): "backup_missing",
        ("--to", "2099-01-01T00:00:00+00:00"): "restore_failed",
    }.items():
        code, answer = told(elsewhere, "restore", folder, *words)
        assert (code != 0, said in answer) == (True, True), answer
    chance = random.Random(7)  # noqa: S311 - which byte, not a secret
    files = [path for path in sorted(folder.rglob("*")) if path.stat().st_size and path.is_file()]
    (base,) = folder.glob("base-*")
    for path in [base / "backup_manifest", base / "global/pg_control", *chance.sample(files, 6)]:
        if "pg_wal" in path.parts or path.name in {"wal.json", "installation.json", "checkpoint"}:
            continue
        content = path.read_bytes()
        place = chance.randrange(len(content))
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        code, answer = told(elsewhere, "restore", folder)
        assert (code, "backup_damaged" in answer) == (1, True), (path, answer)
        path.write_bytes(content)
    (elsewhere.folder / "keys").rename(elsewhere.folder / "aside")
    assert told(elsewhere, "restore", folder)[0] == 2
    (elsewhere.folder / "aside").rename(elsewhere.folder / "keys")
    left = {path.name for path in elsewhere.folder.iterdir()} - {"postgres.users", "postgres.lock"}
    assert left == set(before)


def test_a_folder_that_the_changes_passed_by_is_refused(installation: Installation, folder: Path):
    assert told(installation, "database", "start")[0] == 0
    assert told(installation, "backup", "now", folder)[0] == 0
    with installation.connection() as connection:
        connection.execute("SELECT pg_drop_replication_slot('tanhui_backup')")
        for number in range(3):
            connection.execute(f"CREATE TABLE passed_{number} (x int)")
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
    before = sorted(folder.iterdir())
    for what in ("now", "follow"):
        code, said = told(installation, "backup", what, folder)
        assert (code, "backup_gap" in said, "new folder" in said) == (1, True, True), said
    assert sorted(folder.iterdir()) == before
    assert told(installation, "backup", "now", folder / "new")[0] == 0


def test_without_a_checkpoint_beside_it_a_restore_says_that_nobody_knows(
    installation: Installation, elsewhere: Installation, folder: Path
):
    assert told(installation, "database", "start")[0] == 0
    assert told(installation, "backup", "now", folder)[0] == 0
    (folder / "checkpoint").unlink()
    code, said = told(elsewhere, "restore", folder, "--language", "en")
    assert (code, "All holds" in said, "nobody knows how far others have it" in said) == (1, True, True), said


def test_a_restore_that_was_cut_off_lets_nobody_write(elsewhere: Installation):
    (elsewhere.folder / "restore.unfinished").touch()
    code, said = told(elsewhere, "ledger", "status")
    assert (code, "restore_unfinished" in said) == (1, True), said


def test_a_database_of_their_own_is_backed_up_by_its_own_means(elsewhere: Installation, folder: Path):
    elsewhere.more["DATABASE_URL"] = "postgresql://nobody@db.example.invalid/sink"
    assert "backup_needs_own_database" in told(elsewhere, "backup", "now", folder)[1]
