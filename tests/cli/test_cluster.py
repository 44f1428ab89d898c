"""`tanhui cluster`: the whole rehearsal on a small survey, what it does not begin with, and that all is stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
from program import METHOD, tanhui

from tanhui.kit import postgres

THINGS = 16


@pytest.fixture
def folder():
    place = Path(tempfile.mkdtemp(prefix="tc-", dir="/tmp"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def ports():
    """Four free ports in a row, the first of them."""
    for first in range(17_400, 60_000, 10):
        doors = [socket.socket() for _ in range(4)]
        try:
            for number, door in enumerate(doors):
                door.bind(("127.0.0.1", first + number))
        except OSError:
            continue
        else:
            return first
        finally:
            for door in doors:
                door.close()
    raise AssertionError("no free ports")


def cluster(folder, ports, *words):
    return tanhui(folder, "cluster", "--folder", folder, "--port", ports, *words, LANG_UI="en")


def left_of(folder):
    """Programs that still work on the folder, by command line or home, and whether its database is up."""
    left = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words = [*(process.info["cmdline"] or []), (process.info["environ"] or {}).get("TANHUI_HOME", "")]
        if any(str(folder) in word for word in words):
            left.append(words)
    return left, postgres.running(folder / "registry")


def test_the_town_stands_up_to_what_befalls_it(folder, ports, surveys):
    done = cluster(folder, ports, "--survey", surveys / "good", *METHOD)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert sum(line.startswith("  holds  ") for line in lines) == THINGS
    assert f"all {THINGS} things" in lines[-1]
    assert "FAILS" not in done.stdout
    assert left_of(folder) == ([], False)

    def told(word):
        return [line for line in lines if line.startswith("  holds  ") and word in line]

    roots = {line.partition("root ")[2][:17] for line in told("mirrored and replayed")}
    assert len(told("mirrored and replayed")) == 3
    assert len(roots) == 1
    assert roots.pop() in told("all have the root")[0]
    assert told("is final")[0].count("member-") == 3
    assert [line.count("member-") for line in told("stay final with one less")] == [2, 2]
    assert "our own copy is damaged" in told("signs nothing and names the leaf")[0]
    assert len(told("insufficient_balance")) == 3
    again = cluster(folder, ports, "--survey", surveys / "single", *METHOD)
    assert again.returncode == 1
    assert "nothing to issue" in again.stdout.splitlines()[-1]
    assert left_of(folder) == ([], False)


def test_stopped_half_way_it_leaves_nothing_running(folder, ports, surveys):
    words = ["cluster", "--folder", folder, "--port", ports, "--survey", surveys / "good", *METHOD, "--language", "en"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TANHUI_", "DATABASE_URL"))}
    with subprocess.Popen(
        [sys.executable, "-m", "tanhui.cli", *map(str, words)],
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("policy"):
                break
        busy = cluster(folder, ports + 4, "--survey", surveys / "good")
        assert (busy.returncode, "under way" in busy.stderr) == (2, True)
        process.send_signal(signal.SIGTERM)
        assert "Interrupted" in process.stdout.read()
    assert process.returncode == 1
    assert left_of(folder) == ([], False)


def test_what_it_does_not_begin_with_touches_nothing(folder, ports):
    (folder / "letters.txt").write_text("mine")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports + 2))
        taken.listen()
        refused = {
            "holds something else": [],
            "Choose others": [],
            "3 to 9 members": ["--members", 2],
            "1 to 2": ["--needed", 3],
            "no such folder": ["--survey", folder / "none"],
            "cannot be used.": ["--port", 65_534],
        }
        for number, (said, words) in enumerate(refused.items()):
            place = ports + 3 if not number else ports
            done = cluster(folder, place, *words)
            assert (done.returncode, said in done.stderr) == (2, True), (said, done.stderr)
    assert [path.name for path in folder.iterdir()] == ["letters.txt"]
