"""A command that needs little loads little: help and a list of methods are there at once, on any machine."""

import os
import subprocess
import sys

import pytest
from program import tanhui

from tanhui.core.carbon.method import shipped_methods

HEAVY = ("polars", "scipy", "pyproj", "shapely", "psycopg", "tanhui.site")
"""What takes the longest to load."""
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


@pytest.mark.parametrize("words", [["--help"], ["method", "list"]])
def test_what_needs_no_sums_and_no_tables_loads_neither(tmp_path, words):
    code = f"import sys, tanhui.cli as c\ntry: c.main({words})\nfinally: print({{*{HEAVY}}} & {{*sys.modules}})"
    environment = {**os.environ, "TANHUI_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("language", "remark"), [("zh", "[不制票]"), ("en", "[no tickets]")])
def test_methods_are_listed_without_a_database(tmp_path, language, remark):
    listed = tanhui(tmp_path, "method", "list", "--language", language, DATABASE_URL=NOWHERE)
    assert (listed.returncode, listed.stderr) == (0, "")
    names = [line.split("  ")[0] for line in listed.stdout.splitlines()]
    assert names == [f"{name}@{version}" for name, version in shipped_methods()]
    assert remark in listed.stdout
