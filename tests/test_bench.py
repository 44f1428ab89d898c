"""The measurements: their shape, their table, and the main one on a small survey."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bench import proof as bench_proof
from tests.bench import verify as bench_verify
from tests.bench.__main__ import ENTRIES
from tests.bench.measure import Measure, table, write
from tests.bench.spine import spine_of

from kept import kept_people

ROOT = Path(__file__).resolve().parent.parent
KEYS = ["name", "value", "unit", "reference", "ratio", "note"]
ONE = Measure("one", 3.0, "s", 2.0, "three beside two")
OTHER = Measure("a longer name", 0.12345678, "MB", 0.5, "a part beside the whole")


def test_the_main_job_is_measured_beside_the_bare_calculation(django_db_setup, django_db_blocker, small_survey):
    with kept_people(django_db_blocker):
        measured = spine_of(small_survey, "a small survey")
    assert (measured.name, measured.unit) == ("spine.run", "s")
    assert 0 < measured.reference < measured.value < 60
    assert measured.ratio == pytest.approx(measured.value / measured.reference)
    assert "a small survey" in measured.note
    assert "Reference: parse and evaluate alone" in measured.note


def test_an_audit_file_is_written_and_verified_beside_its_bare_reading(monkeypatch):
    for name, small in {"HOLDERS": 60, "A_COMMAND": 20, "SINGLES": 10}.items():
        monkeypatch.setattr(bench_verify, name, small)
    measured = bench_verify.measure_verify(1_500)
    assert (measured.name, measured.unit) == ("ledger.verify", "movements/s")
    assert 0 < measured.value < measured.reference
    assert "1,510 movements" in measured.note


def test_acts_in_a_filled_history_are_proven(django_db_setup, django_db_blocker, monkeypatch):
    monkeypatch.setattr(bench_proof, "A_BLOCK", 500)
    with kept_people(django_db_blocker):
        names = list(bench_proof.fill(12_000))
        assert len(names) == 2 * bench_proof.TRANSFERS
        for name in names[:: bench_proof.TRANSFERS - 1]:
            assert bench_proof.proof_ms(name) > bench_proof.leaf_ms(name) > 0


def test_the_main_job_stands_first():
    assert next(iter(ENTRIES)) == "spine.run"


def test_what_is_written_is_a_list_with_these_keys(tmp_path):
    write([ONE, OTHER], tmp_path / "build/bench.json")
    told = json.loads((tmp_path / "build/bench.json").read_text(encoding="utf-8"))
    assert [list(row) for row in told] == [KEYS, KEYS]
    assert list(told[0].values()) == ["one", 3.0, "s", 2.0, 1.5, "three beside two"]
    assert (told[1]["value"], told[1]["ratio"]) == (0.1235, 0.25)
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["bench.json"]


def test_the_table_has_a_line_each_and_the_notes_below():
    lines = table([ONE, OTHER]).splitlines()
    assert lines[0].split() == ["name", "value", "unit", "reference", "ratio"]
    assert lines[1].split() == ["one", "3.000", "s", "2.000", "1.5"]
    assert lines[0].index("value") == lines[1].index("3.000") == lines[2].index("0.123")
    assert lines[-1] == "a longer name: a part beside the whole"


def test_an_unknown_name_ends_with_2_and_the_names_there_are():
    words = [sys.executable, "-m", "tests.bench", "nosuch"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "nosuch" in done.stderr
    assert "spine.run" in done.stderr
