"""The command line as people use it: a program, an exit code, what it prints, what it leaves."""

import shutil
import tempfile
from pathlib import Path

import pytest
from program import run_good, tanhui

from samples import SMALL_SURVEY


@pytest.fixture(scope="session")
def installation():
    """A home of its own, whose server is kept up between the commands so that each is quick."""
    home = Path(tempfile.mkdtemp(prefix="th-", dir="/tmp"))  # short: a socket has a short address
    home.chmod(0o755)
    assert tanhui(home, "database", "start").stdout == "running\n"
    yield home
    assert tanhui(home, "database", "stop").stdout == "stopped\n"
    shutil.rmtree(home)


@pytest.fixture
def cli(installation):
    """Run a command in that installation."""
    return lambda *words, **environment: tanhui(installation, *words, **environment)


@pytest.fixture(scope="session")
def surveys(tmp_path_factory):
    """Three folders: a survey that can be issued, one with a single round, one with three faults."""
    folder = tmp_path_factory.mktemp("surveys")
    for name, change in {"good": lambda _name, text: text, "single": first_round, "faulty": with_faults}.items():
        (folder / name).mkdir()
        for file, text in SMALL_SURVEY.items():
            (folder / name / file).write_text(change(file, text), encoding="utf-8")
    return folder


def first_round(file, text):
    if file not in {"visits.csv", "trees.csv"}:
        return text
    header, *rows = text.splitlines()
    return "\n".join([header, *(row for row in rows if row.split(",")[1] == "1")]) + "\n"


def with_faults(file, text):
    if file != "trees.csv":
        return text
    lines = text.splitlines()
    lines[3] = lines[3].replace(",20,", ",zwanzig,")
    lines[5] = lines[5].replace("A3", "Z9")
    lines[7] += ",too,many"
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def good(installation, surveys, tmp_path_factory):
    """The main job on the good survey, once: what was printed, the folder of papers, the JSON beside them."""
    return run_good(installation, surveys, tmp_path_factory.mktemp("good"))
