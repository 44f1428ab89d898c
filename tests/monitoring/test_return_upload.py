"""An upload given back to its sender: why, by whom; nothing booked; and it comes back only mended or sent anew."""

import pytest
from django.urls import reverse

from clerks import Clerk
from field import first_round, put, spoilt
from paper import paper
from standing import row_counts
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.monitoring.models import BookedSurvey
from tanhui.monitoring.services import book_upload, drop_upload, mend_upload, recheck_upload, return_upload
from tanhui.monitoring.services.mend_upload import Cell
from tanhui.people.queries import trail

WHY = "A1 的 1 号树和照片上不是同一株。"


def signed(people, who="naren", reason=WHY):
    return {"by": people[who], "reason": reason, "at": clock.now()}


def code_of(act, **named):
    with pytest.raises(Problem) as found:
        act(**named)
    return found.value.code


@pytest.fixture
def returned(send, people):
    upload = return_upload(code=send().code, **signed(people))
    upload.refresh_from_db()
    return upload


def test_it_says_why_and_by_whom_and_nothing_is_booked(returned, people, programme):
    assert (returned.state, returned.returned_reason, returned.returned_by) == ("returned", WHY, people["naren"])
    entry = trail(programme.number)[-1]
    assert (entry.act, entry.person, entry.role, entry.reason) == ("return_upload", people["naren"], "analyst", WHY)
    assert (entry.at, entry.facts["upload"]) == (returned.returned_at, returned.code)
    again = return_upload(code=returned.code, **signed(people))
    assert (again.pk, len(trail(programme.number))) == (returned.pk, entry_count(programme))
    booking = {"outcome_hex": returned.outcome_hex, **signed(people, "saren")}
    assert code_of(book_upload, code=returned.code, **booking) == "upload_returned"
    assert code_of(return_upload, code=returned.code, **signed(people, "saren")) == "upload_returned"
    assert not BookedSurvey.objects.exists()


def entry_count(programme):
    return sum(1 for entry in trail(programme.number) if entry.act in {"open_programme", "upload_survey"}) + 1


@pytest.mark.parametrize("who", ["temur", "chenli", "batu"])
def test_only_an_analyst_gives_it_back(send, people, who):
    upload = send()
    before = row_counts()
    assert code_of(return_upload, code=upload.code, **signed(people, who)) == "wrong_role"
    assert row_counts() == before


def test_what_cannot_be_given_back(send, people):
    own = send(by="naren")
    assert code_of(return_upload, code=own.code, **signed(people)) == "same_person"
    assert code_of(return_upload, code=own.code, **signed(people, "saren", " ")) == "reason_missing"
    own.refresh_from_db()
    assert (own.state, own.returned_at) == ("ready", None)
    drop_upload(code=own.code, **signed(people))
    assert code_of(return_upload, code=own.code, **signed(people, "saren")) == "upload_dropped"
    faulty = send({"坏.xlsx": spoilt(first_round(), put("每木", "dbh_cm", 3, "x"))}, key="faulty")
    assert code_of(return_upload, code=faulty.code, **signed(people)) == "nothing_to_return"


def test_a_check_alone_does_not_bring_it_back_a_mend_does(returned, people):
    assert recheck_upload(code=returned.code).state == "returned"
    cell = Cell("调查.xlsx", "每木", 3, 5, "12.6")
    mended = mend_upload(code=returned.code, cells=[cell], **signed(people, "temur"))
    assert (mended.state, mended.returned_reason) == ("ready", WHY)
    book_upload(code=mended.code, outcome_hex=mended.outcome_hex, **signed(people, "saren"))
    assert BookedSurvey.objects.count() == 1


def test_the_same_files_sent_again_with_an_answer_wait_again(returned, send):
    again = send(key="again", replaces=returned)
    returned.refresh_from_db()
    assert (again.state, again.pk != returned.pk, returned.state) == ("ready", True, "dropped")


def test_the_sender_sees_it_on_the_desk_and_on_the_page(send, people, programme):
    url = reverse("upload", args=[programme.number, send().code])
    sender, analyst = Clerk("temur"), Clerk("naren")
    assert "退回给传的人" not in sender.open(url).text
    assert analyst.press(url, {"act": "return"}, reason=WHY).status_code == 302
    desk = sender.client.get(reverse("desk")).content.decode()
    assert WHY in desk
    assert "娜仁 把你传的外业数据退回了" in desk
    assert WHY not in Clerk("saren").client.get(reverse("desk")).content.decode()
    page = sender.open(url).text
    for said in ("这份退回了，没有入库", WHY, "娜仁"):
        assert said in page, said
    assert "看过，入库" not in Clerk("saren").open(url).text
    refused = sender.client.post(url, {"act": "return", "reason": "x"})
    assert (refused.status_code, "wrong_role" in paper(refused).text) == (409, True)
