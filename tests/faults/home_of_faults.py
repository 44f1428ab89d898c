"""A registry of its own to be broken: a home with a real server, the main job done in it, senders and a writer.

Nothing here shares a server, a folder or a key with the other tests. Programs that are started end with the test.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import psycopg

from samples import SMALL_SURVEY
from tanhui.kit import clock, postgres, postmaster

PATIENCE_S = 240
"""Only a program that hangs takes so long."""
SENDER = Path(__file__).with_name("sending_program.py")


class Installation:
    """A home, its database, and the programs that run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.more: dict[str, str] = {}

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TANHUI_", "DATABASE_URL", "LANG_UI", "PG"))
        }
        return {**kept, "TANHUI_HOME": str(self.folder), "DJANGO_SETTINGS_MODULE": "tanhui.site.settings", **self.more}

    def tanhui(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [sys.executable, "-m", "tanhui.cli", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def start(self, *command: object, **more: Any) -> subprocess.Popen[str]:
        words = [sys.executable, *map(str, command)]
        return subprocess.Popen(words, env=self.environment, stdin=subprocess.PIPE, text=True, **more)

    def connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of one's own to the database, whoever started it."""
        live = postmaster.find(self.folder / "postgres")
        assert live is not None
        return psycopg.connect(postgres._url(live, postgres.DATABASE), autocommit=True)

    def asked(self, question: str) -> list[tuple[Any, ...]]:
        with self.connection() as connection:
            return connection.execute(question).fetchall()

    def kill_database(self) -> int:
        """The server and all its processes at once, by -9, as a power cut does. Return how many there were."""
        live = postmaster.find(self.folder / "postgres")
        assert live is not None
        server = psutil.Process(live.pid)
        processes = [server, *server.children(recursive=True)]
        for process in processes:
            try:
                os.kill(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return len(processes)


def do_main_job(installation: Installation, survey: Path) -> dict[str, Any]:
    """Issue a lot and sell of it, with the survey behind it; return what was printed as JSON."""
    survey.mkdir()
    for name, text in SMALL_SURVEY.items():
        (survey / name).write_text(text, encoding="utf-8")
    told = survey.with_name("job.json")
    words = ("run", str(survey), "--json", str(told), "--method", "published-tree-biomass@1.0.0", "--out")
    done = installation.tanhui(*words, str(survey.with_name("papers")))
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(told.read_text(encoding="utf-8"))


class Senders:
    """A program with several threads, each of which hands in one transfer after the other and waits for its answer."""

    def __init__(self, installation: Installation, *, begin: int, threads: int) -> None:
        self.process = installation.start(SENDER, begin, threads, stdout=subprocess.PIPE)
        self.answers: dict[int, tuple[str, int]] = {}
        self.troubles: list[str] = []
        self.doubts: list[str] = []
        self._reading = Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            if "trouble" in told:
                self.troubles.append(told["trouble"])
                continue
            number, answer = told["number"], (told["code"], told["leaf"])
            if self.answers.setdefault(number, answer) != answer:
                self.doubts.append(f"{number} was {self.answers[number]} and is {answer}")

    def end(self) -> None:
        """Let each thread see its last command through."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=PATIENCE_S) == 0
        self._reading.join()


@contextmanager
def sending(installation: Installation, *, begin: int, threads: int = 4) -> Iterator[Senders]:
    senders = Senders(installation, begin=begin, threads=threads)
    try:
        yield senders
    finally:
        if senders.process.poll() is None:
            senders.process.kill()
            senders.process.wait()


def wait_until(true: Any, what: str) -> float:
    """Wait, and return for how many seconds."""
    begun = clock.now()
    while not true():
        assert (clock.now() - begun).total_seconds() < PATIENCE_S, what
    return (clock.now() - begun).total_seconds()


def assert_all_is_well(installation: Installation, senders: Senders, before: Mapping[str, int]) -> None:
    """Every answer stands, once; balances add up; the ledger's own check finds nothing."""
    assert senders.doubts == []
    assert {code for code, _leaf in senders.answers.values()} == {"done"}
    booked = dict(installation.asked("SELECT command_hex, index FROM registry_act"))
    expected = {number.to_bytes(16, "big").hex(): leaf for number, (_code, leaf) in senders.answers.items()}
    assert {command: booked.get(command) for command in expected} == expected, "what was acknowledged stands"
    assert len(set(expected.values())) == len(expected), "each at a place of its own"
    sent = len([command for command in booked if command.startswith("0" * 20)])
    assert sent == len(expected), "nothing was booked that was not answered, and nothing twice"
    balances = installation.asked(
        "SELECT account, sum(quantity_mg) FROM registry_holding WHERE book = 'live' GROUP BY account"
    )
    moved = {account: int(total) - before[account] for account, total in balances if int(total) != before[account]}
    assert sorted(moved.values()) == [-len(expected), len(expected)], "one milligram a transfer"
    assert installation.asked("SELECT sum(quantity_mg) FROM registry_holding") == [(0,)]
    checked = installation.tanhui("ledger", "check", "--language", "en")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def live_balances(installation: Installation) -> dict[str, int]:
    return {
        account: int(total)
        for account, total in installation.asked(
            "SELECT account, sum(quantity_mg) FROM registry_holding WHERE book = 'live' GROUP BY account"
        )
    }
