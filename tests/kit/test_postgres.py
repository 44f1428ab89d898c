"""The database that comes with the house, for real: programs start it, join it, are killed, and find their data."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.kit import postgres, postmaster
from tanhui.kit.problems import Problem

SCRIPT = Path(__file__).with_name("database_program.py")
ROOT = os.geteuid() == 0
NOBODY = 65534


class Program:
    """A running program of the house with a home of its own."""

    def __init__(self, home, **environment):
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TANHUI_HOME"}}
        self.process = subprocess.Popen(
            [sys.executable, SCRIPT],
            env={**kept, "TANHUI_HOME": str(home), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self):
        return SimpleNamespace(**json.loads(self.process.stdout.readline()))

    def ask(self, line):
        self.tell(line)
        return self.hear()

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def shelf():
    """A short folder that other users may pass through: sockets have short addresses."""
    # Pytest closes its own folders to other users, and the server is another user where root runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="th-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def made(shelf):
    """The home of an installation that has run once and holds the word `first`."""
    home = shelf / "made"
    home.mkdir()
    program = Program(home)
    program.ask("note first")
    program.end()
    with (home / "postgres/postgresql.auto.conf").open("a") as settings:
        settings.write("fsync = off\n")  # programs are killed here, not the machine
    return home


@pytest.fixture
def home(made, shelf):
    """A copy of that home."""
    folder = Path(tempfile.mkdtemp(dir=shelf))
    folder.chmod(0o755)
    subprocess.run(["cp", "-a", made / "postgres", folder], check=True)
    yield folder
    postgres.stop(folder)


@pytest.fixture
def start(home):
    """Start programs in that home; whatever still runs at the end is ended."""
    started = []

    def begin(**environment):
        started.append(Program(home, **environment))
        return started[-1]

    yield begin
    for program in started:
        if program.process.poll() is None and not program.process.stdin.closed:
            program.end()


def is_gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def wait_until_gone(pid):
    # A living parent has not buried it yet: to everybody else it is gone.
    for _ in range(600):
        if is_gone(pid):
            return True
        psutil.wait_procs([psutil.Process(pid)], timeout=0.05)
    return False


def test_it_starts_and_the_server_never_runs_as_root(start):
    told = start().ask("ensure")
    assert told.url.startswith("postgresql://postgres@/tanhui?host=")
    uid = psutil.Process(told.pid).uids().effective
    assert (uid != 0) if ROOT else (uid == os.geteuid())


def test_an_ordinary_user_keeps_the_data_even_when_root_joins(shelf):
    home = Path(tempfile.mkdtemp(dir=shelf))
    uid = NOBODY if ROOT else os.geteuid()
    os.chown(home, uid, -1)
    owner = Program(home, AS_UID=str(uid)) if ROOT else Program(home)
    owner.ask("note own")
    told = owner.ask("ensure")
    assert psutil.Process(told.pid).uids().effective == uid
    assert (home / "postgres").stat().st_mode & 0o077 == 0
    owner.end()
    assert is_gone(told.pid)
    other = Program(home)
    assert other.ask("words").words == ["own"]
    assert psutil.Process(other.ask("ensure").pid).uids().effective == uid
    other.end()
    assert {path.stat().st_uid for path in (home / "postgres").iterdir()} == {uid}


def test_a_home_of_somebody_else_is_refused_in_words(shelf):
    home = Path(tempfile.mkdtemp(dir=shelf))
    home.chmod(0o555)
    program = Program(home, AS_UID=str(NOBODY)) if ROOT else Program(home)
    told = program.ask("ensure")
    assert told.problem == "database_foreign"
    assert str(home) in told.message
    assert "TANHUI_HOME" in told.message


def test_only_the_owner_may_enter_where_the_socket_is(start, home):
    told = start().ask("ensure")
    assert Path(told.sockets) == home / "postgres"
    assert Path(told.sockets).stat().st_mode & 0o777 == 0o700


def test_the_same_locale_everywhere(start):
    assert start().ask("kind").kind == ["b", "UTF8"]


def test_the_server_keeps_an_eighth_of_the_memory_for_pages_within_limits(start, monkeypatch):
    assert 128 <= int(start().ask("buffers").buffers[0]) * 8 // 1024 <= 512
    for all_mb, kept_mb in ((512, 128), (2048, 256), (65536, 512)):
        memory = SimpleNamespace(total=all_mb * 2**20)
        monkeypatch.setattr(postmaster.psutil, "virtual_memory", lambda memory=memory: memory)
        assert postmaster._buffers_mb() == kept_mb


def test_a_second_program_joins_and_leaves_the_server_running(start):
    first, second = start(), start()
    pid = first.ask("ensure").pid
    assert second.ask("ensure").pid == pid
    second.end()
    assert first.ask("running").running
    assert first.ask("words").words == ["first"]
    assert first.ask("ensure").pid == pid


def test_the_last_to_leave_stops_the_server(start):
    first, second = start(), start()
    pid = first.ask("ensure").pid
    second.ask("ensure")
    first.end()
    assert second.ask("words").words == ["first"]
    assert not is_gone(pid)
    second.end()
    assert is_gone(pid)


def test_programs_that_come_at_once_share_one_server(start):
    programs = [start() for _ in range(4)]
    for program in programs:
        program.tell("ensure")
    assert len({program.hear().pid for program in programs}) == 1


def test_programs_that_come_at_once_make_one_database_where_making_was_cut_off(shelf):
    home = Path(tempfile.mkdtemp(dir=shelf))
    home.chmod(0o755)
    (home / "postgres.new").mkdir()
    (home / "postgres.new/PG_VERSION").write_text("18\n")
    programs = [Program(home) for _ in range(3)]
    for program in programs:
        program.tell("kind")
    assert [program.hear().kind[0] for program in programs] == ["b", "b", "b"]
    assert not (home / "postgres.new").exists()
    for program in programs:
        program.end()


def test_a_killed_program_leaves_its_data_and_the_next_one_cleans_up(start):
    killed = start()
    pid = killed.ask("ensure").pid
    killed.ask("note kept")
    killed.kill()
    after = start()
    assert after.ask("words").words == ["first", "kept"]
    assert after.ask("ensure").pid == pid
    after.end()
    assert is_gone(pid)


def test_a_killed_server_comes_back_with_everything_that_was_committed(start, home):
    program = start()
    pid = program.ask("ensure").pid
    program.ask("note committed")
    os.kill(pid, signal.SIGKILL)
    assert wait_until_gone(pid)
    assert (home / "postgres/postmaster.pid").exists()
    assert not program.ask("running").running
    after = program.ask("ensure")
    assert after.pid != pid
    assert program.ask("words").words == ["committed", "first"]
    assert start().ask("ensure").pid == after.pid


def test_server_and_program_killed_together(start):
    killed = start()
    pid = killed.ask("ensure").pid
    killed.ask("note committed")
    killed.kill()
    os.kill(pid, signal.SIGKILL)
    assert wait_until_gone(pid)
    assert start().ask("words").words == ["committed", "first"]


def left_by_a_crash(start, home):
    """Return the lines of the lock file that a killed server leaves."""
    killed = start()
    pid = killed.ask("ensure").pid
    killed.kill()
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    return (home / "postgres/postmaster.pid").read_text().splitlines()


def test_a_lock_file_with_the_number_of_another_program_is_mended(start, home):
    lines = left_by_a_crash(start, home)
    owner = (home / "postgres").stat().st_uid
    # PostgreSQL itself takes any living process of the same user for a server.
    other = subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=owner if ROOT else None)
    (home / "postgres/postmaster.pid").write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
    (home / "postgres/.s.PGSQL.5432.lock").write_text("\n".join([str(other.pid), *lines[1:5]]) + "\n")
    program = start()
    assert not program.ask("running").running
    assert program.ask("stop").stopped is False
    assert program.ask("words").words == ["first"]
    assert program.ask("ensure").pid != other.pid
    assert other.poll() is None
    other.stdin.close()
    assert other.wait() == 0


@pytest.mark.parametrize("content", ["", "not a number\n", "99999999999999999999\n", "-1\n"])
def test_a_lock_file_that_was_cut_short_is_mended(start, home, content):
    (home / "postgres/postmaster.pid").write_text(content)
    assert start().ask("words").words == ["first"]


def test_stop_says_whether_there_was_something_to_stop(start):
    program = start()
    pid = program.ask("ensure").pid
    assert program.ask("stop").stopped is True
    assert is_gone(pid)
    assert program.ask("stop").stopped is False
    assert program.ask("words").words == ["first"]


def test_stop_leaves_nothing_to_recover(start, home):
    program = start()
    program.ask("note last")
    program.ask("stop")
    assert not (home / "postgres/postmaster.pid").exists()
    assert (home / "postgres/log").read_text().splitlines()[-1].endswith("database system is shut down")


def test_a_kept_server_outlives_its_programs_until_it_is_stopped(start):
    program = start()
    program.ask("keep")
    pid = program.ask("ensure").pid
    program.end()
    assert not is_gone(pid)
    after = start()
    assert after.ask("ensure").pid == pid
    after.end()
    assert not is_gone(pid)
    assert start().ask("stop").stopped is True
    assert is_gone(pid)


def test_erase_removes_the_data_and_a_new_server_begins_empty(start, home):
    program = start()
    pid = program.ask("ensure").pid
    program.ask("erase")
    assert is_gone(pid)
    assert not (home / "postgres").exists()
    assert program.ask("note new").__dict__ == {}
    assert program.ask("words").words == ["new"]


def test_another_version_is_named_and_left_alone(start, home):
    (home / "postgres/PG_VERSION").write_text("16\n")
    told = start().ask("ensure")
    assert told.problem == "database_version"
    assert "PostgreSQL 16" in told.message
    assert (home / "postgres/base").is_dir()


def test_something_else_in_the_way_is_left_alone(shelf):
    home = Path(tempfile.mkdtemp(dir=shelf))
    home.chmod(0o755)
    (home / "postgres").mkdir()
    (home / "postgres/letter").write_text("mine")
    program = Program(home)
    assert program.ask("ensure").problem == "database_not_made"
    assert (home / "postgres/letter").read_text() == "mine"
    program.end()


def test_a_server_that_does_not_start_says_why(start, home):
    with (home / "postgres/postgresql.auto.conf").open("a") as settings:
        settings.write("shared_buffers = 'a lot'\n")
    told = start().ask("ensure")
    assert told.problem == "database_not_started"
    assert "shared_buffers" in told.message


def test_settings_of_another_postgres_do_not_disturb(start):
    foreign = {"PGPORT": "9", "PGDATA": "/nowhere", "PGHOST": "example.invalid", "PGDATABASE": "other"}
    assert start(**foreign).ask("words").words == ["first"]


PLACES = {
    "spaces and Chinese": "包头 林草 碳汇",
    "signs": "a'b\"c$HOME&d%20e",
    "comma": "a,b",
    "long": "/".join(["x" * 100] * 3),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_any_path_will_do(shelf, made, place):
    home = shelf / place
    home.mkdir(parents=True)
    subprocess.run(["cp", "-a", made / "postgres", home], check=True)
    program = Program(home)
    assert program.ask("words").words == ["first"]
    sockets = Path(program.ask("ensure").sockets)
    assert sockets.stat().st_mode & 0o077 == 0
    program.ask("erase")
    program.end()
    assert not sockets.exists()


def settings_database(home, **environment):
    script = "import json; from tanhui.site import settings; print(json.dumps(settings.DATABASES['default']))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TANHUI_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_database_url_wins_and_no_server_is_started(shelf):
    home = Path(tempfile.mkdtemp(dir=shelf))
    url = "postgresql://surveyor:p%40ss@db.example.invalid:6543/sink?sslmode=require"
    told = settings_database(home, DATABASE_URL=url)
    assert (told["NAME"], told["USER"], told["PASSWORD"]) == ("sink", "surveyor", "p@ss")
    assert (told["HOST"], told["PORT"], told["OPTIONS"]) == ("db.example.invalid", "6543", {"sslmode": "require"})
    assert not (home / "postgres").exists()


def test_an_address_is_read():
    told = postgres.parse_url("postgresql://postgres@/tanhui?host=%2Fsrv%2Fa%20b&port=5432&connect_timeout=3")
    assert told == postgres.Address("tanhui", "postgres", "", "/srv/a b", "5432", {"connect_timeout": "3"})


@pytest.mark.parametrize("url", ["", "mysql://a@b/c", "postgresql://host:5432", "tanhui", "postgresql:///"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(Problem, match="postgresql://user:password@host:5432/tanhui"):
        postgres.parse_url(url)


@given(path=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_socket_folder_survives_the_address(path):
    live = postgres.postmaster.Live(1, path, ready=True)
    assert postgres.parse_url(postgres._url(live, "tanhui")).host == path
