"""Large uploads by the API: corrections and booking are left to the worker; the upload's address says how it went."""

import json

import pytest
from django.test import Client

from field import first_round, put, spoilt
from standing import load_people
from tanhui.kit import clock
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.work import work_on
from tanhui.monitoring.models import BookedSurvey, Upload
from tanhui.monitoring.services import open_programme, upload_jobs, upload_survey
from tanhui.people.tokens import make_token

ROOT = "/api/v1"


@pytest.fixture
def people(db, monkeypatch):
    monkeypatch.setattr(upload_jobs, "LARGE", 0)
    return load_people()[1]


@pytest.fixture
def programme(people):
    signed = {"by": people["naren"], "reason": "试。", "at": clock.now()}
    return open_programme(name_zh="小样", name_en="Small", region_code="BT", key="small", **signed)


def app(person):
    made = make_token(name="平板", scope="write", by=person, reason="外业。", at=clock.now())
    return Client(headers={"Authorization": f"Bearer {made.secret}", "Accept-Language": "zh-hans"})


def post(client, path, body, key=""):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(ROOT + path, json.dumps(body), content_type="application/json", headers=headers)


def work_off():
    job = Job.objects.filter(state="queued").get()
    work_on(job.pk)


def sent(people, programme, content, key="first"):
    signed = {"by": people["temur"], "reason": "外业。", "at": clock.now()}
    upload = upload_survey(programme=programme, files={"调查.xlsx": content}, key=key, **signed)
    work_off()
    return Upload.objects.get(pk=upload.pk)


def test_a_correction_and_a_booking_are_jobs_with_an_address_to_ask(people, programme):
    upload = sent(people, programme, spoilt(first_round(), put("每木", "dbh_cm", 3, "１３．５")))
    surveyor, analyst = app(people["temur"]), app(people["naren"])
    body = {"cells": [{"sheet": "每木", "cell": "E3", "text": "13.5"}], "reason": "全角。"}
    answer = post(surveyor, f"/uploads/{upload.code}/mend", body, key="mend")
    assert (answer.status_code, answer["Location"]) == (202, f"{ROOT}/uploads/{upload.code}")
    assert (answer.json()["job"]["act"], answer.json()["job"]["state"]) == ("mend_upload", "queued")
    again = post(surveyor, f"/uploads/{upload.code}/mend", body, key="mend")
    assert (again.status_code, again.json(), again["Location"]) == (202, answer.json(), answer["Location"])
    assert not upload.mends.exists()
    work_off()
    told = surveyor.get(answer["Location"]).json()
    assert (told["state"], told["job"]["state"], told["errors"]) == ("ready", "done", 0)
    booking = {"outcome": told["outcome"], "reason": "看过。"}
    answer = post(analyst, f"/uploads/{upload.code}/book", booking, key="book")
    assert (answer.status_code, answer.json()["state"], BookedSurvey.objects.count()) == (202, "ready", 0)
    work_off()
    told = analyst.get(answer["Location"]).json()
    assert (told["state"], told["job"]["percent"], told["job"]["fault"]) == ("booked", 100, None)
    assert BookedSurvey.objects.get().booked_by == people["naren"]


def test_what_would_be_refused_is_refused_at_once(people, programme):
    upload = sent(people, programme, first_round())
    book, good = f"/uploads/{upload.code}/book", {"outcome": upload.outcome_hex, "reason": "看过。"}
    surveyor, analyst = app(people["temur"]), app(people["naren"])
    for client, path, body, code in (
        (surveyor, book, good, "wrong_role"),
        (analyst, book, {**good, "reason": " "}, "reason_missing"),
        (analyst, book, {**good, "outcome": "x"}, "outcome_changed"),
        (app(people["chenli"]), book.replace("book", "mend"), {"cells": [], "reason": "x"}, "wrong_role"),
    ):
        assert post(client, path, body).json()["code"] == code
    assert Job.objects.count() == 1
    assert post(analyst, book, good).status_code == 202
    busy = post(surveyor, book.replace("book", "mend"), {"cells": [], "reason": "x"})
    assert (busy.status_code, busy.json()["code"]) == (409, "upload_busy")


def test_a_booking_that_no_longer_fits_says_so_at_the_address(people, programme):
    upload = sent(people, programme, spoilt(first_round(), lambda book: book["每木"].delete_rows(3)))
    other = sent(people, programme, first_round(), key="other")
    analyst = app(people["naren"])
    for one in (other, upload):
        answer = post(analyst, f"/uploads/{one.code}/book", {"outcome": one.outcome_hex, "reason": "看过。"})
        assert answer.status_code == 202
        work_off()
    told = analyst.get(answer["Location"]).json()
    assert (told["state"], told["job"]["state"], told["job"]["fault"]["code"]) == ("ready", "failed", "outcome_changed")
    assert BookedSurvey.objects.count() == 1
