"""Recompute files: the same digits anywhere, the same bytes always, and a change anywhere found and named."""

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples import SMALL_SURVEY
from tanhui.core.canonical import canonical_json
from tanhui.core.carbon import method_files
from tanhui.core.recompute import DamagedFile, Parts, differences, is_recompute_file, pack, unpack, verify_recompute
from tanhui.core.recompute.compute import NotComputable, compute
from tanhui.core.recompute.verify import FAULT_CODES
from tanhui.monitoring.recompute_wording import RECOMPUTE_FAULTS, recompute_sentence

SURVEY = {name: text.encode() for name, text in SMALL_SURVEY.items()}
METHOD = method_files("published-tree-biomass", "1.0.0")
PLAN = {"seed": 7, "draws": 200}


def quiet(_stage, _done, _of):
    pass


DOCUMENT = compute(SURVEY, METHOD, PLAN, quiet)
PARTS = Parts(SURVEY, METHOD, canonical_json(PLAN), canonical_json(DOCUMENT))
FILE = pack(PARTS)


def codes(content):
    return {fault.code for fault in verify_recompute(content).faults}


def test_a_file_verifies_and_is_the_same_bytes_each_time():
    found = verify_recompute(FILE)
    assert found.ok
    assert found.document["assessment_hash"] == DOCUMENT["assessment_hash"]
    assert pack(PARTS) == FILE
    assert is_recompute_file(FILE)
    assert unpack(FILE)[0] == PARTS


def test_anybody_can_open_it():
    with zipfile.ZipFile(BytesIO(FILE)) as archive:
        assert archive.testzip() is None
        assert {"README.txt", "plan.json", "document.json", "manifest.json", "survey/trees.csv"} <= set(
            archive.namelist()
        )
        assert "tanhui verify" in archive.read("README.txt").decode()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_noticed(place, by):
    changed = bytearray(FILE)
    changed[place] ^= by
    found = verify_recompute(bytes(changed), how=lambda *_: DOCUMENT)
    assert not found.ok
    assert all(recompute_sentence(fault) for fault in found.faults)


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        (b",480\n", b",490\n", "line_changed", "survey/trees.csv:3"),
        (b'{"draws":200,"seed":7}', b'{"draws":200,"seed":8}', "file_changed", "plan.json"),
        (b'"format": "tanhui-recompute 1"', b'"format": "tanhui-recompute 2"', "manifest_changed", ""),
    ],
)
def test_what_was_changed_is_named(old, new, code, where):
    assert FILE.count(old) == 1
    found = verify_recompute(FILE.replace(old, new))
    assert (found.faults[0].code, found.faults[0].where) == (code, where)


def test_a_number_that_was_changed_with_everything_around_it_is_named_first():
    claimed = json.loads(PARTS.document)
    claimed["evaluation"]["removal_tco2e"] = 99999.0
    forged = pack(Parts(SURVEY, METHOD, PARTS.plan, canonical_json(claimed)))
    found = verify_recompute(forged)
    assert found.differing == 1
    assert [fault.code for fault in found.faults] == ["number_differs"]
    assert found.faults[0].where == "evaluation.removal_tco2e"
    assert found.faults[0].claimed == "99999.0"


def test_a_survey_that_was_swapped_gives_other_numbers():
    trees = SURVEY["trees.csv"].replace(b",480\n", b",490\n")
    forged = pack(Parts({**SURVEY, "trees.csv": trees}, METHOD, PARTS.plan, PARTS.document))
    found = verify_recompute(forged)
    assert codes(forged) == {"number_differs"}
    assert any(fault.where == "evaluation.removal_tco2e" for fault in found.faults) or found.differing > 20


def test_the_order_of_rows_does_not_matter():
    def reversed_rows(content):
        head, *lines = content.decode().splitlines()
        return ("\n".join([head, *reversed(lines)]) + "\n").encode()

    turned = compute({name: reversed_rows(content) for name, content in SURVEY.items()}, METHOD, PLAN, quiet)
    hashes = {"survey_hash", "assessment_hash", "estimate_hash"}
    found = list(differences(dict(DOCUMENT), dict(turned)))
    assert {at.path.rpartition(".")[2] for at in found} <= hashes


@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C", "PYTHONHASHSEED": "1"}, {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}]
)
def test_another_process_and_locale_give_the_same_digits(tmp_path, environment):
    path = tmp_path / "result.tanhui.zip"
    path.write_bytes(FILE)
    done = subprocess.run(
        [sys.executable, "-m", "tanhui.cli", "verify", path, "--language", "en", "--json", tmp_path / "said.json"],
        env={**os.environ, **environment, "TANHUI_HOME": str(tmp_path / "none"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "said.json").read_text())["result_hash"] == DOCUMENT["assessment_hash"]
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (Parts({**SURVEY, "strata.csv": b"stratum\n"}, METHOD, PARTS.plan, PARTS.document), "not_computable"),
        (Parts(SURVEY, {}, PARTS.plan, PARTS.document), "not_computable"),
        (Parts(SURVEY, METHOD, b'{"draws":1}', PARTS.document), "not_computable"),
        (Parts(SURVEY, METHOD, PARTS.plan, b"[]"), "document_unreadable"),
        (Parts(SURVEY, METHOD, b"not json", PARTS.document), "document_unreadable"),
    ],
)
def test_what_cannot_be_computed_is_said(parts, code):
    assert codes(pack(parts)) == {code}


def test_what_is_no_recompute_file_is_said():
    assert codes(b"PK but not a container") == {"container_damaged"}
    room = BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        archive.writestr("plan.json", "{}")
    with pytest.raises(DamagedFile, match=r"member_missing document\.json"):
        unpack(room.getvalue())


def test_computing_names_the_part_that_cannot_be_read():
    with pytest.raises(NotComputable) as refused:
        compute(SURVEY, METHOD, {"seed": "x"}, quiet)
    assert refused.value.part == "plan"


def test_every_fault_has_a_sentence():
    assert set(RECOMPUTE_FAULTS) == set(FAULT_CODES)
