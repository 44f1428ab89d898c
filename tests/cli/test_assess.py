"""`tanhui assess` as a program: a folder in, a folder out, no database; and every refusal by name."""

import json

from program import METHOD

from tanhui.core.canonical import canonical_json

FAST = ("--draws", "200", "--seed", "7")


def test_a_folder_becomes_a_result_with_tables_reports_and_proof(cli, surveys, tmp_path):
    out = tmp_path / "out"
    done = cli("assess", surveys / "good", "--out", out, *METHOD, *FAST, "--language", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert document["assessment_hash"] in done.stdout
    assert "seed 7" in done.stdout
    kept = {path.name for path in out.iterdir()}
    assert kept >= {"result.json", "tables", "tables.xlsx", "report.zh.pdf", "report.en.pdf", "result.tanhui.zip"}
    assert (out / "report.zh.pdf").read_bytes().startswith(b"%PDF")
    checked = cli("verify", out / "result.tanhui.zip")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_same_seed_gives_the_same_result_without_a_database(cli, surveys, tmp_path):
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    texts = []
    for name in ("one", "two"):
        out = tmp_path / name
        assert cli("assess", surveys / "good", "--out", out, *METHOD, *FAST, **nowhere).returncode == 0
        texts.append(canonical_json(json.loads((out / "result.json").read_text(encoding="utf-8"))))
    assert texts[0] == texts[1]


def test_what_cannot_be_assessed_is_refused_by_name_and_writes_nothing(cli, surveys, tmp_path):
    out = tmp_path / "out"
    refusals = {
        ("faulty", *METHOD): (1, "number_invalid"),
        ("good", "--method", "nothing@1.0.0"): (1, "nothing@1.0.0"),
        ("good", *METHOD, "--draws", "-1"): (1, "draws"),
        ("missing", *METHOD): (2, "missing"),
    }
    for (survey, *words), (code, said) in refusals.items():
        done = cli("assess", surveys / survey, "--out", out, *words)
        assert (done.returncode, said in done.stdout + done.stderr) == (code, True), (survey, done.stdout, done.stderr)
    assert not out.exists()


def test_the_rounds_to_compare_can_be_named_and_the_recompute_file_follows(cli, surveys, tmp_path):
    out = tmp_path / "out"
    done = cli("assess", surveys / "good", "--out", out, *METHOD, *FAST, "--rounds", "1,2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((out / "result.json").read_text(encoding="utf-8"))["plan"]["rounds"] == [1, 2]
    assert cli("verify", out / "result.tanhui.zip").returncode == 0
    for wrong in ("1,9", "2,1", "one"):
        refused = cli("assess", surveys / "good", "--out", tmp_path / "no", *METHOD, "--rounds", wrong)
        assert (refused.returncode, "rounds" in refused.stdout) == (1, True), refused.stdout + refused.stderr
