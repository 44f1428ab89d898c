"""Start the command line as its users do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

METHOD = ("--method", "published-tree-biomass@1.0.0")


class Done(NamedTuple):
    """A finished job: the program, what it wrote as JSON, where its papers are."""

    program: subprocess.CompletedProcess
    document: dict
    papers: Path


def tanhui(home, *words, **environment):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TANHUI_", "DATABASE_URL", "LANG_UI"))
    }
    return subprocess.run(
        [sys.executable, "-m", "tanhui.cli", *map(str, words)],
        env={**kept, "TANHUI_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def run_good(home, surveys, folder):
    words = ("--json", folder / "new/run.json", "--out", folder / "papers", *METHOD)
    program = tanhui(home, "run", surveys / "good", *words)
    assert program.returncode == 0, program.stdout + program.stderr
    return Done(program, json.loads((folder / "new/run.json").read_text(encoding="utf-8")), folder / "papers")
