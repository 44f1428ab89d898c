"""A result in which strata were not measured says so wherever it is taken away: workbook, report, JSON, check."""

import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.utils import translation

from field_data import booked_by_two
from run_samples import PLAN, asked, done, later_visit_of_a
from standing import load_people
from tanhui.cli import main
from tanhui.core.canonical import hash_without
from tanhui.core.recompute import pack, unpack, verify_recompute
from tanhui.kit.sheets import csv_bytes, workbook_bytes
from tanhui.monitoring.models import Run
from tanhui.monitoring.pages.recompute import recompute_answer
from tanhui.monitoring.pages.run_files import about_sheet, recompute_bytes, run_sheets
from tanhui.monitoring.papers.report import report_paper
from tanhui.monitoring.queries import result
from tanhui.monitoring.services import open_programme
from walk import signature

NAMED = {"name_zh": "三轮", "name_en": "Three rounds"}
SAID = {"zh-hans": ("部分合计，只含A", "缺B"), "en": ("partial sum, only of A", "without B")}


@pytest.fixture
def people(db):
    return load_people()[1]


@pytest.fixture
def programme(people):
    made = open_programme(region_code="BT", key="three", **NAMED, **signature(people["naren"], "建"))
    booked_by_two(made, later_visit_of_a(), people)
    return made


@pytest.fixture
def partly(programme, people) -> Run:
    return done(asked(programme, people))


@pytest.fixture
def whole(programme, people) -> Run:
    return done(asked(programme, people, key="whole", plan={**PLAN, "rounds": [1, 2]}))


def text_of(content: bytes) -> str:
    """All text of a PDF, without spaces: lines break anywhere."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def cells(run: Run, language: str) -> dict[str, str]:
    """All words of each sheet, by the code of its table."""
    with translation.override(language):
        tables, about = run_sheets(run, places=True), about_sheet(run)
        book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(tables, about)))
    pages = zip((about.code, *(table.code for table in tables)), book, strict=True)
    return {code: "|".join(str(c) for row in page.values for c in row if c is not None) for code, page in pages}


def test_the_document_holds_the_partial_sum_under_its_own_name(partly):
    document = result(partly)
    assert document["evaluation"]["removal_tco2e"] is None
    told = document["partial"]
    # A alone: growth of 20, 30 and 5 kg a tree, 100 trees a hectare, on 100 ha.
    assert told["removal_tco2e"] == pytest.approx((20 + 30 + 5) / 3 / 10 * 100 * 0.47 * 44 / 12)
    assert (told["whole"], told["strata"], told["missing_strata"], told["missing_area_ha"]) == (
        False,
        ["A"],
        ["B"],
        300,
    )


def test_a_whole_has_no_partial_sum_anywhere(whole):
    assert "partial" not in result(whole)
    assert not any("部分合计" in words or "没有算进的层" in words for words in cells(whole, "zh-hans").values())
    assert "部分合计" not in text_of(report_paper(whole, "zh"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_workbook_says_it_first_under_the_strata_and_on_every_division(partly, language):
    english, found = language == "en", cells(partly, language)
    assert all(part in found["about"] for part in SAID[language])
    assert ("Total: not computed" if english else "合计：算不出") in found["strata"]
    assert ("Partial sum, of the measured strata only" if english else "部分合计，只含测到的层") in found["strata"]
    note = "cannot stand for the total" if english else "不能当合计用"
    assert all(note in found[code] for code in ("strata", "zone", "county", "owner", "species"))


def test_a_table_names_for_each_division_what_is_not_in_its_figures(partly):
    with translation.override("zh-hans"):
        tables = {sheet.code: csv_bytes(sheet).decode() for sheet in run_sheets(partly, places=False)}
    zones = [line.split(",") for line in tables["zone"].splitlines()]
    place = zones[0].index("没有算进的层")
    missing = {line[1]: line[place] for line in zones[1:]}
    assert missing["F02"] == ""  # Its plots are all of A.
    assert missing.get("F03") == "B"  # A3 and B1 lie there.
    assert all(line.endswith("B") for line in tables["species"].splitlines()[1:])


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("zh", ("部分合计，只含A", "这里的数都不含：B", "不能当合计用")),
        ("en", ("partial sum, only of A", "no figure here holds them: B", "cannot stand for the total")),
    ],
)
def test_the_report_says_it_on_its_cover_and_at_the_divisions(partly, language, sentences):
    said = text_of(report_paper(partly, language))
    for sentence in sentences:
        assert "".join(sentence.split()) in said, sentence
    assert said.count("".join(sentences[2].split())) == 3  # cover, results, divisions


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_check_of_a_recompute_file_says_it(partly, language, tmp_path: Path, capsys):
    path = tmp_path / "partly.tanhui.zip"
    path.write_bytes(recompute_bytes(partly))
    told = tmp_path / "told.json"
    with pytest.raises(SystemExit) as ended:
        main(["verify", str(path), "--language", language, "--json", str(told)])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(part in said for part in SAID["zh-hans" if language == "zh" else "en"])
    assert json.loads(told.read_text())["partial"]["missing_strata"] == ["B"]


def test_the_page_that_verifies_says_it(partly):
    with translation.override("zh-hans"):
        report = recompute_answer(recompute_bytes(partly), {"name": "x", "size": 1})["report"]
    assert "部分合计，只含A" in report["title"]


def test_a_result_of_before_documents_held_it_still_verifies(partly):
    parts, _manifest = unpack(recompute_bytes(partly))
    older = {key: value for key, value in result(partly).items() if key not in ("partial", "assessment_hash")}
    older["assessment_hash"] = hash_without(older, "assessment_hash")
    content = json.dumps(older, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert verify_recompute(pack(replace(parts, document=content))).ok
    forged = {**result(partly), "partial": {**result(partly)["partial"], "removal_tco2e": 1.0}}
    content = json.dumps(forged, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    found = verify_recompute(pack(replace(parts, document=content)))
    assert [fault.where for fault in found.faults] == ["partial.removal_tco2e"]


def test_the_note_of_the_finished_run_calls_it_partial(partly):
    assert "部分合计" in partly.job.result["said_zh"]
    assert "partial sum" in partly.job.result["said_en"]
