"""Field data at the desk: upload, the list of faults, a cell mended in place, the second look, revisions, photos."""

import io
import re
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from addresses import WHO
from clerks import Clerk, walk_to
from field import first_round, put, second_round, spoilt
from field_data import booked_by_two, keep_field_data, picture
from paper import paper
from standing import load_people, row_counts
from tanhui.certification.models import Estimate
from tanhui.kit import clock
from tanhui.monitoring.models import BookedSurvey, Photo, Upload
from tanhui.monitoring.queries import latest_survey
from tanhui.monitoring.queries.intake import photos
from tanhui.monitoring.services import open_programme
from tanhui.people.models import Role, Token
from tanhui.site.permissions import MONITORING

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def people(db):
    return load_people()[1]


@pytest.fixture
def programme(people):
    signed = {"by": people["naren"], "reason": "试。", "at": clock.now()}
    return open_programme(name_zh="小样", name_en="Small", region_code="BT", key="small", **signed)


@pytest.fixture
def surveyor(people):
    return Clerk("temur")


@pytest.fixture
def analyst(people):
    return Clerk("naren")


@pytest.fixture
def second(people):
    return Clerk("saren")


def sent(content, name="外业.xlsx"):
    return [SimpleUploadedFile(name, content, XLSX)]


def upload_by_form(clerk, programme, content):
    answer = clerk.press(reverse("uploads", args=[programme.number]), {}, files=sent(content), reason="外业。")
    assert answer.status_code == 302, paper(answer).text
    return str(answer.url)


def test_the_whole_loop_by_forms(surveyor, analyst, programme):
    url = upload_by_form(surveyor, programme, spoilt(first_round(), put("每木", "dbh_cm", 3, "１３．５")))
    page = surveyor.open(url)
    for said in ("1 处要改，一格也没有入库", "每木!E3", "是不是 13.5 ？", "number_invalid"):
        assert said in page.text, said
    assert "看过，入库" not in analyst.open(url).text
    around = surveyor.open(f"{url}?at=0")
    assert "１３．５" in around.text
    mended = surveyor.press(f"{url}?at=0", {"act": "mend"}, text="13.5")
    assert mended.status_code == 302
    assert "没有错，等另一位入库" in surveyor.open(url).text
    assert "看过，入库" not in surveyor.open(url).text
    booked = analyst.press(url, {"act": "book"}, reason="看过。")
    assert booked.url == reverse("survey", args=[programme.number, 1])
    assert "这是第一版" in analyst.open(booked.url).text
    assert "第 1 版" in surveyor.open(reverse("programme", args=[programme.number])).text


def test_warnings_are_answered_for_before_booking(surveyor, analyst, programme):
    first = upload_by_form(surveyor, programme, first_round())
    analyst.press(first, {"act": "book"}, reason="看过。")
    second = upload_by_form(surveyor, programme, spoilt(second_round(), put("每木", "dbh_cm", 2, 140)))
    said = analyst.open(second).text
    assert "上一轮是 12.5" in said
    refused = analyst.press(second, {"act": "book"}, reason="看过。", warnings_reason="")
    assert (refused.status_code, "warnings_unread" in paper(refused).text) == (409, True)
    assert BookedSurvey.objects.count() == 1
    booked = analyst.press(second, {"act": "book"}, reason="看过。", warnings_reason="量过两遍。")
    assert booked.status_code == 302
    assert "量过两遍。" in analyst.open(second).text


def test_a_form_sent_twice_is_one_upload(surveyor, programme):
    url = reverse("uploads", args=[programme.number])
    first, second = surveyor.twice(url, {}, files=sent(first_round()), reason="外业。")
    assert first.url == second.url
    assert Upload.objects.count() == 1


def test_a_new_file_replaces_the_faulty_one(surveyor, programme):
    old = upload_by_form(surveyor, programme, spoilt(first_round(), put("每木", "dbh_cm", 3, "x")))
    body = surveyor.open(old).form("files", "reason").carries
    answer = surveyor.client.post(
        reverse("uploads", args=[programme.number]), {**body, "files": sent(first_round()), "reason": "改好了。"}
    )
    assert answer.status_code == 302
    assert "有新的一份代替了它" in surveyor.open(old).text
    assert Upload.objects.get(code=answer.url.split("/")[-2]).state == "ready"


def test_what_is_no_workbook_is_refused_on_the_page(surveyor, programme):
    before = row_counts()
    answer = surveyor.press(
        reverse("uploads", args=[programme.number]), {}, files=sent(b"nothing", "坏.xlsx"), reason="外业。"
    )
    said = paper(answer).text
    assert answer.status_code == 409
    for words in ("坏.xlsx 打不开", "workbook_broken", "什么都没有改"):
        assert words in said
    assert row_counts() == before


def test_an_upload_is_put_aside_with_a_reason(surveyor, programme):
    url = upload_by_form(surveyor, programme, first_round())
    assert surveyor.press(url, {"act": "drop"}, reason="传错了计划。").status_code == 302
    assert "这份放下了" in surveyor.open(url).text
    again = surveyor.client.post(url, {"act": "book", "outcome": "x", "reason": "x"})
    assert again.status_code == 409
    assert surveyor.client.post(url, {"act": "dance"}).status_code == 400


@pytest.fixture
def standing_data(people, programme):
    keep_field_data(programme, people)
    return programme


def test_a_value_is_corrected_by_two_people(analyst, second, standing_data):
    url = reverse("survey", args=[standing_data.number, 1])
    typed = {"file": "trees.csv", "key": "A1 · 1 · 001", "column": "dbh_cm", "after": "12.8", "reason": "抄错。"}
    waiting = analyst.press(url, {}, **typed)
    assert latest_survey(standing_data).revision == 1
    page = analyst.open(waiting.url)
    for said in ("没有错，等另一位入库", "A1 · 1 · 001", "12.5", "12.8", "抄错。"):
        assert said in page.text, said
    own = analyst.client.post(waiting.url, {"act": "book", "outcome": "x", "reason": "我自己入。"})
    assert "same_person" in paper(own).text
    booked = second.press(waiting.url, {"act": "book"}, reason="和原始表一致。")
    page = analyst.open(booked.url)
    for said in ("改了 1 处", "A1 · 1 · 001", "12.5", "12.8", "抄错。", "萨仁"):
        assert said in page.text, said
    stale = analyst.client.post(url, typed)
    assert "survey_moved_on" in paper(stale).text
    faulty = analyst.client.post(booked.url, {**typed, "after": "-3"})
    assert "number_out_of_range" in analyst.open(faulty.url).text
    unknown = analyst.client.post(booked.url, {**typed, "column": "nonsense"})
    assert "row_unknown" in paper(unknown).text
    plot = analyst.client.post(
        booked.url, {"file": "plots.csv", "key": "A1", "column": "plot", "after": "A9", "reason": "改名。"}
    )
    assert "key_fixed" in paper(plot).text
    assert latest_survey(standing_data).revision == 2


def test_a_misnumbered_tree_is_renumbered_only_when_two_people_say_so(analyst, second, surveyor, programme):
    analyst.press(upload_by_form(surveyor, programme, first_round()), {"act": "book"}, reason="看过。")
    changed = upload_by_form(surveyor, programme, spoilt(second_round(), put("每木", "tree", 4, "017")))
    analyst.press(changed, {"act": "book"}, reason="看过。", warnings_reason="树牌掉了。")
    url = reverse("fates", args=[programme.number])
    page = analyst.open(f"{url}?plot=A2")
    for said in ("像是换了号的", "没有记录", "新号", "017 改回 001"):
        assert said in page.text
    assert "改回" not in Clerk("chenli").open(url).text.replace("把后一轮的号改回去", "")
    answer = analyst.press(url, {}, reason="照片上是同一株。")
    assert "像是换了号的" in analyst.open(url).text
    booked = second.press(answer.url, {"act": "book"}, reason="看过照片。")
    assert booked.status_code == 302, paper(booked).text
    assert "像是换了号的" not in analyst.open(url).text
    changes = {(change.row_key, bool(change.after)) for change in latest_survey(programme).changes.all()}
    assert changes == {("A2 · 2 · 017", False), ("A2 · 2 · 001", True)}
    assert {change.reason for change in latest_survey(programme).changes.all()} == {"照片上是同一株。"}
    gone = analyst.client.post(url, {"plot": "A2", "old": "001", "new": "017", "reason": "再来。", "revision": "3"})
    assert "renumbering_unknown" in paper(gone).text


def test_photos_are_shown_without_what_the_camera_knew(analyst, standing_data):
    url = reverse("photos", args=[standing_data.number])
    answer = analyst.press(
        url, {"act": "add"}, files=[SimpleUploadedFile("IMG_1.jpg", picture((9, 9, 9)))], reason="现场。"
    )
    assert answer.status_code == 302
    loose = Photo.objects.get(plot="")
    assert "还没归位的 1 张" in analyst.open(url).text
    placed = analyst.client.post(
        url, {"act": "place", "photo": loose.code, "plot": "A2", "round": "1", "reason": "现场。"}
    )
    assert placed.status_code == 302
    wrong = analyst.client.post(url, {"act": "place", "photo": loose.code, "plot": "Z", "round": "1", "reason": "x"})
    assert "plot_unknown" in paper(wrong).text
    shown = analyst.client.get(reverse("photo", args=[standing_data.number, loose.code]))
    assert shown.content[:2] == b"\xff\xd8"
    assert b"Exif" not in shown.content


def test_downloads_are_what_they_say(analyst, standing_data):
    number = standing_data.number
    form = analyst.client.get(reverse("survey_template", args=[number, "forest"]) + "?round=next")
    assert openpyxl.load_workbook(io.BytesIO(form.content))["每木"].max_row == 7
    assert analyst.client.get(reverse("survey_template", args=[number, "moon"])).status_code == 404
    packed = analyst.client.get(reverse("survey_zip", args=[number, 1]))
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert "trees.csv" in archive.namelist()
    faulty = Upload.objects.get(state="faulty")
    marked = analyst.client.get(reverse("upload_marked", args=[number, faulty.code]))
    assert openpyxl.load_workbook(io.BytesIO(marked.content)).sheetnames[0] == "错误清单"


@pytest.mark.parametrize("role", Role.values)
def test_who_may_do_what_with_field_data(people, standing_data, role):
    clerk = Clerk(WHO[Role(role)])
    before = row_counts()
    number, ready = standing_data.number, Upload.objects.get(state="ready")
    url = reverse("upload", args=[number, ready.code])
    posts = [
        clerk.client.post(reverse("uploads", args=[number]), {"files": sent(b"x"), "reason": "x"}),
        clerk.client.post(url, {"act": "book", "outcome": "wrong", "reason": "x"}),
        clerk.client.post(url, {"act": "drop", "reason": ""}),
        clerk.client.post(reverse("photos", args=[number]), {"act": "add", "reason": "x"}),
        clerk.client.post(reverse("survey", args=[number, 1]), {"file": "x", "key": "x", "column": "x", "after": "x"}),
    ]
    if role not in MONITORING:
        assert {answer.status_code for answer in posts} == {404}
    else:
        assert {answer.status_code for answer in posts} == {409}
        codes = [re.search(r'class="mono faint">(\w+)<', answer.content.decode())[1] for answer in posts]
        able = role in {"surveyor", "analyst"}
        assert ("wrong_role" in codes[0]) is not able
        assert ("wrong_role" in codes[1]) is (role != "analyst")
    assert row_counts() == before


def test_an_upload_opens_only_under_its_own_programme(analyst, people, standing_data):
    signed = {"by": people["naren"], "reason": "试。", "at": clock.now()}
    other = open_programme(name_zh="另一个", name_en="Other", region_code="BT", key="other", **signed)
    code, picture_code = Upload.objects.first().code, photos(standing_data)[0].code
    for name, args in (("upload", code), ("upload_marked", code), ("photo", picture_code), ("survey", 1)):
        assert analyst.client.get(reverse(name, args=[other.number, args])).status_code == 404, name


def test_a_token_is_made_shown_once_and_revoked(analyst):
    url = reverse("tokens")
    made = analyst.press(url, {"act": "make"}, name="平板", scope="write", reason="外业。")
    secret = re.search(r"tht_[\w-]+", made.content.decode())[0]
    assert secret not in analyst.client.get(url).content.decode()
    headers = {"Authorization": f"Bearer {secret}"}
    assert analyst.client.get("/api/v1/programmes", headers=headers).status_code == 200
    assert analyst.press(url, {"act": "revoke"}, reason="丢了。").status_code == 302
    assert analyst.client.get("/api/v1/programmes", headers=headers).status_code == 401
    refused = analyst.client.post(url, {"act": "make", "name": " ", "scope": "write", "reason": "x"})
    assert (refused.status_code, "name_missing" in paper(refused).text) == (409, True)
    assert Token.objects.count() == 1


def test_a_project_is_measured_on_any_booked_revision_of_a_programme(people, programme, small_survey):
    url = walk_to("accept", small_survey)
    analyst = Clerk("naren")
    typed = {"reason": "取自监测计划。", "method": "published-tree-biomass", "booked": f"{programme.number}@1"}
    refused = analyst.client.post(url, {"act": "measure", **typed})
    assert (refused.status_code, "survey_not_found" in paper(refused).text) == (409, True)
    first = booked_by_two(programme, small_survey, people)
    later = small_survey["visits.csv"].decode().splitlines()
    third = "\n".join([later[0], later[1].replace(",1,", ",3,", 1).replace("2021", "2030").replace("2020", "2030")])
    booked_by_two(programme, {"visits.csv": third.encode()}, people)
    assert "第 2 版" in analyst.open(url).text
    assert analyst.press(url, {"act": "measure"}, **typed).status_code == 302
    assert Estimate.objects.get().survey.root_hex == first.root_hex
