"""A dry run over a large survey: asked for once, done by the worker, the same figures as at once."""

import pytest
from django.urls import reverse

from clerks import Clerk
from paper import paper
from tanhui.kit.jobs.models import Job, JobFile
from tanhui.kit.jobs.work import work_on
from tanhui.site import dry_run_job


@pytest.fixture
def small_answers(finished, query):
    """What the page and the files say when it is done at once."""
    return ask(query), ask(query, "csv"), ask(query, "json")


@pytest.fixture
def query(finished):
    return {"on": finished.project.number, "against": "published-tree-biomass@1.0.0"}


def url():
    return reverse("method_dry_run", args=["gs-403", "1.0.0"])


def ask(query, kind=""):
    answer = Clerk("naren").client.get(url(), query | ({"format": kind} if kind else {}))
    assert answer.status_code == 200
    return answer.content if kind else paper(answer).text


def press(who, query):
    return Clerk(who).client.post(f"{url()}?on={query['on']}&against={query['against']}")


def test_a_large_one_is_one_job_whoever_asks_and_gives_the_same(undone, small_answers, query, monkeypatch):
    monkeypatch.setattr(dry_run_job, "LARGE", 0)
    assert "开始演算" in ask(query)
    first, second = press("naren", query), press("batu", query)
    job = Job.objects.get(kind="dry_run")
    assert (first.url, second.url, job.asked_by) == (job.page, job.page, "naren")
    shown = Clerk("naren").client.get(job.page)
    assert "用原来的方法算" in paper(shown).text
    work_on(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["said_zh"], job.result["said_en"]) == (
        "done",
        "12 个数里变了 12 个。",
        "12 of 12 figures change.",
    )
    page, csv, json = small_answers
    for words in ("published-tree-biomass 1.0.0 → gs-403 1.0.0", "12 个数里变了 12 个", "各层碳汇量", "多了："):
        assert words in ask(query)
        assert words in page
    assert (ask(query, "csv"), ask(query, "json")) == (csv, json)
    press("naren", query)
    assert (Job.objects.filter(kind="dry_run").count(), JobFile.objects.count()) == (1, 2)


def test_nobody_else_may_ask_for_one(undone, query, monkeypatch):
    monkeypatch.setattr(dry_run_job, "LARGE", 0)
    assert press("gaojie", query).status_code == 404
    assert not Job.objects.filter(kind="dry_run").exists()


def test_a_stopped_one_can_be_begun_again(undone, query, monkeypatch):
    monkeypatch.setattr(dry_run_job, "LARGE", 0)
    press("naren", query)
    job = Job.objects.get(kind="dry_run")
    naren = Clerk("naren").client
    naren.post(reverse("job", args=[job.key]), {"act": "stop", "reason": "选错了。"})
    assert "再来一次" in ask(query)
    assert naren.get(url(), query | {"format": "csv"}).status_code == 200
    naren.post(reverse("job", args=[job.key]), {"act": "retry", "reason": "没选错。"})
    work_on(job.pk)
    assert "各层碳汇量" in ask(query)
