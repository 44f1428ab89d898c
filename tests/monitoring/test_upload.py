"""Field data on its way in: upload, check, correct, second look, book; and every refusal on the way."""

import io
import zipfile

import pytest

from field import first_round, put, round_tables, second_round, spoilt, trees, workbook
from standing import row_counts
from tanhui.core.carbon.survey import parse_survey
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.monitoring.models import BookedSurvey, CellChange, Upload
from tanhui.monitoring.queries import booked_files, latest_survey
from tanhui.monitoring.queries.intake import standing
from tanhui.monitoring.services import book_upload, drop_upload, mend_upload, recheck_upload, revise_survey
from tanhui.monitoring.services.mend_upload import Cell
from tanhui.monitoring.services.revise_survey import Correction
from tanhui.people.queries import trail


def signed(people, who="naren", reason="看过了。"):
    return {"by": people[who], "reason": reason, "at": clock.now()}


def book(upload, people, who="naren", **more):
    return book_upload(code=upload.code, outcome_hex=upload.outcome_hex, **signed(people, who), **more)


def code_of(act, *given, **named):
    with pytest.raises(Problem) as found:
        act(*given, **named)
    return found.value.code


def test_a_workbook_is_checked_and_waits_to_be_booked(send):
    upload = send()
    assert (upload.state, upload.kind, upload.summary["errors"]) == ("ready", "workbook", 0)
    assert upload.summary["rows"] == {"strata.csv": 1, "plots.csv": 3, "visits.csv": 3, "trees.csv": 6}
    assert upload.code.startswith("up_")
    assert not BookedSurvey.objects.exists()


def test_another_person_books_it_whole(send, people, programme):
    booked = book(send(), people)
    assert (booked.revision, booked.reason) == (1, "看过了。")
    parsed = parse_survey(booked_files(booked))
    assert parsed.rounds == (1,)
    assert parsed.table("trees.csv").text("species")[0] == "小叶杨"
    assert Upload.objects.get().state == "booked"
    assert [entry.act for entry in trail(programme.number)][-2:] == ["upload_survey", "book_survey"]


def test_whoever_sent_it_does_not_book_it(send, people):
    upload = send(by="naren")
    assert code_of(book, upload, people) == "same_person"
    assert code_of(book, send(key="b"), people, "temur") == "wrong_role"


def test_an_error_keeps_everything_out(send, people):
    upload = send({"坏.xlsx": spoilt(first_round(), put("每木", "dbh_cm", 3, "12..5"))})
    assert upload.state == "faulty"
    (fault,) = upload.faults
    assert (fault["code"], fault["sheet"], fault["cell"], fault["value"]) == ("number_invalid", "每木", "E3", "12..5")
    assert code_of(book, upload, people) == "upload_faulty"
    assert not BookedSurvey.objects.exists()


def test_a_cell_is_mended_on_the_page_and_the_file_stays_as_it_came(send, people):
    upload = send({"坏.xlsx": spoilt(first_round(), put("每木", "dbh_cm", 3, "１２．５"))})
    assert upload.faults[0]["suggestion"] == "12.5"
    content = bytes(upload.files.get().content)
    mended = mend_upload(code=upload.code, cells=[Cell("坏.xlsx", "每木", 3, 5, "12.5")], **signed(people, "temur"))
    assert (mended.state, mended.faults) == ("ready", [])
    assert bytes(mended.files.get().content) == content
    (mend,) = mended.mends.all()
    assert (mend.before, mend.after, mend.mended_by.username) == ("１２．５", "12.5", "temur")
    assert b",12.5," in booked_files(book(mended, people))["trees.csv"]


def test_the_same_files_again_are_the_same_upload(send):
    first = send()
    assert send(key="again").pk == first.pk
    assert send(key="first", files={"x.xlsx": second_round()}).pk == first.pk
    assert Upload.objects.count() == 1


def test_a_new_file_replaces_one_that_waits(send, people):
    old = send({"坏.xlsx": spoilt(first_round(), put("每木", "dbh_cm", 3, -1))})
    new = send(key="second", replaces=old)
    old.refresh_from_db()
    assert (old.state, new.replaces.pk, new.state) == ("dropped", old.pk, "ready")
    assert code_of(book, old, people) == "upload_dropped"


def test_pressed_twice_it_is_booked_once_and_another_is_told(send, people):
    upload = send()
    first = book(upload, people)
    assert book(upload, people).pk == first.pk
    assert BookedSurvey.objects.count() == 1
    assert code_of(drop_upload, code=upload.code, **signed(people)) == "upload_booked"


def test_the_next_round_is_merged_with_what_is_booked(send, people, programme):
    book(send(), people)
    second = send({"二.xlsx": second_round()}, key="second")
    assert second.summary["fresh"] == {"visits.csv": 3, "trees.csv": 6}
    assert second.summary["cells"] == 0
    booked = book(second, people)
    parsed = parse_survey(booked_files(booked))
    assert (booked.revision, parsed.rounds, len(parsed.table("trees.csv"))) == (2, (1, 2), 12)
    assert not CellChange.objects.exists()


def test_history_is_checked_over_all_rounds(send, people):
    book(send(), people)
    jumped = spoilt(spoilt(second_round(), put("每木", "dbh_cm", 2, 140)), put("每木", "height_m", 2, 12))
    upload = send({"二.xlsx": jumped}, key="second")
    (warning,) = upload.faults
    assert (warning["code"], warning["severity"], warning["suggestion"]) == ("dbh_jump", "warning", "14")
    assert code_of(book, upload, people) == "warnings_unread"
    booked = book(upload, people, warnings_reason="量过两遍。")
    assert booked.upload.warnings_reason == "量过两遍。"
    # A warning that somebody has answered for is not asked again of the next upload.
    third = send({"改.xlsx": workbook({"visits.csv": [{"plot": "A2", "round": "2", "date": "2025-07-02"}]})}, key="3")
    assert third.faults == []


def test_a_correction_shows_exactly_what_changes(send, people):
    book(send(), people)
    rows = [row | {"dbh_cm": "13.1"} if row["tree"] == "002" else row for row in trees(1)][:2]
    upload = send({"改.xlsx": workbook({"trees.csv": rows})}, key="correction")
    assert (upload.summary["cells"], upload.summary["came"], upload.summary["gone"]) == (1, 0, 0)
    booked = book(upload, people, cell_reasons={0: "抄错了。"})
    (change,) = CellChange.objects.all()
    assert (change.row_key, change.column, change.before, change.after) == ("A1 · 1 · 002", "dbh_cm", "13.5", "13.1")
    assert (change.reason, booked.reason) == ("抄错了。", "看过了。")


def test_rows_that_are_not_named_stay_unless_the_upload_is_said_to_be_complete(send, people):
    book(send(), people)
    one = workbook({"trees.csv": trees(1)[:1]})
    assert send({"一.xlsx": one}, key="keep").summary["gone"] == 0
    complete = send({"一.xlsx": one}, key="all", complete=True)
    assert complete.summary["gone"] == 1
    booked = book(complete, people)
    (gone,) = CellChange.objects.all()
    assert (gone.row_key, gone.after) == ("A1 · 1 · 002", "")
    assert "dbh_cm=13.5" in gone.before
    assert len(parse_survey(booked_files(booked)).table("trees.csv")) == 5


def test_what_was_shown_is_what_is_booked(send, people):
    """Two uploads wait; one is booked; the other must be looked at again."""
    book(send(), people)
    second = send({"二.xlsx": second_round()}, key="second")
    other = send({"改.xlsx": workbook({"trees.csv": [trees(1)[0] | {"dbh_cm": "12"}]})}, key="other")
    book(other, people)
    assert code_of(book, second, people) == "outcome_changed"
    assert latest_survey(second.programme).revision == 2
    assert book(recheck_upload(code=second.code), people).revision == 3


def test_nothing_new_is_not_booked(send, people):
    book(send(), people)
    again = send(key="again", files={"同.xlsx": first_round()})
    assert code_of(book, again, people) == "nothing_new"


def test_a_first_survey_as_csv_is_booked_as_it_came(send, people):
    files = {
        "strata.csv": b"stratum,ecosystem,area_ha\nA,forest,10\n",
        "plots.csv": b"plot,stratum,plot_area_m2\nA1,A,400\n",
        "visits.csv": b"round,plot,year\r\n1,A1,2020\r\n",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"survey/{name}", content)
        archive.writestr("survey/README.md", "x")
    booked = book(send({"all.zip": packed.getvalue()}), people)
    assert booked_files(booked) == files


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.txt": b"x"}, "no_files"),
        ({"a.zip": b"PK\x03\x04 broken"}, "bad_zip"),
        ({"a.xlsx": b"no workbook"}, "workbook_broken"),
        ({"a.xlsx": b"PK\x03\x04 broken"}, "workbook_broken"),
        ({"a.jpg": b"no picture"}, "no_tables"),
        ({"每木.csv": b"x", "a.jpg": b"no picture"}, "photo_unknown_format"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_nothing_is_kept(send, files, code):
    before = row_counts()
    assert code_of(send, files) == code
    assert row_counts() == before


def test_others_do_not_upload_and_a_reason_is_asked(send, programme, people):
    before = row_counts()
    assert code_of(send, by="batu") == "wrong_role"
    assert row_counts() == before


def test_a_workbook_of_another_programme_is_not_taken(send, programme):
    upload = send({"别.xlsx": workbook(round_tables(1), programme="BT-MP-2026-9999")})
    assert [fault["code"] for fault in upload.faults] == ["other_programme"]
    assert send({"自.xlsx": workbook(round_tables(1), programme=programme.number)}, key="own").faults == []


def revise(people, programme, *corrections, revision=1, who="naren", key="correction"):
    act = signed(people, who, "复核记录。")
    return revise_survey(programme=programme, revision=revision, corrections=corrections, key=key, **act)


def test_a_booked_value_is_revised_by_two_people(send, people, programme):
    book(send(), people)
    fix = Correction("trees.csv", ("A1", "1", "001"), "dbh_cm", "12.7")
    upload = revise(people, programme, fix)
    assert (upload.kind, upload.summary["cells"], latest_survey(programme).revision) == ("correction", 1, 1)
    assert revise(people, programme, fix) == upload
    assert code_of(book, upload, people) == "same_person"
    booked = book(upload, people, "saren")
    (change,) = booked.changes.all()
    assert (booked.revision, change.before, change.after, change.reason) == (2, "12.5", "12.7", "复核记录。")
    assert code_of(revise, people, programme, fix, key="b") == "survey_moved_on"
    assert code_of(revise, people, programme, fix, key="b", revision=2) == "nothing_new"
    unknown = fix._replace(key=("A9", "1", "001"))
    assert code_of(revise, people, programme, unknown, key="b", revision=2) == "row_unknown"
    plot = Correction("plots.csv", ("A1",), "plot", "A9")
    assert code_of(revise, people, programme, plot, key="b", revision=2) == "key_fixed"
    assert code_of(revise, people, programme, fix, key="b", revision=2, who="batu") == "wrong_role"


def test_two_corrections_that_wait_do_not_undo_each_other(send, people, programme):
    book(send(), people)
    first = revise(people, programme, Correction("trees.csv", ("A1", "1", "001"), "dbh_cm", "12.7"), key="1")
    second = revise(people, programme, Correction("trees.csv", ("A1", "1", "002"), "dbh_cm", "13.8"), key="2")
    book(first, people, "saren")
    assert code_of(book, second, people, "saren") == "outcome_changed"
    book(recheck_upload(code=second.code), people, "saren")
    trees_now = booked_files(latest_survey(programme))["trees.csv"].decode()
    assert ",12.7," in trees_now
    assert ",13.8," in trees_now


def test_a_revision_that_would_break_the_survey_waits_with_its_errors(send, people, programme):
    book(send(), people)
    good = Correction("trees.csv", ("A1", "1", "001"), "dbh_cm", "12.7")
    upload = revise(people, programme, good, good._replace(key=("A1", "1", "002"), after="-3"))
    assert [fault["code"] for fault in upload.faults] == ["number_out_of_range"]
    assert code_of(book, upload, people, "saren") == "upload_faulty"
    assert latest_survey(programme).revision == 1
    assert not CellChange.objects.exists()


def test_what_is_booked_is_told_in_sum(send, people, programme):
    assert standing(programme) is None
    book(send(), people)
    second = workbook({"visits.csv": [{"plot": "A1", "round": "2", "date": "2025-07-02", "status": "lost"}]})
    book(send({"二.xlsx": second}, key="second"), people, warnings_reason="样地没了。")
    told = standing(programme)
    assert (told.strata, told.area_ha, told.plots) == (1, 100.0, 3)
    assert told.rounds == (
        (1, 3, 0, 0, "2020-07-01", "2020-07-01"),
        (2, 0, 1, 2, "2025-07-02", "2025-07-02"),
    )
