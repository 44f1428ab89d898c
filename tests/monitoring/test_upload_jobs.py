"""Large uploads: stored at once, checked and booked by a worker, which may be killed in the middle."""

import pytest
from django.urls import reverse

from bench.million import million_tree_files
from clerks import Clerk
from field import first_round, put, second_round, spoilt
from field_data import picture
from paper import paper
from standing import load_people
from tanhui.kit import clock
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.work import work_on
from tanhui.kit.problems import Problem
from tanhui.monitoring.models import BookedSurvey, Upload
from tanhui.monitoring.services import book_upload, drop_upload, mend_upload, open_programme, upload_jobs, upload_survey
from tanhui.monitoring.services.mend_upload import Cell
from tanhui.people.models import TrailEntry
from tanhui.people.queries import trail
from workers import kill, tanhui_work, wait_for, work_once


@pytest.fixture
def large(monkeypatch):
    """Every upload counts as a large one."""
    monkeypatch.setattr(upload_jobs, "LARGE", 0)


def signed(people, who="naren"):
    return {"by": people[who], "reason": "看过。", "at": clock.now()}


def code_of(act, **named):
    with pytest.raises(Problem) as found:
        act(**named)
    return found.value.code


def work_off_one():
    job = Job.objects.filter(state="queued").get()
    work_on(job.pk)
    job.refresh_from_db()
    return job


def test_a_large_upload_is_stored_at_once_and_checked_by_the_worker(large, send):
    upload = send({"第一轮.xlsx": first_round(), "A1_1.jpg": picture()})
    assert (upload.state, upload.summary, upload.faults) == ("checking", {}, [])
    assert upload.photos.get().plot == ""
    job = work_off_one()
    upload.refresh_from_db()
    assert (job.state, upload.state, upload.summary["rows"]["trees.csv"]) == ("done", "ready", 6)
    assert (job.result["said_zh"], job.result["said_en"]) == (
        "没有错，0 处提醒，等另一位计量人员入库。",
        "No errors, 0 warnings; waiting for another analyst to book it.",
    )
    assert (upload.photos.get().plot, upload.photos.get().round) == ("A1", 1)
    assert [stage for stage, _begun, _ended in job.stages] == ["open", "read", "merge", "check"]


def test_before_the_check_is_done_nothing_is_booked_or_corrected(large, send, people):
    upload = send()
    assert code_of(book_upload, code=upload.code, outcome_hex="", **signed(people)) == "upload_unchecked"
    cells = [Cell("调查.xlsx", "每木", 2, 5, "12")]
    assert code_of(mend_upload, code=upload.code, cells=cells, **signed(people, "temur")) == "upload_unchecked"
    refused = Clerk("naren").client.post(page_of(upload), {"act": "book", "reason": "看过。"})
    assert (refused.status_code, "还没有查完，一格也没有入库" in paper(refused).text) == (409, True)
    assert not BookedSurvey.objects.exists()


def page_of(upload):
    return reverse("upload", args=[upload.programme.number, upload.code])


def test_the_same_files_again_are_one_upload_and_one_job(large, send):
    assert send().pk == send().pk == send(key="other").pk
    assert Job.objects.count() == 1


def test_putting_it_aside_stops_the_check(large, send, people):
    upload = send()
    drop_upload(code=upload.code, **signed(people, "temur"))
    assert Job.objects.get().state == "stopped"
    work_on(Job.objects.get().pk)
    upload.refresh_from_db()
    assert (upload.state, upload.summary) == ("dropped", {})


def test_the_page_says_how_far_it_is_and_lets_it_be_stopped_and_begun_again(large, send):
    upload = send(spoilt_files())
    surveyor = Clerk("temur")
    page = surveyor.open(page_of(upload))
    for said in ("收好了，还没查完", "逐行读", "关掉网页也会算完", "放下这份"):
        assert said in page.text, said
    job = Job.objects.get()
    surveyor.client.post(reverse("job", args=[job.key]), {"act": "stop", "reason": "传错了。", "back": page_of(upload)})
    assert "再来一次" in surveyor.open(page_of(upload)).text
    assert trail(upload.code)[-1].act == "stop_job"
    surveyor.client.post(reverse("job", args=[job.key]), {"act": "retry", "reason": "没传错。"})
    assert work_off_one().result["said_zh"] == "有 1 处错，0 处提醒，一格也没有入库。"
    assert "1 处要改，一格也没有入库" in surveyor.open(page_of(upload)).text


def spoilt_files():
    return {"坏.xlsx": spoilt(first_round(), put("每木", "dbh_cm", 3, "１３．５"))}


def test_correcting_and_booking_a_large_one_are_jobs_too(large, send):
    upload = send(spoilt_files())
    work_off_one()
    surveyor, analyst = Clerk("temur"), Clerk("naren")
    first, second = surveyor.twice(f"{page_of(upload)}?at=0", {"act": "mend"}, text="13.5")
    assert (first.status_code, second.status_code, Job.objects.count()) == (302, 302, 2)
    busy = surveyor.client.post(page_of(upload), {"act": "recheck"})
    assert (busy.status_code, "upload_busy" in paper(busy).text) == (409, True)
    assert work_off_one().state == "done"
    assert (upload.mends.get().before, upload.mends.get().after) == ("１３．５", "13.5")
    answer = analyst.press(page_of(upload), {"act": "book"}, reason="")
    assert (answer.status_code, "reason_missing" in paper(answer).text) == (409, True)
    analyst.press(page_of(upload), {"act": "book"}, reason="看过。")
    assert "看过，入库" not in analyst.open(page_of(upload)).text
    assert work_off_one().result["said_zh"] == "已入库，是第 1 版。"
    assert BookedSurvey.objects.get().booked_by.username == "naren"


def test_a_booking_that_no_longer_fits_says_so_in_the_job(large, send, people):
    first, second = send(), None
    work_off_one()
    second = send({"二.xlsx": second_round()}, key="second")
    work_off_one()
    second.refresh_from_db()
    first.refresh_from_db()
    analyst = Clerk("naren")
    analyst.press(page_of(first), {"act": "book"}, reason="看过。")
    book_upload(code=second.code, outcome_hex=second.outcome_hex, warnings_reason="看过。", **signed(people))
    job = work_off_one()
    assert (job.state, job.fault["code"]) == ("failed", "outcome_changed")
    assert "再查一遍" in analyst.open(page_of(first)).text


def test_a_file_that_cannot_be_opened_fails_the_job_with_what_to_do(large, send):
    upload = send({"坏.xlsx": b"PK not a workbook"})
    job = work_off_one()
    assert (job.state, job.fault["code"]) == ("failed", "workbook_broken")
    page = Clerk("temur").open(page_of(upload)).text
    assert "另存为 .xlsx" in page
    assert "放下这份" in page


@pytest.fixture
def hundred_thousand(standing):
    """An upload of a hundred thousand trees that waits for a worker."""
    people = load_people()[1]
    programme = open_programme(name_zh="大样", name_en="Large", region_code="BT", key="large", **signed(people))
    return upload_survey(
        programme=programme, files=million_tree_files(trees=100_000), key="large", **signed(people, "temur")
    )


def test_a_worker_killed_in_the_middle_of_a_check_leaves_it_to_the_next(hundred_thousand):
    job = Job.objects.get()
    with tanhui_work() as first:
        wait_for(job, state="running", stage="read")
        kill(first)
    job.refresh_from_db()
    assert job.state == "running"
    with tanhui_work(), tanhui_work():
        wait_for(job, state="done")
    upload = Upload.objects.get()
    assert (job.attempts, upload.state, upload.summary["errors"]) == (2, "ready", 0)
    assert upload.summary["rows"]["trees.csv"] > 99_000
    assert TrailEntry.objects.filter(act="upload_survey").count() == 1


def test_work_once_does_what_waits_and_leaves(hundred_thousand):
    assert work_once() == 0
    assert Job.objects.get().state == "done"
    assert work_once() == 0
    assert Job.objects.get().attempts == 1
