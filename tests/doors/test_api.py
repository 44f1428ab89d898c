"""The API as a field app uses it: the whole road, every refusal in one shape, nothing without a token."""

import io
import json
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from field import PLOTS, first_round, put, round_tables, second_round, spoilt
from field_data import picture
from standing import load_people, row_counts
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.monitoring.models import BookedSurvey, Photo, Upload
from tanhui.monitoring.services import open_programme
from tanhui.people.models import Role, Token
from tanhui.people.tokens import MOST_CALLS, make_token, revoke_token, use_token
from tanhui.site.api import STATUS_OF, api
from tanhui.site.permissions import API_READERS

ROOT = "/api/v1"


class App:
    """A program with the token of one person."""

    def __init__(self, person, scope="write", language="zh-hans"):
        made = make_token(name="平板", scope=scope, by=person, reason="外业。", at=clock.now())
        self.token = made.token
        self.headers = {"Authorization": f"Bearer {made.secret}", "Accept-Language": language}
        self.client = Client(headers=self.headers)

    def get(self, path, **query):
        return self.client.get(ROOT + path, query)

    def post(self, path, body, key=""):
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(ROOT + path, json.dumps(body), content_type="application/json", headers=headers)

    def send(self, path, files, key="", **fields):
        headers = {"Idempotency-Key": key} if key else {}
        sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
        return self.client.post(ROOT + path, {"files": sent, **fields}, headers=headers)


@pytest.fixture
def people(db):
    return load_people()[1]


@pytest.fixture
def number(people):
    signed = {"by": people["naren"], "reason": "试。", "at": clock.now()}
    return open_programme(name_zh="小样", name_en="Small", region_code="BT", key="small", **signed).number


@pytest.fixture
def surveyor(people):
    return App(people["temur"])


@pytest.fixture
def analyst(people):
    return App(people["naren"])


def rows(tables):
    return {"tables": {file: list(found) for file, found in tables.items()}, "reason": "外业程序送来。"}


def book(app, upload):
    return app.post(f"/uploads/{upload['id']}/book", {"outcome": upload["outcome"], "reason": "看过。"})


def test_rows_are_sent_checked_booked_and_read_again(surveyor, analyst, number):
    sent = surveyor.post(f"/programmes/{number}/rows", rows(round_tables(1)))
    upload = sent.json()
    assert (sent.status_code, upload["state"], upload["errors"]) == (201, "ready", 0)
    assert upload["id"].startswith("up_")
    booked = book(analyst, upload)
    assert (booked.status_code, booked.json()["revision"]) == (200, 1)
    assert surveyor.get(f"/uploads/{upload['id']}").json()["state"] == "booked"
    assert [row["plot"] for row in surveyor.get(f"/programmes/{number}/plots").json()["rows"]] == ["A1", "A2", "A3"]
    trees = surveyor.get(f"/programmes/{number}/trees", plot="A2").json()["rows"]
    assert [row["tree"] for row in trees] == ["001", "002"]
    assert surveyor.get(f"/programmes/{number}").json()["rounds"] == [1]
    (programme,) = surveyor.get("/programmes").json()
    assert (programme["id"], programme["revision"]) == (number, 1)


def test_a_workbook_is_sent_mended_by_cell_and_booked(surveyor, analyst, number):
    faulty = spoilt(first_round(), put("每木", "dbh_cm", 3, "１３．５"))
    upload = surveyor.send(f"/programmes/{number}/uploads", {"表.xlsx": faulty}, reason="外业。").json()
    (finding,) = upload["findings"]
    assert (finding["code"], finding["sheet"], finding["cell"]) == ("number_invalid", "每木", "E3")
    assert finding["suggestion"] == "13.5"
    assert "第 3 行" in finding["message"]
    marked = surveyor.get(f"/uploads/{upload['id']}/marked")
    assert openpyxl.load_workbook(io.BytesIO(marked.content)).sheetnames[0] == "错误清单"
    cell = {"sheet": "每木", "cell": "E3", "text": "13.5"}
    mended = surveyor.post(f"/uploads/{upload['id']}/mend", {"cells": [cell], "reason": "全角。"}).json()
    assert (mended["state"], mended["errors"]) == ("ready", 0)
    assert book(analyst, mended).status_code == 200


def test_a_finding_of_rows_says_which_row_was_sent(surveyor, number):
    told = rows(round_tables(1))
    told["tables"]["trees.csv"][4] = told["tables"]["trees.csv"][4] | {"dbh_cm": 999}
    (finding,) = surveyor.post(f"/programmes/{number}/rows", told).json()["findings"]
    assert (finding["table"], finding["item"], finding["column"]) == ("trees.csv", 4, "dbh_cm")


def test_the_same_key_is_answered_the_same_and_done_once(surveyor, number):
    path = f"/programmes/{number}/rows"
    first = surveyor.post(path, rows(round_tables(1)), key="k-1")
    second = surveyor.post(path, rows(round_tables(1)), key="k-1")
    assert (second.status_code, second.json()) == (201, first.json())
    assert Upload.objects.count() == 1
    other = surveyor.post(path, rows(round_tables(2)), key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    files = {"表.xlsx": second_round()}
    again = [surveyor.send(f"/programmes/{number}/uploads", files, key="f-1", reason="外业。") for _ in range(2)]
    assert again[0].json() == again[1].json()
    assert Upload.objects.count() == 2


def test_photos_are_kept_once_and_placed(surveyor, analyst, number):
    book(analyst, surveyor.post(f"/programmes/{number}/rows", rows(round_tables(1))).json())
    path = f"/programmes/{number}/photos"
    (kept,) = surveyor.send(path, {"IMG_1.jpg": picture()}, plot="A2", round=1, reason="北面。").json()
    assert (kept["plot"], kept["round"], kept["id"][:3]) == ("A2", 1, "ph_")
    surveyor.send(path, {"again.jpg": picture()}, plot="A3", round=1, reason="又一次。")
    assert Photo.objects.count() == 1
    wrong = surveyor.send(path, {"x.jpg": picture((1, 2, 3))}, plot="Z9", round=1, reason="错。")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "plot_unknown")


def test_templates_and_revisions_come_as_files(surveyor, analyst, number):
    book(analyst, surveyor.post(f"/programmes/{number}/rows", rows(round_tables(1))).json())
    form = surveyor.get(f"/programmes/{number}/template/forest", round="next")
    sheet = openpyxl.load_workbook(io.BytesIO(form.content))["每木"]
    assert sheet.max_row == 1 + 2 * len(PLOTS)
    assert surveyor.get(f"/programmes/{number}/surveys/1").content[:2] == b"PK"
    assert surveyor.get(f"/programmes/{number}/surveys").json()[0]["booked_by"] == "naren"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"tables": {"nonsense.csv": [{"a": 1}]}, "reason": "x"}, 409, "table_unknown"),
        ({"tables": {}, "reason": "x"}, 409, "no_files"),
        ({"tables": {"trees.csv": [{"plot": {}}]}, "reason": "x"}, 422, "bad_request"),
        ({"reason": "x"}, 422, "bad_request"),
        ({"tables": {"plots.csv": [{"plot": "A"}]}, "reason": " "}, 409, "reason_missing"),
    ],
)
def test_what_is_refused_has_one_shape_and_changes_nothing(surveyor, number, body, status, code):
    before = row_counts()
    answer = surveyor.post(f"/programmes/{number}/rows", body, key="once")
    told = answer.json()
    assert (answer.status_code, told["code"], sorted(told)) == (status, code, ["code", "field", "help", "message"])
    assert row_counts() == before


def test_refusals_speak_the_language_that_is_asked_for(people, number):
    spoken = App(people["temur"], language="en").get("/uploads/up_none")
    assert (spoken.status_code, spoken.json()["message"]) == (404, "There is no upload up_none.")
    assert App(people["temur"]).get("/uploads/up_none").json()["message"] == "没有编号是 up_none 的上传。"


def test_without_a_token_nothing_opens(db, client, people):
    for headers in ({}, {"Authorization": "Bearer tht_wrong"}, {"Authorization": "Basic x"}):
        answer = client.get(f"{ROOT}/programmes", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "no_token")
    client.force_login(people["naren"])  # a session is no token
    assert client.get(f"{ROOT}/programmes").status_code == 401


def test_a_revoked_token_opens_nothing(people, surveyor):
    revoke_token(code=surveyor.token.code, by=people["temur"], reason="丢了。", at=clock.now())
    assert surveyor.get("/programmes").status_code == 401


def test_a_token_that_only_reads_writes_nothing(people, number):
    reader = App(people["temur"], scope="read")
    assert reader.get("/programmes").status_code == 200
    answer = reader.post(f"/programmes/{number}/rows", rows(round_tables(1)))
    assert (answer.status_code, answer.json()["code"]) == (403, "token_reads_only")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_a_token_opens_what_its_person_may_open(people, role):
    person = next(person for person in people.values() if person.role == role)
    expected = 200 if role in API_READERS["api_programmes"] else 404
    assert App(person).get("/programmes").status_code == expected


def test_a_surveyor_does_not_book_and_nobody_books_their_own(people, surveyor, analyst, number):
    theirs = surveyor.post(f"/programmes/{number}/rows", rows(round_tables(1))).json()
    refused = book(surveyor, theirs)
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_role")
    own = analyst.post(f"/programmes/{number}/rows", rows(round_tables(2))).json()
    refused = book(analyst, own)
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    assert not BookedSurvey.objects.exists()


def test_too_many_calls_in_a_minute_are_told_to_wait(people, surveyor):
    secret = surveyor.headers["Authorization"].removeprefix("Bearer ")
    at = datetime(2026, 7, 1, 8, 0, 30, tzinfo=UTC)
    Token.objects.filter(pk=surveyor.token.pk).update(minute_at=at.replace(second=0), calls=MOST_CALLS - 1)
    assert use_token(secret=secret, at=at).pk == surveyor.token.pk
    with pytest.raises(Problem) as refused:
        use_token(secret=secret, at=at)
    assert (refused.value.code, STATUS_OF[refused.value.code]) == ("too_many_calls", 429)
    assert use_token(secret=secret, at=at + timedelta(minutes=1)).pk == surveyor.token.pk


def test_secrets_are_not_kept(people, surveyor):
    secret = surveyor.headers["Authorization"].removeprefix("Bearer ")
    kept = Token.objects.filter(pk=surveyor.token.pk).values().get()
    assert secret not in json.dumps(kept, default=str)
    assert kept["used_at"] is None
    surveyor.get("/programmes")
    assert Token.objects.get(pk=surveyor.token.pk).used_at is not None


def test_the_description_is_served_from_here_and_names_every_route(db, client):
    document = client.get(f"{ROOT}/openapi.json").json()
    acts = [f"{method} {path}" for path, told in document["paths"].items() for method in told]
    named = [name for name in API_READERS if name not in {"openapi-json", "api-root"}]
    assert len(acts) == len(named)
    page = client.get("/api/").content.decode()
    assert "/api/v1/programmes/{number}/rows" in page
    assert "cdn" not in page
    assert api.docs_url is None


def test_an_upload_is_given_back_and_the_app_of_the_sender_reads_why(surveyor, analyst, number):
    upload = surveyor.post(f"/programmes/{number}/rows", rows(round_tables(1))).json()
    assert (upload["state"], upload["returned_reason"]) == ("ready", "")
    path = f"/uploads/{upload['id']}/return"
    refused = surveyor.post(path, {"reason": "不对。"})
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_role")
    assert analyst.post(path, {"reason": "A1 的树号对不上。"}, key="one").json()["state"] == "returned"
    told = surveyor.get(f"/uploads/{upload['id']}").json()
    assert (told["state"], told["returned_reason"]) == ("returned", "A1 的树号对不上。")
    assert book(analyst, upload).json()["code"] == "upload_returned"
    assert not BookedSurvey.objects.exists()
