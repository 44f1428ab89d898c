"""Long work in pages: the panel, the ribbon, stopping, asking again, in both languages."""

import pytest
from django.test import Client
from django.urls import reverse

from tanhui.kit import clock
from tanhui.kit.jobs import services
from tanhui.kit.jobs.kinds import JobKind, Stage, forget, register
from tanhui.kit.jobs.models import Job
from tanhui.people.models import Person
from tanhui.people.queries import trail

KIND = JobKind(
    "page_test",
    (Stage("read", "读入", 1), Stage("count", "计数", 9)),
    lambda _job, _progress: {},
    readers=frozenset({"reviewer"}),
    stoppers=frozenset({"analyst"}),
)


@pytest.fixture
def job(undone):
    register(KIND)
    yield services.ask_job(
        kind="page_test",
        key="shown",
        subject="BT-MR-1",
        title=("估算：全市", "Estimate: the city"),
        page=reverse("programmes"),
        asked_by="naren",
        at=clock.now(),
    )
    forget(KIND.code)


def client(name, language="zh-hans"):
    found = Client(headers={"accept-language": language})
    found.force_login(Person.objects.get(username=name))
    return found


def running(job):
    Job.objects.filter(pk=job.pk).update(
        state="running",
        begun_at=job.asked_at,
        share_ppm=620_000,
        stage="count",
        steps_done=6214,
        steps_all=10_000,
        stages=[["read", 0, 4000], ["count", 4000, None]],
    )


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("zh-hans", ("估算：全市", "62%", "计数 6,214 / 10,000", "4.0 秒", "关掉网页也会算完", "停下", "在算")),
        ("en", ("Estimate: the city", "62%", "6,214 / 10,000", "4.0 s", "You may close the page", "Stop")),
    ],
)
def test_the_panel_says_how_far_it_is(job, language, sentences):
    running(job)
    page = client("naren", language).get(reverse("job", args=["shown"])).content.decode()
    for sentence in sentences:
        assert sentence in page
    assert 'hx-trigger="every 1s"' in page


def test_the_moving_part_asks_for_the_whole_page_once_the_job_has_ended(job):
    asking = {"HX-Request": "true"}
    running(job)
    answer = client("naren").get(reverse("job", args=["shown"]), headers=asking)
    assert "HX-Refresh" not in answer
    Job.objects.filter(pk=job.pk).update(state="done", ended_at=clock.now())
    answer = client("naren").get(reverse("job", args=["shown"]), headers=asking)
    assert answer["HX-Refresh"] == "true"
    assert "hx-get" not in answer.content.decode()


def test_every_page_of_the_workplace_finds_it_again_but_only_for_whoever_asked(job):
    running(job)
    desk = client("naren").get(reverse("desk")).content.decode()
    assert reverse("job", args=["shown"]) in desk
    assert "62%" in client("naren").get(reverse("jobs_ribbon")).content.decode()
    assert reverse("job", args=["shown"]) not in client("chenli").get(reverse("desk")).content.decode()


def test_the_end_is_told_once(job):
    Job.objects.filter(pk=job.pk).update(state="done", ended_at=clock.now(), result={"said_zh": "算得 42 t。"})
    naren = client("naren")
    assert "算得 42 t。" in naren.get(reverse("desk")).content.decode()
    naren.get(reverse("job", args=["shown"]))
    assert "算得 42 t。" not in naren.get(reverse("desk")).content.decode()


def test_the_end_can_be_put_away_where_it_is_told_and_by_whoever_asked_alone(job):
    Job.objects.filter(pk=job.pk).update(state="done", ended_at=clock.now(), result={"said_zh": "算得 42 t。"})
    naren, address = client("naren"), reverse("job", args=["shown"])
    desk = naren.get(reverse("desk")).content.decode()
    assert "知道了" in desk
    shown = naren.get(reverse("jobs_ribbon"), headers={"HX-Current-URL": "http://testserver/desk/land/"})
    assert 'name="back" value="http://testserver/desk/land/"' in shown.content.decode()
    client("chenli").post(address, {"act": "seen", "back": reverse("desk")})
    assert "算得 42 t。" in naren.get(reverse("desk")).content.decode()
    answer = naren.post(address, {"act": "seen", "back": reverse("desk")})
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk"))
    assert "算得 42 t。" not in naren.get(reverse("desk")).content.decode()


def test_stopping_needs_a_reason_and_ends_in_the_trail(job):
    address = reverse("job", args=["shown"])
    naren = client("naren")
    refused = naren.post(address, {"act": "stop", "reason": ""}, follow=True).content.decode()
    assert "没有写理由" in refused
    done = naren.post(address, {"act": "stop", "reason": "选错了方法。"}, follow=True).content.decode()
    assert "算到一半停下" in done
    assert [(entry.act, entry.reason) for entry in trail("BT-MR-1")] == [("stop_job", "选错了方法。")]
    naren.post(address, {"act": "retry", "reason": "还是要算。"})
    job.refresh_from_db()
    assert (job.state, trail("BT-MR-1")[-1].act) == ("queued", "retry_job")


def test_a_reader_may_look_and_not_stop_and_a_stranger_finds_nothing(job):
    address = reverse("job", args=["shown"])
    shown = client("chenli").get(address)
    assert shown.status_code == 200
    assert 'value="stop"' not in shown.content.decode()
    answer = client("chenli").post(address, {"act": "stop", "reason": "停。"}, follow=True).content.decode()
    assert "计量人员" in answer
    job.refresh_from_db()
    assert job.state == "queued"
    assert client("sunwei").get(address).status_code == 404


def test_the_way_back_stays_on_this_site(job):
    answer = client("naren").post(
        reverse("job", args=["shown"]), {"act": "stop", "reason": "停。", "back": "https://elsewhere.example/"}
    )
    assert answer["Location"] == reverse("job", args=["shown"])


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("zh-hans", ("估算：全市", "62%", "6,214 / 10,000", "在算", "娜仁", "BT-MR-1")),
        ("en", ("Estimate: the city", "62%", "6,214 / 10,000", "Naren")),
    ],
)
def test_the_list_says_who_what_since_and_how_far(job, language, sentences):
    running(job)
    page = client("chenli", language).get(reverse("jobs")).content.decode()
    for sentence in sentences:
        assert sentence in page, sentence
    assert f'href="{reverse("job", args=["shown"])}"' in page
    assert 'hx-trigger="every 3s"' in page


def test_the_list_shows_results_and_faults_and_rests_when_nothing_runs(job):
    Job.objects.exclude(pk=job.pk).filter(state="queued").update(state="stopped", ended_at=clock.now())
    Job.objects.filter(pk=job.pk).update(state="done", ended_at=clock.now(), result={"said_zh": "算得 42 t。"})
    page = client("naren").get(reverse("jobs")).content.decode()
    assert "算得 42 t。" in page
    assert f'href="{reverse("programmes")}">看结果' in page
    assert "every 3s" not in page
    Job.objects.filter(pk=job.pk).update(state="failed", fault={"code": "x", "message": "样地太少。"})
    assert "样地太少。" in client("naren").get(reverse("jobs")).content.decode()


def test_a_stranger_sees_only_what_is_theirs_and_anybody_may_ask_for_that(job):
    assert "估算：全市" not in client("sunwei").get(reverse("jobs")).content.decode()
    assert "估算：全市" not in client("chenli").get(f"{reverse('jobs')}?mine=1").content.decode()
    assert "估算：全市" in client("naren").get(f"{reverse('jobs')}?mine=1").content.decode()
