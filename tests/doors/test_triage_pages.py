"""Triage by clicking: facts, decisions, a list with its question, the parcels of a project."""

import re

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from shapely import box

from clerks import Clerk, apply_for
from paper import paper
from parcel_files import write_layer
from parcels import PERIOD, keep_parcels
from tanhui.land.models import Commitment, Likeness, ToldFact, Triage
from triage_kept import LIST, TOLD, keep_triage

DAYS = [day.isoformat() for day in PERIOD]
FACTS = {f"fact_{name}": value for name, value in TOLD.items()}
CHOSEN = f"?codes=A-1+A-2&from={DAYS[0]}&to={DAYS[1]}"


def test_facts_and_a_decision_of_one_parcel(people):
    keep_parcels(people)
    url = reverse("triage", args=["A-1", *DAYS])
    sent = SimpleUploadedFile("林权证.pdf", b"%PDF-1.7")
    told = Clerk("batu").press(url, {"act": "tell"}, **FACTS, note="固林证 12 号", evidence=sent, reason="按材料。")
    assert (told.status_code, ToldFact.objects.count()) == (302, 6)
    page = Clerk("batu").open(url)
    assert "林权证.pdf" in page.text
    assert Clerk("batu").press(url, {"act": "decide"}, reason="条件齐全。").status_code == 302
    assert Triage.objects.get().outcome == "ticket"


def test_many_parcels_are_told_and_decided_at_once(people):
    keep_parcels(people)
    url = reverse("triage_many") + CHOSEN
    assert Clerk("batu").press(url, {"act": "tell"}, **FACTS, reason="按材料。").status_code == 302
    assert Clerk("batu").press(url, {"act": "decide"}, reason="条件齐全。").status_code == 302
    assert Triage.objects.filter(outcome="ticket").count() == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"?codes=Z-9&from={DAYS[0]}&to={DAYS[1]}", "unknown_parcel"),
        (f"?codes=&from={DAYS[0]}&to={DAYS[1]}", "no_parcels"),
        ("?codes=A-1&from=x&to=y", "unknown_period"),
        ("?project=BT-P-2026-9999", "unknown_project"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_words(people, query, code):
    keep_parcels(people)
    answer = Clerk("batu").client.get(reverse("triage_many") + query)
    assert answer.status_code == 409
    assert code in paper(answer).text


def test_what_is_refused_keeps_nothing_and_says_so(people):
    keep_parcels(people)
    url = reverse("triage", args=["A-1", *DAYS])
    answer = Clerk("batu").press(url, {"act": "tell"}, fact_precipitation_mm="dry", reason="按材料。")
    assert (answer.status_code, ToldFact.objects.count()) == (409, 0)
    assert "bad_fact" in paper(answer).text


def test_an_owner_sees_its_own_parcels_and_no_others(people):
    keep_parcels(people, 1, owner=people["sunwei"].organisation)
    assert Clerk("zhaogang").client.get(reverse("triage", args=["A-1", *DAYS])).status_code == 404
    assert Clerk("gaojie").client.get(reverse("triage", args=["A-1", *DAYS])).status_code == 200


def test_a_list_is_imported_and_its_question_answered(people):
    keep_parcels(people)
    listed = LIST.format(owner=people["zhaogang"].organisation.name_zh)
    typed = {"scheme": "ccer", "source": "公示页", "as_of": "2026-07-19", "reason": "季度核对。"}
    url = reverse("listings")
    broken = SimpleUploadedFile("ccer.csv", (listed + "C-3,,,,审核中,,,\n").encode())
    answer = Clerk("batu").press(url, {}, **typed, file=broken)
    assert answer.status_code == 422
    assert {"name_missing", "unknown_status"} <= set(paper(answer).text.split())
    sent = SimpleUploadedFile("ccer.csv", listed.encode())
    assert Clerk("batu").press(url, {}, **typed, file=sent).status_code == 302
    question = reverse("likeness", args=[Likeness.objects.get().pk])
    answer = Clerk("batu").press(question, {}, answer="same", codes="A-1", reason="核对了边界图。")
    assert answer.status_code == 302
    assert Commitment.objects.filter(state="listed", parcel_code="A-1").exists()


def test_a_project_gets_its_parcels_and_says_so(people):
    keep_triage(people)
    desk = apply_for()
    number = desk.rstrip("/").rsplit("/", 1)[-1]
    land = reverse("project_land", args=[number])
    typed = {"codes": "A-1, A-2", "from": DAYS[0], "to": DAYS[1], "reason": "这一期的小班。"}
    assert Clerk("zhaogang").press(land, {}, **typed).status_code == 302
    assert "没有小班" not in Clerk("batu").open(reverse("project", args=[number])).text
    refused = Clerk("batu").press(desk, {"act": "accept"}, reason="材料齐全。")
    assert "likeness_open" in paper(refused).text


def test_a_project_gets_its_parcels_by_a_file(people, tmp_path):
    keep_triage(people)
    land = reverse("project_land", args=[apply_for().rstrip("/").rsplit("/", 1)[-1]])
    typed = {"codes": "", "from": DAYS[0], "to": DAYS[1], "reason": "这一期的小班。"}
    table = SimpleUploadedFile("codes.csv", "小班编号,备注\nA-2,\nA-9,\n".encode("gbk"))
    refused = Clerk("zhaogang").press(land, {}, **typed, files=table)
    assert (refused.status_code, "unknown_parcel" in paper(refused).text) == (409, True)
    table = SimpleUploadedFile("codes.csv", "小班编号,备注\nA-2,\nA-1,\n".encode("gbk"))
    assert Clerk("zhaogang").press(land, {}, **typed, files=table).status_code == 302
    assert Commitment.objects.filter(state="applied").count() == 2
    shapes = np.array([box(109.999, 40.99, 110.025, 41.02)], dtype=object)
    path = write_layer(tmp_path / "a.geojson", shapes, {"n": np.array([1])}, epsg=4326)
    boundary = SimpleUploadedFile("a.geojson", path.read_bytes())
    answer = Clerk("zhaogang").press(land, {}, **typed, files=boundary)
    assert answer.status_code == 302
    shown = Clerk("zhaogang").open(land).text
    assert "2 个小班" in shown
    nothing = Clerk("zhaogang").press(land, {}, **typed)
    assert "no_parcels" in paper(nothing).text


def test_downloads_hold_the_standing_decisions(people):
    keep_triage(people)
    text = Clerk("gaojie").client.get(reverse("triages_csv") + "?outcome=ticket").content.decode("utf-8-sig")
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == ["A-1", "A-2", "A-3"]
    assert Clerk("gaojie").client.get(reverse("triages_xlsx")).content[:2] == b"PK"


def test_a_long_list_of_decisions_is_turned_page_by_page(people, monkeypatch):
    keep_triage(people)
    monkeypatch.setattr("tanhui.land.pages.triages.PAGE", 2)
    clerk = Clerk("surina")
    first = clerk.client.get(reverse("triages") + "?text=A-").content.decode()
    assert "?page=2&amp;text=A-&amp;outcome=&amp;county=" in first
    second = clerk.client.get(reverse("triages") + "?page=2&text=A-").content.decode()
    assert "?page=1&amp;text=A-" in second
    assert "A-1" in second


def section_of(text, route):
    part = text[text.index(f'aria-labelledby="h-{route}"') :]
    return part[: part.index("</section>")]


@pytest.mark.parametrize(
    ("language", "line"),
    [("zh-hans", r"(\d+) 条还没有数据"), ("en", r"Conditions without data: (\d+)")],
    ids=("zh", "en"),
)
def test_failing_conditions_stand_open_and_those_without_data_fold_into_one_line(people, language, line):
    keep_parcels(people)
    url = reverse("triage", args=["A-1", *DAYS])
    clerk = Clerk("batu")
    clerk.press(url, {"act": "tell"}, fact_wetland="yes", reason="按材料。")
    said = clerk.client.get(url, headers={"accept-language": language}).content.decode()
    for route in ("ccer", "ticket"):
        above, folded = section_of(said, route).split("<details", 1)
        assert not folded.startswith(" open")
        assert folded.count('class="badge wait"') == int(re.search(line, folded).group(1)) > 0
        assert 'class="badge wait"' not in above[above.index("</h2>") :]
        failing = above[above.index("<table") : above.index("</table>")]
        assert failing.count('class="badge due"') == failing.count('<td class="wide o1">') > 0
        assert above.count("<li>") > 0, "what is met stands in short"


def test_areas_are_written_for_readers(people):
    keep_parcels(people)
    said = Clerk("batu").open(reverse("triage", args=["A-1", *DAYS])).text
    assert re.search(r"\d,\d{3} m²", said)
    assert "m2" not in said
