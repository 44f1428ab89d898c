"""`tanhui demo --no-serve` in a home of its own: the numbers, twice, and from the beginning again."""

import json
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest
from program import tanhui

from tanhui.kit import postgres

KEYS = {"plots", "removal_tco2e", "uncertainty_percent", "issued_t", "transferred_t", "retired_t", "verified"}


@pytest.fixture(scope="module")
def home():
    folder = Path(tempfile.mkdtemp(prefix="th-", dir="/tmp"))
    folder.chmod(0o755)
    tanhui(folder, "database", "start")
    yield folder
    tanhui(folder, "database", "stop")
    shutil.rmtree(folder)


def demo(home, *words):
    done = tanhui(home, "demo", "--no-serve", *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def rows(home):
    """Count the rows of every table."""
    with psycopg.connect(postgres.ensure(home)) as connection:
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def test_the_demonstration_starts_over_and_again_finds_everything_done(home):
    (home / "keys").mkdir(exist_ok=True)
    (home / "keys/ledger.seed").write_text("ab" * 32)
    with psycopg.connect(postgres.ensure(home)) as connection:
        connection.execute("CREATE TABLE left_over (word text)")

    first = demo(home, "--reset")
    assert first.keys() >= KEYS
    assert first["plots"] == 300
    assert first["verified"] is True
    assert 0 < first["retired_t"] < first["transferred_t"] < first["issued_t"] < first["removal_tco2e"]
    counted, seed = rows(home), (home / "keys/ledger.seed").read_text()
    assert "left_over" not in counted
    assert seed != "ab" * 32

    assert demo(home) == first
    assert rows(home) == counted
    assert (home / "keys/ledger.seed").read_text() == seed


def test_the_project_stands_on_parcels_that_were_triaged(home):
    with psycopg.connect(postgres.ensure(home)) as connection:
        counts = dict(connection.execute("SELECT outcome, count(*) FROM land_triage GROUP BY outcome").fetchall())
        notes = {row[0] for row in connection.execute("SELECT DISTINCT note FROM land_toldfact")}
        taken = (
            "SELECT scheme, state, count(*), round(sum(area_m2) / 1e4) FROM land_commitment GROUP BY 1, 2 ORDER BY 1"
        )
        held = connection.execute(taken).fetchall()
        facts = connection.execute("SELECT facts FROM people_trailentry WHERE act = 'accept'").fetchone()[0]
    assert counts == {"ticket": 231, "ccer_reserve": 24, "monitoring_only": 97}
    assert len(notes) == 1
    assert "made up" in notes.pop()
    assert [row[:3] for row in held] == [("ccer", "reserved", 24), ("ticket", "issued", 231)]
    assert 101_000 <= held[1][3] <= 112_000
    assert facts["parcels"] == 231


def test_reset_leaves_a_database_of_your_own_alone(home):
    url = postgres.ensure(home)
    before = rows(home)
    done = tanhui(home, "demo", "--no-serve", "--reset", DATABASE_URL=url)
    assert "DATABASE_URL" in done.stdout
    assert rows(home) == before


def test_production_refuses_the_demonstration(home):
    words = {"TANHUI_MODE": "production", "TANHUI_SECRET": "k7" * 25, "TANHUI_HOSTS": "sink.example.gov.cn"}
    done = tanhui(home, "demo", "--no-serve", **words)
    assert done.returncode == 1
    assert "[demonstration_only]" in done.stderr


def test_a_database_out_of_reach_is_said_in_one_line(home):
    done = tanhui(home, "serve", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("tanhui: ")
    assert "[database_unreachable]" in done.stderr


def test_database_commands_start_nothing_that_was_not_asked_for(tmp_path):
    assert tanhui(tmp_path, "database", "status").stdout == "not running\n"
    assert tanhui(tmp_path, "database", "stop").stdout == "was not running\n"
    assert not (tmp_path / "postgres").exists()
    assert list(tmp_path.iterdir()) == []
