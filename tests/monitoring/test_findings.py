"""Everything that can be wrong with field data: each code with its cell and its sentence in both languages."""

import io
from datetime import date

import openpyxl
import pytest
from django.utils import translation
from openpyxl.styles import PatternFill

from field import PLOTS, column_of, first_round, put, round_tables, second_round, spoilt, trees, visits, workbook
from tanhui.core.carbon.survey import FAULT_CODES
from tanhui.monitoring.intake.check import check_upload
from tanhui.monitoring.intake.findings import INTAKE_CODES
from tanhui.monitoring.intake.marked import ERROR_FILL, WARNING_FILL, marked_copies
from tanhui.monitoring.intake.upload import Sent
from tanhui.monitoring.intake.words import finding_row, placed_document
from tanhui.monitoring.wording import FAULTS, INTAKE, MEANT

FIRST = check_upload(Sent({"一.xlsx": first_round()}), {}).files


def with_soil(rows):
    return workbook({**round_tables(1), "soil.csv": rows})


def soil(top, bottom, **more):
    return {"plot": "A1", "round": "1", "top_cm": str(top), "bottom_cm": str(bottom), "soc_g_kg": "9", **more}


def company(odd_cm):
    """Six more trees of one plot, the last of them with its own diameter."""
    one = trees(1)[0]
    more = [one | {"tree": f"1{n}", "dbh_cm": "12" if n < 5 else odd_cm, "height_m": ""} for n in range(6)]
    return workbook({**round_tables(1), "trees.csv": [*trees(1), *more]})


def both(*changes):
    def change(book):
        for one in changes:
            one(book)

    return change


def head(sheet, name, text):
    return lambda book: setattr(book[sheet].cell(1, column_of(book[sheet], name)), "value", text)


def no_column(sheet, name):
    return lambda book: book[sheet].delete_cols(column_of(book[sheet], name))


def change_sheet(sheet, act):
    return lambda book: act(book[sheet])


ROUND = first_round()
NEXT = second_round()
CSV = {"strata.csv": b"stratum,ecosystem,area_ha\nA,forest,1\n", "plots.csv": b"plot,stratum\nA1,A\n"}
# code: (files, booked, where the finding stands)
CASES = {
    "file_missing": ({"a.xlsx": spoilt(ROUND, lambda book: book.remove(book["到访"]))}, {}, ""),
    "file_empty": ({**CSV, "visits.csv": b"plot,round,year\n"}, {}, ""),
    "not_utf8": ({**CSV, "visits.csv": b"plot,round,year\nA1,1,2020\nA2,1,\xff\xff\n"}, {}, ""),
    "read_as_gbk": ({**CSV, "visits.csv": "plot,round,year,备注\nA1,1,2020,晴\n".encode("gbk")}, {}, ""),
    "csv_broken": ({**CSV, "visits.csv": b'plot,round,year\n"A1,1,2020\n'}, {}, ""),
    "column_missing": ({"a.xlsx": spoilt(ROUND, no_column("样地", "stratum"))}, {}, ""),
    "column_duplicate": ({"a.xlsx": spoilt(ROUND, head("每木", "height_m", "胸径（cm）"))}, {}, "每木!F1"),
    "row_ragged": ({**CSV, "visits.csv": b"plot,round,year\nA1,1,2020,9\n"}, {}, ""),
    "key_blank": ({"a.xlsx": spoilt(ROUND, put("每木", "tree", 3, None))}, {}, "每木!C3"),
    "key_duplicate": ({"a.xlsx": spoilt(ROUND, put("每木", "tree", 3, "001"))}, {}, "每木!C3"),
    "stratum_unknown": ({"a.xlsx": spoilt(ROUND, put("样地", "stratum", 2, "B"))}, {}, "样地!B2"),
    "plot_unknown": ({"a.xlsx": spoilt(ROUND, put("每木", "plot", 2, "A01"))}, {}, "每木!A2"),
    "visit_unknown": ({"a.xlsx": spoilt(ROUND, put("每木", "round", 2, 3))}, {}, "每木!B2"),
    "visit_not_measured": ({"a.xlsx": spoilt(ROUND, put("到访", "status", 2, "找不到"))}, {}, "每木!B2"),
    "round_invalid": ({"a.xlsx": spoilt(ROUND, put("每木", "round", 2, "第1轮"))}, {}, "每木!B2"),
    "number_invalid": ({"a.xlsx": spoilt(ROUND, put("每木", "dbh_cm", 2, "12,5"))}, {}, "每木!E2"),
    "number_not_finite": ({"a.xlsx": spoilt(ROUND, put("每木", "dbh_cm", 2, "inf"))}, {}, "每木!E2"),
    "number_out_of_range": ({"a.xlsx": spoilt(ROUND, put("每木", "dbh_cm", 2, 999))}, {}, "每木!E2"),
    "word_unknown": ({"a.xlsx": spoilt(ROUND, put("每木", "status", 2, "死掉"))}, {}, "每木!G2"),
    "value_missing": ({"a.xlsx": spoilt(ROUND, put("分层", "ecosystem", 2, None))}, {}, "分层!B2"),
    "date_invalid": ({"a.xlsx": spoilt(ROUND, put("到访", "date", 2, "20200701"))}, {}, "到访!D2"),
    "date_missing": ({"a.xlsx": spoilt(ROUND, put("到访", "date", 2, None))}, {}, "到访!C2"),
    "date_disagrees": ({"a.xlsx": spoilt(ROUND, put("到访", "year", 2, 2019))}, {}, "到访!D2"),
    "round_order": ({"a.xlsx": spoilt(NEXT, put("到访", "date", 2, "2019-01-01"))}, FIRST, "到访!D2"),
    "layer_order": ({"a.xlsx": with_soil([soil(20, 10)])}, {}, "土壤!D2"),
    "layer_overlap": ({"a.xlsx": with_soil([soil(0, 10), soil(5, 20)])}, {}, "土壤!C3"),
    "dbh_missing": ({"a.xlsx": spoilt(ROUND, put("每木", "dbh_cm", 2, None))}, {}, "每木!E2"),
    "expansion_missing": ({"a.xlsx": spoilt(ROUND, put("样地", "plot_area_m2", 2, None))}, {}, ""),
    "dbh_jump": ({"a.xlsx": spoilt(NEXT, put("每木", "dbh_cm", 2, 140))}, FIRST, "每木!E2"),
    "dbh_shrank": ({"a.xlsx": spoilt(NEXT, put("每木", "dbh_cm", 2, 7))}, FIRST, "每木!E2"),
    "species_changed": ({"a.xlsx": spoilt(NEXT, put("每木", "species", 2, "油松"))}, FIRST, "每木!D2"),
    "tree_revived": (
        {"a.xlsx": NEXT},
        check_upload(Sent({"一.xlsx": spoilt(ROUND, put("每木", "status", 2, "枯死"))}), {}).files,
        "每木!G2",
    ),
    "height_doubtful": ({"a.xlsx": spoilt(ROUND, put("每木", "height_m", 2, 80))}, {}, "每木!F2"),
    "dbh_apart": ({"a.xlsx": company("120")}, {}, "每木!E13"),
    "date_repeated": ({"a.xlsx": spoilt(NEXT, put("到访", "date", 2, "2020-07-01"))}, FIRST, "到访!D2"),
    "soil_too_dense": ({"a.xlsx": with_soil([soil(0, 10, soc_g_kg="90", bulk_density_g_cm3="1.6")])}, {}, "土壤!E2"),
    "soil_too_light": ({"a.xlsx": with_soil([soil(0, 10, bulk_density_g_cm3="0.13")])}, {}, "土壤!E2"),
    "tree_vanished": ({"a.xlsx": spoilt(NEXT, lambda book: book["每木"].delete_rows(2))}, FIRST, ""),
    "heading_unit": ({"a.xlsx": spoilt(ROUND, head("每木", "dbh_cm", "胸径（mm）"))}, {}, "每木!E1"),
    "cell_merged": ({"a.xlsx": spoilt(ROUND, change_sheet("每木", lambda s: s.merge_cells("A2:A3")))}, {}, "每木!A3"),
    "formula_not_calculated": ({"a.xlsx": spoilt(ROUND, put("每木", "dbh_cm", 2, "=10+2.5"))}, {}, "每木!E2"),
    "other_programme": ({"a.xlsx": workbook(round_tables(1), programme="BT-MP-2026-0009")}, {}, ""),
    "sheet_unknown": ({"a.xlsx": spoilt(ROUND, lambda book: book.create_sheet("封面").append(["a", "b"]))}, {}, ""),
    "sheet_without_heading": (
        {"a.xlsx": spoilt(ROUND, change_sheet("土壤", lambda s: (s.delete_rows(1), s.append(["x", "y"]))))},
        {},
        "",
    ),
    "heading_unknown": ({"a.xlsx": spoilt(ROUND, lambda book: book["每木"].cell(1, 12, "树冠级"))}, {}, "每木!L1"),
    "heading_blank": ({"a.xlsx": spoilt(ROUND, lambda book: book["每木"].cell(2, 12, "3"))}, {}, "每木!L1"),
    "row_hidden": (
        {"a.xlsx": spoilt(ROUND, change_sheet("每木", lambda s: setattr(s.row_dimensions[3], "hidden", True)))},
        {},
        "",
    ),
    "row_left_out": ({"a.xlsx": spoilt(ROUND, lambda book: book["每木"].cell(10, 1, "合计 6 株"))}, {}, ""),
    "template_old": ({"a.xlsx": spoilt(ROUND, lambda book: book["_tanhui"].cell(2, 2, "0"))}, {}, ""),
    "file_left_out": ({**CSV, "visits.csv": b"plot,round,year\nA1,1,2020\n", "notes.csv": b"a,b\n1,2\n"}, {}, ""),
    "became_date": (
        {"a.xlsx": spoilt(ROUND, put("每木", "tree", 2, date(2026, 1, 2)))},
        {},
        "每木!C2",
    ),
    "formula_error": None,  # a workbook program writes the value; made by hand below
}


def findings(files, booked):
    checked = check_upload(Sent(files), booked, programme="BT-MP-2026-0001")
    return [placed_document(finding, checked.grids) for finding in checked.findings]


def test_every_code_has_a_case_and_a_sentence():
    assert set(CASES) == set(FAULT_CODES) | set(INTAKE_CODES)
    assert set(FAULTS) | set(INTAKE) == set(CASES)


@pytest.mark.parametrize("code", [code for code, case in CASES.items() if case])
def test_a_fault_is_named_with_its_cell_in_both_languages(code):
    files, booked, where = CASES[code]
    told = findings(files, booked)
    mine = [found for found in told if found["code"] == code]
    assert mine, [found["code"] for found in told]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            row = finding_row(mine[0])
        assert row["address"] == where
        assert "%(" not in row["sentence"]
        assert any("\u4e00" <= sign <= "\u9fff" for sign in row["sentence"].split("：")[0]) or language == "en"
    copies = marked_copies(Sent(files), [finding_row(found) for found in told])
    (content,) = copies.values()
    book = openpyxl.load_workbook(io.BytesIO(content))
    listed = [row[8] for row in book["错误清单"].iter_rows(min_row=2, values_only=True)]
    assert code in listed
    if where:
        sheet, cell = where.split("!")
        colour = book[sheet]["A2" if code == "cell_merged" else cell].fill.fgColor.rgb
        assert colour in {ERROR_FILL.fgColor.rgb, WARNING_FILL.fgColor.rgb}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"plot,round,year\nA1,1,2020\nA2,1,\xff\xff\n", "到访 第 3 行不是 UTF-8 编码"),
        (b'plot,round,year\nA1,1,2020\n"A2,1,2020\n', "到访 第 3 行起读不下去：引号开了没有合上。"),
        (b"round,year\n1,2020\n", "缺少“样地号”一列。"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line_and_once(content, said):
    told = findings({**CSV, "visits.csv": content}, {})
    (row,) = [finding_row(found) for found in told]
    assert said in row["sentence"].replace("visits.csv", "到访")


def test_a_chinese_spreadsheet_s_csv_is_read_and_kept_in_utf8():
    rows = {**CSV, "visits.csv": "plot,round,year,备注\nA1,1,2020,晴\n".encode("gbk")}
    checked = check_upload(Sent(rows), {})
    assert [found.code for found in checked.findings] == ["read_as_gbk"]
    assert checked.files["visits.csv"].decode() == "plot,round,year,备注\nA1,1,2020,晴\n"


@pytest.mark.parametrize("typed", ["A9", "A-1"])
def test_a_slip_in_a_plot_number_is_one_fault_and_no_vanished_tree(typed):
    told = findings({"a.xlsx": spoilt(NEXT, put("每木", "plot", 2, typed))}, FIRST)
    assert [(found["code"], found["sheet"], found["cell"]) for found in told] == [("plot_unknown", "每木", "A2")]


def test_a_tree_that_is_missing_beside_a_slip_is_still_asked_for():
    both = spoilt(spoilt(NEXT, put("每木", "plot", 2, "A9")), lambda book: book["每木"].delete_rows(3))
    assert sorted(found["code"] for found in findings({"a.xlsx": both}, FIRST)) == ["plot_unknown", "tree_vanished"]


def test_headings_without_a_row_are_nothing_to_book():
    checked = check_upload(Sent({"trees.csv": b"plot,round,tree,species,dbh_cm\n"}), FIRST)
    assert [found.code for found in checked.findings] == ["file_empty"]


def test_a_formula_that_failed_is_named():
    book = openpyxl.load_workbook(io.BytesIO(ROUND))
    cell = book["每木"]["E2"]
    cell.value, cell.data_type = "#DIV/0!", "e"
    stream = io.BytesIO()
    book.save(stream)
    (found,) = findings({"a.xlsx": stream.getvalue()}, {})
    assert (found["code"], found["cell"], found["value"]) == ("formula_error", "E2", "#DIV/0!")


@pytest.mark.parametrize(
    ("sheet", "name", "typed", "meant", "why"),
    [
        ("每木", "dbh_cm", "１２．５", "12.5", "full_width"),
        ("每木", "dbh_cm", "12,5", "12.5", "comma"),
        ("每木", "dbh_cm", "12.5cm", "12.5", "unit"),
        ("每木", "dbh_cm", "12。5", "12.5", "full_width"),
        ("样地", "plot_area_m2", "1,200", "1200", "comma"),
        ("每木", "plot", "A01", "A1", "spelling"),
        ("每木", "plot", "a1", "A1", "spelling"),
        ("每木", "round", "第1轮", "1", "words_around"),
        ("每木", "status", "枯死树", "枯死", "close"),
        ("到访", "date", "20200701", "2020-07-01", "digits"),
    ],
)
def test_what_was_meant_is_suggested_and_not_written(sheet, name, typed, meant, why):
    told = findings({"a.xlsx": spoilt(ROUND, put(sheet, name, 2, typed))}, {})
    row = finding_row(next(found for found in told if found["suggestion"]))
    assert (row["suggestion"], row["why"]) == (meant, str(MEANT[why]))
    assert row["value"] == str(typed)
    assert row["severity"] == "error"


@pytest.mark.parametrize("typed", ["2020/7/1", "2020.7.1", "2020年7月1日", "2020-7-1"])
def test_days_written_year_first_are_read(typed):
    checked = check_upload(Sent({"a.xlsx": spoilt(ROUND, put("到访", "date", 2, typed))}), {})
    assert checked.findings == ()
    assert b"2020-07-01" in checked.files["visits.csv"]


def test_headings_in_any_order_with_a_title_above_and_columns_of_ones_own():
    def rearranged(book):
        sheet = book["每木"]
        sheet.move_range(f"A1:A{sheet.max_row}", cols=14)
        sheet.insert_rows(1)
        sheet["A1"] = "固阳县每木检尺表"
        sheet["Q2"] = "树冠级"
        sheet["Q3"] = "II"

    checked = check_upload(Sent({"a.xlsx": spoilt(ROUND, rearranged)}), {})
    assert [found.code for found in checked.findings] == ["heading_unknown"]
    assert "树冠级" in checked.files["trees.csv"].decode()
    assert checked.files["trees.csv"].decode().count("小叶杨") == 6


def test_colours_and_notes_of_the_user_stay_in_the_marked_copy():
    def coloured(book):
        put("每木", "dbh_cm", 2, "x")(book)
        book["每木"]["F3"].fill = PatternFill("solid", fgColor="00FF00")

    files = {"我的.xlsx": spoilt(ROUND, coloured)}
    copies = marked_copies(Sent(files), [finding_row(found) for found in findings(files, {})])
    assert list(copies) == ["我的-标好.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(copies["我的-标好.xlsx"]))
    assert book["每木"]["F3"].fill.fgColor.rgb == "0000FF00"
    assert "1.3 m" in book["每木"]["E1"].comment.text
    assert "number_invalid" in book["每木"]["E2"].comment.text
    link = book["错误清单"]["C2"].hyperlink
    assert (link.location or link.target).lstrip("#") == "'每木'!E2"


def test_what_somebody_typed_is_never_run_as_a_formula():
    files = {"a.csv": b"", **CSV, "visits.csv": b'plot,round,year\n"=HYPERLINK(""x"")",1,2020\n'}
    copies = marked_copies(Sent(files), [finding_row(found) for found in findings(files, {})])
    (content,) = copies.values()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


def test_half_a_survey_in_two_workbooks_is_one_upload():
    """Two crews hand in two workbooks: one upload, checked together."""
    first = {**round_tables(1), "plots.csv": PLOTS[:2], "visits.csv": visits(1)[:2], "trees.csv": trees(1)[:4]}
    second = {"plots.csv": PLOTS[2:], "visits.csv": visits(1)[2:], "trees.csv": trees(1)[4:]}
    checked = check_upload(Sent({"甲.xlsx": workbook(first), "乙.xlsx": workbook(second)}), {})
    assert checked.findings == ()
    assert checked.files == FIRST
