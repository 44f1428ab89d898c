"""The report of a run on paper and the workbook: what they say, in both languages, the same bytes each time."""

import io

import openpyxl
import pypdf
import pytest
from django.utils import translation

from run_samples import asked, done, programme_with_survey, signed_by
from standing import load_people
from tanhui.kit.sheets import Column, Sheet, csv_bytes, workbook_bytes
from tanhui.monitoring.pages.run_files import about_sheet, run_sheets
from tanhui.monitoring.papers.report import report_paper, signed_paper
from tanhui.monitoring.papers.wording import load_run_wording

WORDS = {"deviations": "A3 汛期去不了。", "quality": "复测 1 块，相差 0.4%。"}


def text_of(content):
    """All text of a PDF, lines joined."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


@pytest.fixture
def run(db):
    people = load_people()[1]
    found = done(asked(programme_with_survey(people), people, **WORDS))
    found.people = people
    return found


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "zh",
            ("碳汇计量监测报告", "设计", "方法与计划", "分层结果", "各轮碳储量", "分区汇总", "误差从哪里来",
             "与设计不同的地方", "A3 汛期去不了。", "质量控制", "复测 1 块，相差 0.4%。", "签字", "种子", "马鞍山"),
        ),
        (
            "en",
            ("Design", "Method and plan", "Stocks by round", "By division", "Where the uncertainty comes from",
             "Deviations from the design", "Quality control", "Signatures", "Seed"),
        ),
    ],
)  # fmt: skip
def test_the_report_has_all_its_parts(run, language, sentences):
    said = text_of(report_paper(run, language))
    for sentence in sentences:
        assert sentence in said, sentence
    assert run.hash_hex[:16] in said
    assert run.number in said


def test_the_report_is_the_same_bytes_each_time_and_another_once_signed(run):
    first = report_paper(run, "zh")
    assert report_paper(run, "zh") == first
    signed_by(run, run.people["chenli"], "抽查三块，数据与方法相符。")
    signed = signed_paper(run, "zh")
    assert signed != first
    text = text_of(signed)
    assert "陈立" in text
    assert "抽查三块，数据与方法相符。" in text


def test_both_languages_have_the_same_words():
    zh, en = load_run_wording("zh"), load_run_wording("en")
    assert set(zh.words) == set(en.words)
    assert set(zh.codes) == set(en.codes)


def test_the_workbook_opens_with_chinese_heads_units_and_numbers(run):
    with translation.override("zh-hans"):
        content = workbook_bytes(run_sheets(run, places=True), about_sheet(run))
        assert workbook_bytes(run_sheets(run, places=True), about_sheet(run)) == content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert {"说明", "样地", "分层", "按发展片区", "按旗县区", "按权属单位", "碳库", "各轮碳储量", "提示"} <= set(
        book.sheetnames
    )
    about = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=4)}
    assert (about["结果摘要"], about["种子"]) == (run.hash_hex, "7")
    heads = [cell.value for cell in book["分层"][3]]
    assert "碳汇量，t CO₂e" in heads
    totals = {row[0].value: row[heads.index("碳汇量，t CO₂e")].value for row in book["分层"].iter_rows(min_row=4)}
    assert totals["合计"] == pytest.approx(totals["A"] + totals["B"])


def test_english_tables_are_english(run):
    with translation.override("en"):
        sheets = {sheet.code: sheet for sheet in run_sheets(run, places=False)}
    assert "plots" not in sheets
    assert sheets["strata"].columns[0].head == "Stratum"
    assert sheets["zone"].title == "By Zone"


def test_a_text_is_never_a_formula_and_a_csv_opens_in_spreadsheets():
    sheet = Sheet("t", "a/b:c", (Column("name", "名"), Column("value", "值，t", 1)), [["=1+1", 2.25], ["x", None]])
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes([sheet, sheet], sheet)))
    cell = book.worksheets[1]["A4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert len(set(book.sheetnames)) == 3
    assert csv_bytes(sheet).decode("utf-8-sig") == "名,值，t\r\n=1+1,2.25\r\nx,\r\n"
