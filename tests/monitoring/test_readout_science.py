"""What a result says of its intervals, its assumed errors and its trees: by hand, in both languages, in all doors."""

import io
import re
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.utils import translation

import tanhui
from field_data import booked_by_two
from run_samples import asked, done, programme_with_survey, survey_with_places
from standing import load_people
from tanhui.core.carbon import ASSESSMENT_CODES
from tanhui.core.carbon.assessment.estimators import REASONS as ESTIMATOR_CODES
from tanhui.core.carbon.demography import COMPONENTS
from tanhui.core.carbon.uncertainty.model import KINDS
from tanhui.core.carbon.uncertainty.rates import RATES_OF, shipped_rates
from tanhui.kit.sheets import workbook_bytes
from tanhui.monitoring.pages.run_files import about_sheet, run_sheets
from tanhui.monitoring.papers.report import report_paper
from tanhui.monitoring.papers.wording import at_level, load_run_wording, load_wording
from tanhui.monitoring.queries import result
from tanhui.monitoring.readout import rates, rows
from tanhui.monitoring.readout.contributions import contributions, kind_rows, sources_words
from tanhui.monitoring.readout.demography import COMPONENT_WORDS, demography
from tanhui.monitoring.readout.effects import effects_sentence
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.rates import RATES, SHIPPED_SOURCES
from tanhui.monitoring.readout.run_doubtful import doubtful_trees
from tanhui.monitoring.readout.spread import interval_rows, use_sentence
from tanhui.monitoring.readout.wording import ERROR_KINDS, ERROR_SOURCES
from tanhui.monitoring.result_wording import ESTIMATOR_REASONS, NEXT_ROUND, NOTES
from tanhui.monitoring.services import open_programme
from walk import signature

SIZES = Path(tanhui.__file__).parent / "core/sampling"
NOBODY = Names({})
TREES = (
    "plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg\n"
    "A1,1,1,Populus simonii,20,12,live,100,400\nA1,2,1,Populus simonii,21,12,live,100,480\n"
    "A1,1,2,Populus simonii,20,12,live,100,300\nA1,2,2,Populus simonii,20,12,dead,100,\n"
    "A1,1,3,Populus simonii,20,12,dead,100,\nA1,2,3,Populus simonii,20,12,live,100,100\n"
    "A2,1,1,Populus simonii,20,12,live,100,420\nA2,2,1,Populus simonii,20,12,removed,100,\n"
    "A2,2,2,Populus simonii,8,5,ingrowth,100,20\n"
    "A3,1,1,Populus simonii,20,12,live,100,380\nA3,2,1,Populus simonii,20,12,live,100,465\n"
)


@pytest.fixture
def run(db):
    people = load_people()[1]
    return done(asked(programme_with_survey(people), people))


@pytest.fixture
def stand(db):
    """Three plots of 100 ha: one tree dies, one comes back from the dead, one is cut, one grows in."""
    people = load_people()[1]
    files = survey_with_places()
    keep = {name: files[name].decode().splitlines() for name in ("strata.csv", "plots.csv", "visits.csv")}
    small = {name: [lines[0], *(line for line in lines[1:] if line.startswith("A"))] for name, lines in keep.items()}
    files = {name: ("\n".join(lines) + "\n").encode() for name, lines in small.items()} | {"trees.csv": TREES.encode()}
    made = open_programme(
        name_zh="林分", name_en="Stand", region_code="BT", key="stand", **signature(people["naren"], "建立。")
    )
    booked_by_two(made, files, people)
    return done(asked(made, people))


def in_both(act):
    """What is said in Chinese and in English."""
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(act())
    return found


def test_the_intervals_are_those_of_the_document_and_one_is_marked(run):
    document = result(run)
    sampling, combined, drawn = interval_rows(document)
    total = next(
        row
        for row in document["uncertainty"]["totals"]
        if (row["of"], row["name"], row["round"]) == ("scope", "issued", "change")
    )
    assert [row["used"] for row in (sampling, combined, drawn)] == [True, False, False]
    assert sampling["half_width"] == document["evaluation"]["half_width_tco2e"]
    assert combined["half_width"] == pytest.approx(total["combined_half_width"] * 44 / 12)
    assert combined["half_width"] > sampling["half_width"]
    assert combined["high"] - combined["low"] == pytest.approx(2 * combined["half_width"])
    assert (drawn["low"], drawn["value"], drawn["high"]) == tuple(
        total["monte_carlo"][f"removal_{end}"] for end in ("low", "median", "high")
    )
    assert "第 5、50、95 百分位，抽 200 次，种子 7" in drawn["note"]


def test_sources_name_what_was_assumed_and_the_weak_carry_it(run):
    found = {row["name"]: row for row in contributions(result(run), NOBODY)}
    dbh = found["胸径测量"]
    # Masses were published without an equation, so errors of D go through an assumed exponent.
    assert [rate["name"] for rate in dbh["rates"]] == ["dbh_random_percent", "dbh_systematic_percent", "dbh_exponent"]
    assert dbh["weak"]["confidence"] == "memory-med"
    assert found["抽样"]["rates"] == []
    shares = kind_rows(list(found.values()))
    assert next(row["kind"] for row in shares) == "sampling"
    assert sum(row["percent"] for row in shares) == pytest.approx(100)


def test_the_sampling_error_by_stratum_is_not_called_all_sources_of_error(run):
    document = result(run)
    head, said = sources_words(document)
    assert head == "误差从哪里来"
    assert "假定" in said
    bare = {key: value for key, value in document.items() if key != "uncertainty"}
    head, said = sources_words(bare)
    assert head == "抽样误差来自哪几层"
    assert "没有算进来" in said
    assert "假定" not in said
    rows = contributions(bare, NOBODY)
    assert {row["kind"] for row in rows} == {"sampling"}
    assert len(rows) == sum(1 for row in document["strata"] if row["in_scope"])


def test_a_source_that_a_method_brought_stands_as_it_is_written(run):
    document = result(run)
    own = {**document["uncertainty"]["rates"][0], "source": "our own check measurements", "confidence": "found"}
    changed = document | {"uncertainty": document["uncertainty"] | {"rates": [own]}}
    (row,) = rates.rate_rows(changed)
    assert (row["source"], row["weak"]) == ("our own check measurements", False)


def test_the_parts_of_the_change_by_hand(stand):
    """Per hectare of three plots, 100 stems a tree, 0.47: A1 +80 −300 +100 kg, A2 −420 +20, A3 +85; 100 ha."""
    found = demography(result(stand), NOBODY)
    kilograms = {"survivor_growth": 165, "ingrowth": 20, "found": 100, "mortality": -300, "removal": -420}
    per_plot = {name: kg * 100 / 1000 * 0.47 / 3 for name, kg in kilograms.items()}
    assert {row["component"]: row["carbon_tc"] for row in found["rows"]} == pytest.approx(
        {name: value * 100 for name, value in per_plot.items()}
    )
    assert {row["component"]: row["trees"] for row in found["rows"]} == {
        "survivor_growth": 2, "ingrowth": 1, "found": 1, "mortality": 1, "removal": 1,
    }  # fmt: skip
    # Stocks: 700 + 420 + 380 = 1500 kg before, 580 + 20 + 465 = 1065 kg after.
    assert found["net_tc"] == pytest.approx((1065 - 1500) * 100 / 1000 * 0.47 / 3 * 100)
    assert found["total_tc"] == pytest.approx(found["net_tc"])
    assert found["adds_up"]


def test_parts_that_do_not_add_up_are_told(stand):
    document = result(stand)
    told = document["demography"]
    plots = [{**row, "after_carbon_t_ha": row["after_carbon_t_ha"] + 1e-3} for row in told["plots"]]
    found = demography(document | {"demography": told | {"plots": plots}}, NOBODY)
    assert not found["adds_up"]


def test_a_tree_back_from_the_dead_is_named_with_its_plot_in_every_door(stand, client):
    (tree,) = doubtful_trees(stand)
    assert (tree["plot"], tree["round"], tree["tree"], tree["kind"]) == ("A1", 2, "3", "revived")
    sheet = next(sheet for sheet in run_sheets(stand, places=True) if sheet.code == "trees")
    assert sheet.rows[0][:3] == ["A1", 2, "3"]
    assert all(sheet.code != "trees" for sheet in run_sheets(stand, places=False))
    client.force_login(load_people()[1]["naren"])
    address = f"/desk/monitoring/{stand.survey.programme.number}/runs/{stand.number}/"
    page = client.get(f"{address}trees/").content.decode()
    assert f"{address}plots/A1/" in page
    assert "死而复生" in page
    assert "死而复生" in text_of(report_paper(stand, "zh"))


def text_of(content):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).replace("\n", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_report_and_workbook_say_the_same_of_the_interval(run, client, language):
    people = load_people()[1]
    with translation.override("en" if language == "en" else "zh-hans"):
        said, notes = use_sentence(), [row["note"] for row in interval_rows(result(run))]
        book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(run_sheets(run, places=True), about_sheet(run))))
    cells = {str(cell.value) for sheet in book.worksheets for line in sheet.iter_rows() for cell in line}
    client.force_login(people["naren"])
    client.cookies["django_language"] = "en" if language == "en" else "zh-hans"
    page = client.get(f"/desk/monitoring/{run.survey.programme.number}/runs/{run.number}/").content.decode()
    paper = re.sub(r"\s", "", text_of(report_paper(run, language)))
    for sentence in (said, *notes):
        assert sentence in page, sentence
        assert re.sub(r"\s", "", sentence) in paper, sentence
    assert set(notes) <= cells


def test_a_plot_has_the_error_of_its_measurements(run, client):
    document = result(run)
    (row,) = (row for row in rows.plot_rows(document, NOBODY) if row["plot"] == "A1")
    told = next(row for row in document["uncertainty"]["plots"] if row["plot"] == "A1")
    assert row["change_se_t_ha"] == told["change_se_t_ha"] > 0
    client.force_login(load_people()[1]["naren"])
    page = client.get(f"/desk/monitoring/{run.survey.programme.number}/runs/{run.number}/plots/A1/").content.decode()
    assert f"变化 ± {told['change_se_t_ha']:.2f} tC/ha" in page


def test_area_and_density_are_told_apart_in_a_sentence(run):
    """100 ha at 10 tC/ha become 120 ha at 11: 320 in all, 20 · 10.5 through area, 110 · 1 through density."""
    document = result(run)
    row = {
        "from_round": 1, "to_round": 2, "scope": "issued", "stratum": None, "area_before_ha": 100.0,
        "area_after_ha": 120.0, "density_before_tc_ha": 10.0, "density_after_tc_ha": 11.0, "change_tc": 320.0,
        "area_effect_tc": 200.0, "density_effect_tc": 100.0, "both_effect_tc": 20.0,
        "area_effect_half_tc": 210.0, "density_effect_half_tc": 110.0,
    }  # fmt: skip
    zh, en = in_both(lambda: effects_sentence(document | {"effects": [row]}, NOBODY))
    assert "储量变化 +320 tC，其中面积带来 +210 tC，密度带来 +110 tC" in zh
    assert "+210 tC through area, +110 tC through density" in en
    assert effects_sentence(document, NOBODY) == ""


def test_the_level_of_an_interval_is_said_as_it_is():
    for language in ("zh", "en"):
        plain = load_wording(language)
        assert not re.search(r"90 ?%", " ".join([*plain.words.values(), *load_run_wording(language).words.values()]))
        said = at_level(plain, {"confidence_level": 0.955}, "satterthwaite").words
        assert all("95.5%" in said[name] for name in ("level", "results_note", "t_value", "interval"))
        assert said["df_satterthwaite"] in said["uncertainty_say"]


RAISED = {
    code
    for name in ("plan.py", "size.py", "strata.py")
    for code in re.findall(r'DesignRefusal\(\s*"(\w+)"', (SIZES / name).read_text(encoding="utf-8"))
}


@pytest.mark.parametrize(
    ("sentences", "codes"),
    [
        (NOTES, ASSESSMENT_CODES),
        (ESTIMATOR_REASONS, ESTIMATOR_CODES),
        (NEXT_ROUND, RAISED | {"stratum_facts_missing"}),
        (RATES, shipped_rates()),
        (SHIPPED_SOURCES, shipped_rates()),
        (COMPONENT_WORDS, COMPONENTS),
        (ERROR_SOURCES, {"sampling", *KINDS}),
        (ERROR_KINDS, {"sampling", *KINDS.values()}),
    ],
)
def test_each_code_has_words_in_both_languages(sentences, codes):
    assert set(sentences) == set(codes)
    for code in codes:
        zh, en = in_both(lambda code=code: str(sentences[code]))
        assert re.search("[\u4e00-\u9fff]", zh), code
        assert en
        assert not re.search("[\u4e00-\u9fff]", en), code


def test_the_report_knows_the_codes_of_an_assessment_in_both_languages():
    for language in ("zh", "en"):
        assert set(ASSESSMENT_CODES) <= set(load_run_wording(language).codes)


def test_every_rate_belongs_to_a_source_and_every_source_is_known():
    assert {name for names in RATES_OF.values() for name in names} == set(shipped_rates())
    assert set(RATES_OF) == set(KINDS) - {"printed_error"}
