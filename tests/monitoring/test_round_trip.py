"""A filled form read back gives the rows that were filled in; twenty thousand trees are checked; two people at once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from field import PLOTS, STRATA, first_round, round_tables, second_round, visits, workbook
from standing import at_once, load_people
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.monitoring.intake.check import check_upload
from tanhui.monitoring.intake.fates import plot_fates
from tanhui.monitoring.intake.merge import merge, read_rows
from tanhui.monitoring.intake.photos import placed_by_name
from tanhui.monitoring.intake.upload import Sent
from tanhui.monitoring.models import BookedSurvey, Upload
from tanhui.monitoring.services import book_upload, open_programme, upload_survey
from tanhui.monitoring.workbook.vocabulary import words

NAMES = st.text("ABCXYZ0123456789-杨", min_size=1, max_size=6).filter(lambda text: text.strip("-"))
CENTIMETRES = st.integers(1, 3999).map(lambda tenths: f"{tenths / 10:.15g}")


@st.composite
def tree_rows(draw):
    numbers = draw(st.lists(NAMES, min_size=1, max_size=8, unique=True))
    statuses = list(words("trees.csv", "status"))
    return [
        {
            "plot": draw(st.sampled_from([row["plot"] for row in PLOTS])),
            "round": "1",
            "tree": number,
            "species": draw(st.sampled_from(["油松", "Populus simonii", "", "小叶杨"])),
            "dbh_cm": draw(CENTIMETRES),
            "height_m": draw(st.sampled_from(["", "8", "12.5"])),
            "status": draw(st.sampled_from(["", *statuses])),
        }
        for number in numbers
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=tree_rows(), language=st.sampled_from(["zh", "en"]))
def test_what_is_filled_in_is_what_is_read(rows, language):
    tables = {**round_tables(1), "trees.csv": rows}
    checked = check_upload(Sent({"x.xlsx": workbook(tables, language=language)}), {})
    assert [found.code for found in checked.findings if found.severity == "error"] == []
    read = {(row["plot"], row["tree"]): row for row in read_rows(checked.files["trees.csv"])}
    assert len(read) == len({(row["plot"], row["tree"]) for row in rows})
    for row in rows:
        back = read[row["plot"], row["tree"]]
        assert {name: back.get(name, "") for name in row} == row


def test_a_plain_form_read_back():
    checked = check_upload(Sent({"x.xlsx": first_round()}), {})
    assert read_rows(checked.files["trees.csv"])[0] == {
        "plot": "A1",
        "round": "1",
        "tree": "001",
        "species": "小叶杨",
        "dbh_cm": "12.5",
        "height_m": "8",
    }


def test_the_order_of_rows_and_files_makes_no_difference():
    tables = round_tables(1)
    turned = {file: list(reversed(rows)) for file, rows in tables.items()}
    first = check_upload(Sent({"x.xlsx": workbook(tables)}), {})
    second = check_upload(Sent({"y.xlsx": workbook(turned, language="en")}), {})
    assert first.root_hex == second.root_hex


def test_booking_nothing_changes_nothing():
    booked = check_upload(Sent({"x.xlsx": first_round()}), {}).files
    merged = merge([], booked, complete=False)
    assert merged.files == booked
    assert merged.changes.empty


def test_twenty_thousand_trees_are_checked_with_all_their_faults():
    plots = [{"plot": f"P{n:03d}", "stratum": "A", "plot_area_m2": "400"} for n in range(200)]
    trees = [
        {"plot": plot["plot"], "round": "1", "tree": str(tree), "species": "油松", "dbh_cm": f"{10 + tree % 20}"}
        for plot in plots
        for tree in range(100)
    ]
    trees[777]["dbh_cm"], trees[19_999]["dbh_cm"] = "1２", "-1"
    told = [{"plot": plot["plot"], "round": "1", "date": "2026-07-01"} for plot in plots]
    tables = {"strata.csv": STRATA, "plots.csv": plots, "visits.csv": told, "trees.csv": trees}
    checked = check_upload(Sent({"大.xlsx": workbook(tables)}), {})
    assert [(found.code, found.place.row, found.value) for found in checked.findings] == [
        ("number_invalid", 779, "1２"),
        ("number_out_of_range", 20_001, "-1"),
    ]
    assert dict(checked.rows)["trees.csv"] == 20_000


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("F-001_2_north.jpg", ("F-001", 2)),
        ("F-001 第2轮 北.jpg", ("F-001", 2)),
        ("r2_F-001.jpg", ("F-001", 2)),
        ("样地F-0012-1.jpg", ("F-0012", 1)),
        ("F-001.jpg", ("F-001", 0)),
        ("IMG_20260701_1.jpg", ("", 0)),
        ("XF-001_2.jpg", ("", 0)),
    ],
)
def test_a_photo_finds_its_plot_by_its_name(name, place):
    assert placed_by_name(name, ["F-001", "F-0012"]) == place


def row(plot, number, tree, dbh, **more):
    return {"plot": plot, "round": str(number), "tree": tree, "species": "油松", "dbh_cm": dbh, **more}


def test_the_fate_of_each_tree_and_numbers_that_look_exchanged():
    trees = [
        row("A1", 1, "1", "12"),
        row("A1", 1, "2", "20"),
        row("A1", 1, "3", "15"),
        row("A1", 1, "4", "9"),
        row("A1", 1, "5", "8", status="dead"),
        row("A1", 2, "1", "13"),
        row("A1", 2, "2", "", status="removed"),
        row("A1", 2, "17", "16"),
        row("A1", 2, "18", "5.1", status="ingrowth"),
        row("A1", 2, "4", "", status="missing"),
        row("A1", 1, "6", "8", status="dead"),
        row("A1", 2, "6", "9"),
    ]
    (plot,) = plot_fates(trees, [*visits(1)[:1], *visits(2)[:1]])
    fates = {tree.tree: tree.fate for tree in plot.trees}
    assert fates == {
        "1": "survived",
        "2": "removed",
        "3": "vanished",
        "4": "missing",
        "5": "gone_before",
        "6": "revived",
        "17": "new",
        "18": "ingrowth",
    }
    assert [(pair.old, pair.new) for pair in plot.renumberings] == [("3", "17")]
    assert plot.unmatched == 2


@pytest.fixture
def two_waiting(standing):
    people = load_people()[1]
    signed = {"by": people["naren"], "reason": "试。", "at": clock.now()}
    programme = open_programme(name_zh="小样", name_en="Small", region_code="BT", key="two", **signed)
    sent = {"by": people["temur"], "reason": "外业。", "at": clock.now()}
    files = ({"一.xlsx": first_round()}, {"二.xlsx": second_round()})
    waiting = [
        upload_survey(programme=programme, files=one, key=f"w{place}", **sent) for place, one in enumerate(files)
    ]
    return people, waiting


def book(upload, person):
    def act():
        signed = {"by": person, "reason": "看过。", "at": clock.now()}
        return book_upload(code=upload.code, outcome_hex=upload.outcome_hex, **signed)

    return act


def test_of_two_people_at_once_one_books_and_the_other_is_told(two_waiting):
    people, (first, second) = two_waiting
    answers = at_once([book(first, people["naren"]), book(second, people["naren"])])
    problems = [answer for answer in answers if isinstance(answer, Problem)]
    assert [problem.code for problem in problems] == ["outcome_changed"]
    assert BookedSurvey.objects.count() == 1


def test_one_upload_pressed_by_two_at_once_is_booked_once(two_waiting):
    people, (first, _second) = two_waiting
    other = people["gaojie"]
    other.role = "analyst"
    other.save()
    answers = at_once([book(first, people["naren"]), book(first, other)])
    problems = [answer for answer in answers if isinstance(answer, Problem)]
    assert [problem.code for problem in problems] == ["upload_booked"]
    assert Upload.objects.get(pk=first.pk).state == "booked"
    assert BookedSurvey.objects.count() == 1
