"""How years are counted is said beside the annual numbers, and a round has one date: its last day in the field."""

import io

import openpyxl
import pypdf
import pytest
from django.utils import translation

from run_samples import asked, done, programme_with_survey
from standing import load_people
from tanhui.kit.sheets import workbook_bytes
from tanhui.kit.text import estimate_text
from tanhui.monitoring.pages.run_files import about_sheet, run_sheets
from tanhui.monitoring.pages.run_views import result_context
from tanhui.monitoring.papers.report import report_paper
from tanhui.monitoring.queries.runs import result
from tanhui.monitoring.readout.span import field_days, years_rule

RULES = {"zh": "除以 365.25", "en": "divided by 365.25"}


@pytest.fixture
def run(db):
    people = load_people()[1]
    return done(asked(programme_with_survey(people), people))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_report_and_workbook_say_the_same_days_years_and_rule(run, language):
    with translation.override({"zh": "zh-hans", "en": "en"}[language]):
        shown = result_context(run)
        report = pypdf.PdfReader(io.BytesIO(report_paper(run, language))).pages
        book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(run_sheets(run, places=True), about_sheet(run))))
    period, found = shown["period"], shown["estimate"]
    yearly = estimate_text(found["removal_tco2e"] / period["years"], found["half_width_tco2e"] / period["years"])
    paper = "".join(page.extract_text() for page in report).replace("\n", "").replace(" ", "")
    cells = " ".join(str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)
    for fact in (period["from"], period["to"], f"{period['years']:.2f}", RULES[language]):
        assert fact in shown["years_said"]
        assert fact.replace(" ", "") in paper
        assert fact in cells
    for where in (shown["yearly_said"].replace(" ", ""), paper, cells.replace(" ", "")):
        assert yearly.replace(" ", "") in where


def test_the_title_names_the_years_in_which_the_period_begins_and_ends(run):
    shown = result_context(run)
    assert str(shown["years"]["first"]) == shown["period"]["from"][:4]
    assert str(shown["years"]["second"]) == shown["period"]["to"][:4]


def test_rounds_of_which_only_the_year_is_known_say_so(run):
    document = result(run)
    rows = [{**row, "date_from": "2021", "date_to": "2021"} for row in document["evaluation"]["rounds"]]
    bare = {**document, "evaluation": {**document["evaluation"], "rounds": rows}}
    assert "只记了年份" in years_rule(bare)
    assert "只记了年份" not in years_rule(document)
    assert field_days(rows[0]) == "2021"
    assert field_days({"date_from": "2021-05-01", "date_to": "2021-08-14"}) == "2021-05-01 – 2021-08-14"
