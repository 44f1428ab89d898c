"""A registry in which the main job was done once; each test gets a copy of it, with a server of its own."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.home_of_faults import Installation, do_main_job
from tanhui.kit import postgres


@pytest.fixture(scope="session")
def shelf() -> Iterator[Path]:
    """A short folder that other users may pass through: sockets have short addresses."""
    folder = Path(tempfile.mkdtemp(prefix="th-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made(shelf: Path) -> Path:
    """The home of a registry where the main job was done, its server stopped."""
    home = shelf / "made"
    home.mkdir()
    do_main_job(Installation(home), shelf / "survey")
    postgres.stop(home)
    return home


@pytest.fixture
def installation(made: Path, shelf: Path) -> Iterator[Installation]:
    """A copy of it."""
    home = Path(tempfile.mkdtemp(dir=shelf))
    home.chmod(0o755)
    subprocess.run(["cp", "-a", f"{made}/.", home], check=True)
    yield Installation(home)
    postgres.stop(home)
