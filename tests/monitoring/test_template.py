"""The field workbooks: they cannot drift from the survey format, and hold what is filled in."""

import io

import openpyxl
import pytest

from tanhui.core.carbon.survey import TABLES
from tanhui.monitoring.workbook import ECOSYSTEM_TEMPLATES, Prefill, write_template
from tanhui.monitoring.workbook.prefill import next_round
from tanhui.monitoring.workbook.vocabulary import code_of, file_of, heading, headings, recognise, rows_of, sheets

COLUMNS = [(schema.file, column) for schema in TABLES for column in schema.columns]
LANGUAGES = ("zh", "en")


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def test_every_column_and_every_table_has_a_name_in_both_languages():
    known = set(headings())
    assert [(f, c.name) for f, c in COLUMNS if (f, c.name) not in known and ("*", c.name) not in known] == []
    assert set(sheets()) == {schema.file for schema in TABLES}


def test_no_name_is_of_a_column_that_the_format_does_not_have():
    real = {(file, column.name) for file, column in COLUMNS} | {("*", column.name) for _file, column in COLUMNS}
    assert set(headings()) - real == set()


def test_every_word_of_the_format_has_a_name_and_no_other():
    told = {(row["file"], row["column"], row["code"]) for row in rows_of("words.csv")}
    assert told == {(file, column.name, code) for file, column in COLUMNS for code in column.words}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("file", "column"), COLUMNS, ids=lambda part: getattr(part, "name", part))
def test_a_heading_is_recognised_in_both_languages_and_by_its_column_name(file, column, language):
    found = heading(file, column.name)
    for written in (found.lines(language), found.line(language), found.name.spoken(language), column.name):
        assert recognise(file, written).column == column.name, written
        assert recognise(file, written).wrong_unit == ""


def test_a_unit_that_is_not_the_columns_is_seen():
    assert recognise("trees.csv", "胸径（mm）").wrong_unit == "mm"
    assert recognise("trees.csv", "胸径（厘米）").wrong_unit == ""
    assert recognise("soil.csv", "容重(g/cm3)").wrong_unit == ""


@pytest.mark.parametrize(
    ("written", "file"), [("每木检尺", "trees.csv"), ("3 每木", "trees.csv"), ("Trees", "trees.csv"), ("封面", None)]
)
def test_a_sheet_is_known_by_any_of_its_names(written, file):
    assert file_of(written) == file


def test_words_are_read_in_either_language():
    assert {code_of("trees.csv", "status", said) for said in ("枯死", "dead", "枯立木", "枯死 dead")} == {"dead"}
    assert code_of("trees.csv", "status", "睡着") is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ecosystem", ECOSYSTEM_TEMPLATES)
def test_every_template_opens_with_headings_lists_and_frozen_panes(ecosystem, language):
    book = opened(write_template(ecosystem, language))
    for name in book.sheetnames:
        file = file_of(name)
        if file is None:
            continue
        sheet = book[name]
        schema = next(schema for schema in TABLES if schema.file == file)
        read = [recognise(file, cell.value).column for cell in sheet[1]]
        required = [column.name for column in schema.columns if column.required]
        assert set(required) <= set(read) <= {column.name for column in schema.columns}
        assert sheet.freeze_panes.endswith("2")
        listed = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        assert len(listed) >= sum(bool(column.words) for column in schema.columns if column.name in read)
    assert book["_tanhui"].sheet_state == "veryHidden"
    assert book["_tanhui"]["B1"].value == ecosystem


def test_limits_of_the_format_are_limits_of_the_cells():
    sheet = opened(write_template("forest"))["每木"]
    column = next(cell.column_letter for cell in sheet[1] if cell.value.startswith("胸径"))
    (rule,) = [r for r in sheet.data_validations.dataValidation if str(r.sqref).startswith(f"{column}2")]
    assert rule.formula1 == f"AND(ISNUMBER({column}2),{column}2>0,{column}2<=400)"
    assert "大于 0，到 400" in sheet[f"{column}1"].comment.text


def test_the_full_workbook_shows_every_column():
    book = opened(write_template("full"))
    shown = {
        (file, recognise(file, cell.value).column)
        for name in book.sheetnames
        if (file := file_of(name))
        for cell in book[name][1]
    }
    assert shown == {(file, column.name) for file, column in COLUMNS}


def test_the_same_arguments_give_the_same_bytes():
    assert write_template("wetland", "en") == write_template("wetland", "en")


def test_the_next_rounds_form_holds_plots_visits_and_standing_trees_with_what_they_were():
    trees = [
        {"plot": "A1", "round": "1", "tree": "001", "species": "油松", "dbh_cm": "13.9", "status": "live"},
        {"plot": "A1", "round": "1", "tree": "002", "species": "油松", "dbh_cm": "8", "status": "dead"},
    ]
    given = next_round(
        [{"plot": "A1", "stratum": "A", "plot_area_m2": "400"}],
        [{"stratum": "A", "ecosystem": "forest", "area_ha": "12.5"}],
        trees,
        programme="BT-MP-2026-0001",
        name="小样",
        round_number=2,
    )
    book = opened(write_template("forest", "zh", given))
    rows = list(book["每木"].iter_rows(values_only=True))
    assert rows[1][:4] == ("A1", 2, "001", "油松")
    assert rows[1][4] is None
    assert 13.9 in rows[1]
    assert len([row for row in rows if row[0]]) == 2
    assert book["到访"]["B2"].value == 2
    assert book["分层"]["B2"].value == "森林"
    assert book["_tanhui"]["B3"].value == "BT-MP-2026-0001"


def test_the_form_of_an_ecosystem_holds_its_own_plots_and_trees():
    strata = [{"stratum": "A", "ecosystem": "forest"}, {"stratum": "G", "ecosystem": "grassland"}]
    plots = [{"plot": "A1", "stratum": "A"}, {"plot": "G1", "stratum": "G"}]
    trees = [{"plot": name, "round": "1", "tree": "1", "species": "榆树"} for name in ("A1", "G1")]
    whole = next_round(plots, strata, trees, programme="p", name="n", round_number=2)
    forest = whole.of_ecosystem("forest").tables
    assert {file: {row.get("plot") for row in rows} for file, rows in forest.items() if file != "strata.csv"} == {
        "plots.csv": {"A1"},
        "visits.csv": {"A1"},
        "trees.csv": {"A1"},
    }
    assert [row["stratum"] for row in forest["strata.csv"]] == ["A"]
    assert len(whole.tables["visits.csv"]) == 2
    assert not any(whole.of_ecosystem("wetland").tables.values())


def test_a_column_that_is_filled_in_is_shown_even_where_the_template_leaves_it_out():
    given = Prefill(tables={"trees.csv": [{"plot": "A1", "round": "1", "tree": "1", "trees_per_ha": "100"}]})
    sheet = opened(write_template("forest", "zh", given))["每木"]
    assert "每公顷株数" in "".join(cell.value for cell in sheet[1])
