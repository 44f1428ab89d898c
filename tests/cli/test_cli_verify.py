"""`tanhui verify` and its neighbours: an outsider with a file, a key and nothing else."""

import json
import sqlite3
import subprocess
import sys

import pytest

from tanhui.core.carbon.method import shipped_methods

LOADED = """
import sys
from tanhui.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    named = ("tanhui.site", "tanhui.certification", "tanhui.land", "tanhui.people", "tanhui.kit.postgres")
    named += ("psycopg", "django.db", "pixeltable")
    print(end.code, sorted(name for name in sys.modules if name.startswith(named)))
"""
EMPTY = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def papers(good):
    return good.papers


@pytest.fixture
def key(papers):
    with sqlite3.connect(f"file:{papers / 'audit.sqlite'}?mode=ro&immutable=1", uri=True) as connection:
        return connection.execute("SELECT vkey FROM key").fetchone()[0]


@pytest.fixture
def proof(papers):
    return next(papers.glob("*.proof.json"))


def alone(*words, home="/nonexistent/home"):
    """Run as on a stranger's machine: an empty environment, a home that cannot be made."""
    given = {**EMPTY, "TANHUI_HOME": home}
    return subprocess.run(
        [sys.executable, "-c", LOADED, *map(str, words)], env=given, capture_output=True, text=True, check=False
    )


def test_an_audit_file_holds_without_database_settings_or_home(papers):
    done = alone("verify", papers / "audit.sqlite")
    assert done.stderr == ""
    assert "全部成立：15 项检查" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 []"


def test_nothing_is_made_where_the_home_would_be(papers, tmp_path):
    assert alone("verify", papers / "audit.sqlite", home=str(tmp_path / "home")).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_with_the_key_from_elsewhere(cli, papers, key):
    done = cli("verify", papers / "audit.sqlite", "--key", key, "--language", "en")
    assert done.returncode == 0
    assert "All holds: 15 checks." in done.stdout


def test_the_key_of_another_registry_is_noticed(cli, papers):
    other = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    done = cli("verify", papers / "audit.sqlite", "--key", other)
    assert done.returncode == 1
    assert "第一处不对" in done.stdout


@pytest.mark.parametrize("wrong", ["", "tanhui.local/baotou+00000000+AAAA"])
def test_a_key_that_is_none_is_said_to_be_none(cli, papers, proof, wrong):
    for file in (papers / "audit.sqlite", proof):
        done = cli("verify", file, "--key", wrong, "--language", "en")
        assert (done.returncode, done.stderr) == (2, "")
        assert "no public key" in done.stdout


def test_one_changed_byte_is_found_and_named(cli, papers, tmp_path):
    content = bytearray((papers / "audit.sqlite").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "changed.sqlite").write_bytes(content)
    done = cli("verify", tmp_path / "changed.sqlite", "--json", tmp_path / "report.json")
    assert done.returncode == 1
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["ok"] is False
    assert report["faults"]


def test_the_report_as_json(cli, papers, tmp_path):
    cli("verify", papers / "audit.sqlite", "--json", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["ok"], report["faults"], len(report["checks"])) == (True, [], 15)


@pytest.mark.parametrize(("content", "code"), [(b"", 1), (b"no database", 2)])
def test_a_file_that_is_no_audit_file(cli, tmp_path, content, code):
    """An empty file may be one that was cut off; text was never one."""
    (tmp_path / "file").write_bytes(content)
    done = cli("verify", tmp_path / "file")
    assert (done.returncode, done.stderr) == (code, "")


def test_a_missing_file_ends_with_2(cli, tmp_path):
    done = cli("verify", tmp_path / "nowhere.sqlite", "--language", "en")
    assert done.returncode == 2
    assert "There is no such file" in done.stdout


def test_a_proof_says_what_was_retired(cli, proof, key, tmp_path):
    done = cli("verify", proof, "--key", key, "--json", tmp_path / "proof.json")
    assert done.returncode == 0
    assert "42.680 t" in done.stdout
    assert "注销" in done.stdout
    told = json.loads((tmp_path / "proof.json").read_text(encoding="utf-8"))
    assert (told["ok"], told["act"], told["outcome"], told["quantity_mg"]) == (True, "retire", "done", 42_680_000_000)
    assert told["serials"] == [[1, 42_680_000_000]]


def test_a_proof_needs_neither_settings_nor_home(proof, key):
    done = alone("verify", proof, "--key", key, "--language", "en")
    assert done.stderr == ""
    assert "Booked: retire, 42.680 t" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize(("language", "place"), [("zh", "验证"), ("en", "Verify")])
def test_a_proof_without_a_key_asks_for_it_and_says_where_it_is(cli, proof, language, place):
    done = cli("verify", proof, "--language", language)
    assert done.returncode == 2
    assert "--key" in done.stdout
    assert place in done.stdout


def test_a_changed_proof_does_not_hold(cli, proof, key, tmp_path):
    told = json.loads(proof.read_text(encoding="utf-8"))
    changed = {
        "leaf": told | {"leaves": [told["leaves"][0] | {"leaf": told["leaves"][1]["leaf"]}, told["leaves"][1]]},
        "index": told | {"leaves": [told["leaves"][0] | {"index": 0}, *told["leaves"][1:]]},
        "checkpoint": told | {"checkpoint": told["checkpoint"].replace("tanhui.local", "tanhui.other")},
    }
    for name, document in changed.items():
        path = tmp_path / f"{name}.proof.json"
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        done = cli("verify", path, "--key", key)
        assert (done.returncode, done.stderr) == (1, ""), name
        assert done.stdout.startswith("不成立"), name


@pytest.mark.parametrize("content", [b"{}", b"{\xff\xfe"])
def test_json_that_is_no_proof(cli, key, tmp_path, content):
    (tmp_path / "x.proof.json").write_bytes(content)
    done = cli("verify", tmp_path / "x.proof.json", "--key", key)
    assert (done.returncode, done.stderr) == (1, "")


def test_without_a_file_the_database_itself_is_verified(cli, papers):
    done = cli("verify", "--language", "en")
    assert done.returncode == 0
    assert "All holds" in done.stdout


def test_a_database_of_the_version_before_is_brought_up_to_date_first(cli, papers):
    assert cli("manage", "migrate", "registry", "0014", "--verbosity", "0").returncode == 0
    done = cli("verify", "--language", "en")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_export_writes_what_verify_accepts(cli, papers, tmp_path):
    done = cli("export", tmp_path / "new/ledger.sqlite")
    assert done.stdout.strip() == str(tmp_path / "new/ledger.sqlite")
    assert cli("verify", tmp_path / "new/ledger.sqlite").returncode == 0


def test_export_to_where_nothing_can_be_written(cli):
    done = cli("export", "/proc/nowhere/ledger.sqlite")
    assert done.returncode == 1
    assert done.stderr.startswith("tanhui: /proc/nowhere")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_method_list(cli, language):
    done = cli("method", "list", "--language", language)
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert names == ["@".join(method) for method in shipped_methods()]
    assert ("林分" in done.stdout) == (language == "zh")


HEADS = [
    b"PK\x03\x04",
    b"%PDF-1.7\n",
    b"\xff\xd8\xff",
    b"<html>",
    b"\xd0\xcf\x11\xe0\0\0",
    b"plot,round\n",
    "样地号\n".encode(),
]


@pytest.mark.parametrize("head", HEADS)
def test_another_kind_of_file_is_told_from_one_that_was_changed(cli, tmp_path, head):
    path = tmp_path / "some.xlsx"
    path.write_bytes(head + b"0" * 100)
    answer = cli("verify", str(path))
    assert answer.returncode == 2
    assert "不是能验的文件" in answer.stdout
    assert "被改过" not in answer.stdout


def test_a_damaged_audit_file_is_still_one_that_was_changed(cli, papers, tmp_path):
    path = tmp_path / "audit.sqlite"
    path.write_bytes(b"XXXX" + (papers / "audit.sqlite").read_bytes()[4:])
    answer = cli("verify", str(path))
    assert answer.returncode == 1
    assert "不是能验的文件" not in answer.stdout
