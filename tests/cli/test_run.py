"""`tanhui run`: the exit codes, what is printed, the JSON and the papers."""

import json
import re

import pytest
from program import METHOD

ROW = {"quantity", "pool", "domain", "round", "mean", "se", "df", "half_width", "uncertainty_percent", "total", "unit"}
CHINESE = re.compile(r"[\u3400-\u9fff，。：；（）]")


def test_a_survey_that_can_be_issued_ends_with_0(good):
    assert (good.program.returncode, good.program.stderr) == (0, "")
    assert "全部成立" in good.program.stdout


def test_each_row_of_the_estimates_has_its_number_and_its_interval(good):
    assert all(row.keys() >= ROW for row in good.document["estimates"])
    change = [
        row
        for row in good.document["estimates"]
        if (row["quantity"], row["domain"]) == ("removal_tco2e", "all") and row["pool"] == "all"
    ]
    assert len(change) == 1
    assert change[0]["round"] == "change"
    assert change[0]["total"] == pytest.approx(7582.6667, abs=1e-3)
    assert change[0]["uncertainty_percent"] == pytest.approx(6.5603, abs=1e-3)


def test_the_document_names_deduction_buffer_and_origin(good):
    assert good.document["deduction"]["deducted_tco2e"] == 0
    assert good.document["buffer_t"] == pytest.approx(758.2)
    assert good.document["issuable_t"] == 7582
    assert (good.document["method"]["id"], good.document["method"]["version"]) == ("published-tree-biomass", "1.0.0")
    assert re.fullmatch(r"[0-9a-f]{64}", good.document["method"]["hash"])
    assert re.fullmatch(r"[0-9a-f]{64}", good.document["survey_hash"])


def test_the_chain_stands_beside_it(good):
    chain = good.document["chain"]
    assert (chain["issued_t"], chain["transferred_t"], chain["retired_t"]) == (7582.0, 2047.0, 42.68)
    assert chain["verified"] is True


def test_the_papers_are_where_they_were_asked_for(good):
    papers, number = good.papers, good.document["chain"]["certificate"]
    names = {"report.pdf", "report.json", f"{number}.pdf", f"{number}.proof.json", "audit.sqlite"}
    assert {path.name for path in papers.iterdir()} == names
    assert all(str(papers / name) in good.program.stdout for name in names)
    assert (papers / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert (
        json.loads((papers / "report.json").read_text(encoding="utf-8"))["estimate_hash"]
        == good.document["estimate_hash"]
    )


def test_the_same_survey_again_books_nothing(good, cli, surveys, tmp_path):
    again = cli("run", surveys / "good", "--json", tmp_path / "again.json", *METHOD)
    assert again.returncode == 0
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == good.document


def test_in_english_only_names_are_chinese(good, cli, surveys):
    words = ("run", surveys / "good", *METHOD)
    asked, by_environment = cli(*words, "--language", "en"), cli(*words, LANG_UI="en_GB.UTF-8")
    assert asked.returncode == 0
    assert "All holds" in asked.stdout
    assert not CHINESE.search(asked.stdout)
    assert by_environment.stdout == asked.stdout


def test_a_single_round_ends_with_3_and_says_why(cli, surveys, tmp_path):
    done = cli("run", surveys / "single", "--json", tmp_path / "run.json", "--out", tmp_path)
    assert done.returncode == 3
    assert "[one_round_only]" in done.stdout
    document = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert document["outcome"] == "nothing_to_issue"
    assert (document["chain"]["issued_t"], document["chain"]["lot"], document["chain"]["verified"]) == (0, None, False)
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["report.pdf"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_faulty_survey_ends_with_1_and_names_every_fault(cli, surveys, tmp_path, language):
    done = cli(
        "run", surveys / "faulty", "--json", tmp_path / "x.json", "--out", tmp_path / "o", "--language", language
    )
    assert done.returncode == 1
    lines = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert [line.rsplit("[", 1)[1] for line in lines] == ["number_invalid]", "plot_unknown]", "row_ragged]"]
    assert all("trees.csv" in line for line in lines)
    table = {"zh": "样地表", "en": "table of plots"}[language]
    for line, parts in zip(lines, (("4", "dbh_cm", "zwanzig"), ("6", "Z9", table), ("8", "11", "9")), strict=True):
        assert all(part in line for part in parts), line
    assert not (tmp_path / "x.json").exists()
    assert not (tmp_path / "o").exists()
    assert not (language == "en" and CHINESE.search(done.stdout))


def test_a_faulty_survey_writes_nothing(good, cli, surveys, tmp_path):
    cli("export", tmp_path / "before.sqlite")
    assert cli("run", surveys / "faulty").returncode == 1
    cli("export", tmp_path / "after.sqlite")
    assert (tmp_path / "after.sqlite").read_bytes() == (tmp_path / "before.sqlite").read_bytes()


def test_an_empty_folder_is_a_faulty_survey(cli, tmp_path):
    done = cli("run", tmp_path)
    assert done.returncode == 1
    assert "plots.csv" in done.stdout


@pytest.mark.parametrize(("language", "sentence"), [("zh", "没有这个文件夹"), ("en", "There is no such folder")])
def test_a_missing_folder_ends_with_2(cli, tmp_path, language, sentence):
    done = cli("run", tmp_path / "nowhere", "--language", language)
    assert done.returncode == 2
    assert sentence in done.stdout
    assert str(tmp_path / "nowhere") in done.stdout


@pytest.mark.parametrize("method", ["published-tree-biomass@9.9.9", "../../x"])
def test_an_unknown_method_ends_with_1(cli, surveys, method):
    done = cli("run", surveys / "good", "--method", method)
    assert done.returncode == 1
    assert "[unknown_method]" in done.stdout
    assert done.stderr == ""


def test_without_words_it_says_how_it_is_used(cli):
    done = cli()
    assert done.returncode == 2
    assert "usage: tanhui" in done.stderr
