"""Triage of more parcels than a request may take: asked for, assessed by the worker, seen, decided by the worker."""

import pytest
from django.urls import reverse

from clerks import Clerk
from paper import paper
from parcels import PERIOD, keep_parcels
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.work import work_on
from tanhui.land.models import Triage
from tanhui.land.pages import triage_many
from triage_kept import keep_triage

DAYS = f"from={PERIOD[0].isoformat()}&to={PERIOD[1].isoformat()}"
CHOICES = (f"?county=all&{DAYS}", f"?county=150222&{DAYS}", f"?codes=A-1+A-2+A-3+A-4&{DAYS}")


@pytest.fixture(autouse=True)
def large(monkeypatch):
    monkeypatch.setattr(triage_many, "AT_ONCE", 3)


def work_off_one():
    job = Job.objects.filter(state="queued").get()
    work_on(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.fault
    return job


@pytest.mark.parametrize("query", CHOICES)
def test_a_whole_region_is_assessed_seen_and_decided_by_the_worker(people, query):
    keep_parcels(people)
    batu, url = Clerk("batu"), reverse("triage_many") + query
    assert "4 个小班" in batu.open(url).text
    first, second = batu.twice(url, {"act": "assess"})
    assert (first.url, second.url, Job.objects.count()) == (first.url, first.url, 1)
    assert "逐个对照判定表" in batu.open(first.url).text
    job = work_off_one()
    assert job.result["said_zh"].startswith("对照了 4 个小班：")
    assert job.result["said_en"].startswith("Assessed 4 parcels: ")
    assert not Triage.objects.exists()
    assert len(batu.client.get(f"{first.url}&format=csv").content.splitlines()) == 5
    refused = batu.press(first.url, {"act": "decide"}, reason="")
    assert (refused.status_code, "reason_missing" in paper(refused).text) == (409, True)
    decided, again = batu.twice(first.url, {"act": "decide"}, reason="条件齐全。")
    assert (decided.url, Job.objects.count()) == (again.url, 2)
    assert work_off_one().result["said_zh"].startswith("判定了 4 个小班：")
    assert Triage.objects.count() == 4
    assert "判定了 4 个小班" in batu.open(decided.url).text


def test_what_is_decided_already_is_not_written_again_when_a_worker_begins_anew(people):
    keep_triage(people)
    batu, before = Clerk("batu"), Triage.objects.count()
    asked = batu.press(reverse("triage_many") + CHOICES[0], {"act": "assess"})
    work_off_one()
    batu.press(asked.url, {"act": "decide"}, reason="再看。")
    work_off_one()
    assert Triage.objects.count() == before


def test_only_operators_decide_and_nobody_before_the_assessment(people):
    keep_parcels(people)
    url = reverse("triage_many") + CHOICES[0]
    asked = Clerk("naren").press(url, {"act": "assess"})
    batu = Clerk("batu").client.post(asked.url, {"act": "decide", "job": Job.objects.get().key, "reason": "急。"})
    assert (batu.status_code, "not_assessed" in paper(batu).text) == (409, True)
    work_off_one()
    assert "照今天的样子判定" not in Clerk("naren").open(asked.url).text
    naren = Clerk("naren").client.post(asked.url, {"act": "decide", "job": Job.objects.get().key, "reason": "我来。"})
    assert naren.status_code in {403, 409}
    assert Job.objects.count() == 1


def test_an_owner_sees_its_own_land_and_nobody_elses_job(people):
    keep_parcels(people)
    asked = Clerk("batu").press(reverse("triage_many") + CHOICES[0], {"act": "assess"})
    assert Clerk("zhaogang").client.get(asked.url).status_code == 404
    assert "4 个小班" in Clerk("zhaogang").open(reverse("triage_many") + CHOICES[0]).text


def test_a_county_without_parcels_is_refused_in_words(people):
    answer = Clerk("batu").client.get(reverse("triage_many") + CHOICES[0])
    assert (answer.status_code, "这里一个小班也没有" in paper(answer).text) == (409, True)
