"""Tools of others, built from their Go modules: a client that reads our log, and a public witness that co-signs it.

Built once for one state of `tests/foreign`, into build/, and used from there.
"""

import hashlib
import importlib.util
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tests/foreign"
NO_WAY_OUT = ("dial tcp", "i/o timeout", "proxyconnect", "module lookup disabled by GOPROXY=off")
PACKAGES = {"foreign": ".", "litewitness": "filippo.io/torchwood/cmd/litewitness"}


def go() -> Path | None:
    """The Go that the set-up finds or installs."""
    told = importlib.util.spec_from_file_location("tanhui_setup", ROOT / "tools/setup.py")
    setup = importlib.util.module_from_spec(told)
    told.loader.exec_module(setup)
    return setup.go()


@cache
def built(name: str) -> Path:
    """Return the program, built now if it was not built before. Says what is missing when it cannot be built."""
    print_of = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(SOURCE.iterdir()))).hexdigest()[:16]
    program = ROOT / "build/foreign" / print_of / name
    if program.exists():
        return program
    compiler = go()
    if compiler is None:
        pytest.skip(
            "No Go 1.24 or newer here. `python3 tools/setup.py --tests` installs one; or name one: GO=/path/to/go"
        )
    part = program.with_name(f"{name}.{os.getpid()}")
    surroundings = {**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    words = [compiler, "build", "-trimpath", "-buildvcs=false", "-o", part, PACKAGES[name]]
    done = subprocess.run(words, cwd=SOURCE, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode and any(words in done.stderr for words in NO_WAY_OUT):
        pytest.skip(f"{name} is built from a Go module, and no proxy for modules answers: set GOPROXY to one that does")
    if done.returncode:
        pytest.fail(f"{name} could not be built from its Go module :\n{done.stderr[-2000:]}")
    part.rename(program)
    return program
