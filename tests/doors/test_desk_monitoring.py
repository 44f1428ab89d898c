"""What of monitoring waits on the desk: for whom, with which sentence, and gone once it is done."""

import pytest
from django.urls import reverse

from clerks import Clerk
from field import first_round, put, spoilt
from field_data import signed
from run_samples import asked, done, programme_with_survey, signed_by
from tanhui.monitoring.services import book_upload, publish_run, upload_survey


@pytest.fixture
def standing(people):
    return programme_with_survey(people)


def told(username: str) -> str:
    content = Clerk(username).client.get(reverse("desk")).content.decode()
    return str(content.partition('<ul class="todo">')[2].partition("</ul>")[0])


def test_field_data_wait_for_an_analyst_who_did_not_send_them(standing, people):
    content = {"一.xlsx": first_round()}
    upload = upload_survey(programme=standing, files=content, key="ready", **signed(people["naren"]))
    if upload.state != "ready":
        pytest.fail(str(upload.faults))
    assert "等你看过入库" in told("saren")
    assert not any("入库" in told(other) for other in ("naren", "temur", "chenli", "batu"))
    book = {"outcome_hex": upload.outcome_hex, "warnings_reason": "看过。"}
    book_upload(code=upload.code, **book, **signed(people["saren"]))
    assert "入库" not in told("saren")


def test_faults_wait_for_whoever_sent_them(standing, people):
    faulty = spoilt(first_round(), put("每木", "dbh_cm", 3, "12,5"))
    upload_survey(programme=standing, files={"一.xlsx": faulty}, key="faulty", **signed(people["temur"]))
    assert "有 1 处要改" in told("temur")
    assert "要改" not in told("naren")


def test_the_latest_result_waits_for_a_reviewer_and_then_for_the_bureau(standing, people):
    older, newer = (done(asked(standing, people, key=key, plan={"seed": seed})) for key, seed in (("a", 1), ("b", 2)))
    assert newer.number in told("chenli") or reverse("run", args=[standing.number, newer.number]) in told("chenli")
    assert reverse("run", args=[standing.number, older.number]) not in told("chenli")
    assert "可以公布" not in told("batu")
    signed_by(newer, people["chenli"])
    assert "等评审签名" not in told("chenli")
    assert "可以公布" in told("batu")
    publish_run(run=newer, **signed(people["batu"]))
    assert "可以公布" not in told("batu")
