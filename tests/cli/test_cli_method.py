"""`tanhui method`: what it prints, what it writes, and that a dry run leaves nothing behind."""

import csv
import io
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from tanhui.cli import _parser
from tanhui.cli.methods import method
from tanhui.core.carbon.method import method_files
from tanhui.kit.problems import Problem

BAOTOU = "baotou-stock-difference"


@pytest.fixture
def said(capsys):
    """Run an action here, without a program of its own: quick, and the same words."""

    def run(*words):
        try:
            code = method(_parser().parse_args(["method", *map(str, words)]))
        except Problem as problem:
            code = 1
            return SimpleNamespace(returncode=code, stdout="", stderr=problem.message)
        told = capsys.readouterr()
        return SimpleNamespace(returncode=code, stdout=told.out, stderr=told.err)

    return run


@pytest.fixture
def draft(tmp_path):
    """A version that somebody is writing: carbon fraction 0.5 in the place of 0.47."""
    folder = tmp_path / "draft"
    folder.mkdir()
    for name, content in method_files("published-tree-biomass", "1.0.0").items():
        text = content.decode().replace('version = "1.0.0"', 'version = "1.0.1"')
        (folder / name).write_text(text.replace("tree,0.47", "tree,0.50"), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("language", "word"), [("zh", "停用"), ("en", "Disabled")])
def test_show_says_everything_of_a_version(said, language, word):
    done = said("show", f"{BAOTOU}@1.1.0", "--language", language)
    assert done.returncode == 0
    for words in ("0.0441·(D²H)^0.5844", "Caragana korshinskii · above", "DB1502/T 032-2025, abstract", word):
        assert words in done.stdout, words


def test_show_as_json_has_every_table(said):
    shown = json.loads(said("show", BAOTOU, "--json").stdout)
    assert set(shown["tables"]) == set(method_files(BAOTOU, "1.1.0"))
    assert shown["id"] == BAOTOU


def test_diff_names_the_rule_that_changed(said):
    done = said("diff", f"{BAOTOU}@1.1.0", f"{BAOTOU}@2.0.0", "--language", "en")
    assert "soil.decides" in done.stdout
    assert "value: fixed_depth → equal_mass" in done.stdout
    rows = json.loads(said("diff", f"{BAOTOU}@1.1.0", f"{BAOTOU}@2.0.0", "--json").stdout)
    assert {row["kind"] for row in rows} == {"changed"}
    same = said("diff", BAOTOU, f"{BAOTOU}@1.1.0", "--language", "en")
    assert same.stdout == "Nothing differs\n"


def test_a_draft_in_a_folder_runs_over_a_folder(said, draft, surveys, tmp_path):
    words = ("dry-run", draft, "--on", surveys / "good")
    done = said(*words, "--language", "en")
    assert done.returncode == 0, done.stderr
    assert "12 of 12 figures change" in done.stdout
    assert "Nothing was written" in done.stdout
    written = said(*words, "--json", tmp_path / "out.json", "--csv", tmp_path / "out.csv")
    assert written.returncode == 0
    totals = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))[str(surveys / "good")]["totals"]
    shift = totals["removal_tco2e"]
    assert shift["after"] / shift["before"] == pytest.approx(0.50 / 0.47)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert len(rows) == 12
    assert {row["pool"] for row in rows} == {"tree"}


def test_a_dry_run_over_booked_surveys_leaves_the_database_as_it_was(cli, good, draft):
    number = good.document["chain"]["project"]
    before = cli("export", draft / "before.sqlite")
    assert before.returncode == 0
    done = cli("method", "dry-run", draft, "--on", number, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[number]["before"]["version"] == "1.0.0"
    everything = cli("method", "dry-run", draft, "--language", "en")
    assert f"{number}: published-tree-biomass@1.0.0 → published-tree-biomass@1.0.1" in everything.stdout
    cli("export", draft / "after.sqlite")
    assert (draft / "after.sqlite").read_bytes() == (draft / "before.sqlite").read_bytes()


def test_faults_of_a_draft_are_all_said_with_file_and_row(said, draft):
    path = Path(draft) / "parameters.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("0.90", "o.90").replace(",found", ",sure"), encoding="utf-8"
    )
    done = said("show", draft, "--language", "en")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "parameters.csv row 2: value is “o.90”, which is no number." in done.stderr
    assert "parameters.csv row 6: the confidence is “sure”." in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("diff", BAOTOU), 2, "diff takes 2 methods"),
        (("show",), 2, "show takes 1 methods"),
        (("show", "nothing"), 1, "no method called nothing"),
        (("show", f"{BAOTOU}@9.9.9"), 1, f"no method called {BAOTOU} 9.9.9"),
        (("show", BAOTOU, "--json", "/nowhere/at/all.json"), 1, "There is no such folder"),
    ],
)
def test_what_cannot_be_done_says_why(said, words, code, why):
    done = said(*words, "--language", "en")
    assert done.returncode == code
    assert why in done.stderr


def test_a_faulty_survey_is_named_row_by_row(said, surveys):
    done = said("dry-run", BAOTOU, "--on", surveys / "faulty", "--language", "en")
    assert done.returncode == 1
    assert "zwanzig" in done.stderr


def test_a_copied_folder_is_the_method_that_it_was_copied_from(said, draft):
    shutil.rmtree(draft)
    draft.mkdir()
    for name, content in method_files(BAOTOU, "1.1.0").items():
        (draft / name).write_bytes(content)
    assert said("diff", draft, f"{BAOTOU}@1.1.0", "--language", "en").stdout == "Nothing differs\n"
