"""A large design: left to the worker by the same form, the same plots; a count that takes too long says what did."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clerks import Clerk
from paper import paper
from tanhui.kit import clock
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.work import work_on
from tanhui.kit.problems import Problem
from tanhui.monitoring.design import asked
from tanhui.monitoring.design.typed import Typed
from tanhui.monitoring.pages import design_form
from tanhui.monitoring.queries import design_content, designs, latest_design
from tanhui.monitoring.services import open_programme
from tanhui.monitoring.services.draw_jobs import DRAW_KIND, ask_draw
from tanhui.people.models import Person
from tanhui.people.queries import trail

FIGURES = {"mean": ["30"] * 3, "sd": ["12"] * 3, "seed": "77", "reason": "按方案抽样。"}


@pytest.fixture
def programme(undone):
    """A programme of this test's own, without a design."""
    naren = Person.objects.get(username="naren")
    told = {"name_zh": "新计划", "name_en": "New programme", "region_code": "BT", "key": "fresh"}
    return open_programme(**told, by=naren, reason="新的一套样地。", at=clock.now())


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(asked, "AT_ONCE_PLOTS", 3)


def form(programme):
    return reverse("design_new", args=[programme.number]) + "?source=zones&by=ecosystem"


def home(programme):
    return Clerk("naren").open(reverse("programme", args=[programme.number]))


def body(programme, **typed):
    """What the form carries when it is opened, with figures filled in."""
    context = Clerk("naren").client.get(form(programme)).context
    told = {name: str(value) for name, value in context["fields"].items()}
    told |= {name: context[name] for name in ("source", "by", "command")}
    rows = context["rows"]
    told |= {"stratum": [row["stratum"].name for row in rows], "layout": [row["layout"] for row in rows]}
    return {**told, "figures": ["hand"] * len(rows), "cost": ["1"] * len(rows), **FIGURES, **typed}


def draw(programme, **typed):
    return Clerk("naren").client.post(form(programme), body(programme, **typed))


def worked():
    job = Job.objects.get(kind="draw_design")
    work_on(job.pk)
    job.refresh_from_db()
    return job


def test_the_worker_draws_what_the_request_would_have_drawn(programme, large, monkeypatch):
    sent = body(programme)
    first, second = (Clerk("naren").client.post(form(programme), sent) for _press in range(2))
    page = reverse("programme", args=[programme.number])
    assert (first.url, second.url, Job.objects.filter(kind="draw_design").count()) == (page, page, 1)
    assert designs(programme) == []
    assert "逐层布点" in home(programme).text
    job, kept = worked(), latest_design(programme)
    plots = design_content(kept)["sample"]
    assert (job.state, job.result["said_zh"]) == ("done", f"第 1 版设计已抽出，{plots} 块样地。")
    assert job.result["said_en"] == f"Design revision 1 drawn, {plots} plots."
    assert [stage[0] for stage in job.stages] == [stage.code for stage in DRAW_KIND.stages]
    assert (trail(programme.number)[-1].act, trail(programme.number)[-1].reason) == ("draw_design", "按方案抽样。")
    assert "逐层布点" not in home(programme).text
    monkeypatch.setattr(asked, "AT_ONCE_PLOTS", 500)
    draw(programme)
    assert [found.hash_hex for found in designs(programme)] == [kept.hash_hex]


def test_a_draw_whose_worker_died_after_writing_is_no_second_revision(programme, large):
    draw(programme)
    job = worked()
    Job.objects.filter(pk=job.pk).update(state="queued")
    assert worked().state == "done"
    assert len(designs(programme)) == 1


def test_a_small_design_that_takes_too_long_is_left_to_the_worker(programme, monkeypatch):
    monkeypatch.setattr(design_form, "REQUEST_LIMIT", timedelta(milliseconds=-1))
    assert draw(programme).url == reverse("programme", args=[programme.number])
    assert designs(programme) == []
    assert worked().state == "done"
    assert len(designs(programme)) == 1


def test_a_refused_one_says_why_and_keeps_what_was_typed(programme, large):
    draw(programme, least_distance_m="90000", mean=["31", "32", "33"])
    job = worked()
    assert (job.state, job.fault["code"]) == ("failed", "no_room")
    shown = home(programme)
    assert "放不下" in shown.text
    again = Clerk("naren").client.get(f"{form(programme)}&again=1")
    assert [row["mean"] for row in again.context["rows"]] == ["31", "32", "33"]
    assert again.context["fields"]["least_distance_m"] == "90000"
    assert draw(programme, least_distance_m="50", seed="5").status_code == 302
    assert Job.objects.filter(kind="draw_design").count() == 2


def test_a_stopped_one_can_be_asked_for_again(programme, large):
    draw(programme)
    url = reverse("job", args=[Job.objects.get(kind="draw_design").key])
    Clerk("naren").client.post(url, {"act": "stop", "reason": "选错了地。"})
    assert Job.objects.get(kind="draw_design").state == "stopped"
    Clerk("naren").client.post(url, {"act": "retry", "reason": "没选错。"})
    assert worked().state == "done"
    assert len(designs(programme)) == 1


def test_two_draws_do_not_wait_at_once(programme, large):
    draw(programme)
    busy = draw(programme, seed="78")
    assert (busy.status_code, "draw_busy" in paper(busy).text) == (409, True)
    assert Job.objects.filter(kind="draw_design").count() == 1


@pytest.mark.parametrize(
    ("username", "reason", "code"), [("temur", "抽。", "wrong_role"), ("naren", " ", "reason_missing")]
)
def test_only_an_analyst_with_a_reason_leaves_a_draw_to_the_worker(programme, username, reason, code):
    by = Person.objects.get(username=username)
    asked_for = {"programme": programme, "typed": Typed({}, []), "key": "k", "by": by, "reason": reason}
    with pytest.raises(Problem) as refused:
        ask_draw(**asked_for, at=clock.now())
    assert refused.value.code == code
    assert not Job.objects.filter(kind="draw_design").exists()


def test_a_large_one_is_said_to_be_so_before_it_is_drawn(programme, monkeypatch):
    counted = preview(programme)
    assert "在后台抽" not in counted
    monkeypatch.setattr(asked, "AT_ONCE_PARCELS", 0)
    assert "在后台抽" in preview(programme)


def preview(programme):
    answer = Clerk("naren").client.post(reverse("design_preview", args=[programme.number]), body(programme))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("slow", "what", "helps"),
    [
        ("read_land", "读土地的边界", "简化边界"),
        ("read_plots", "找已有样地", "不勾"),
        ("count", "一块一块地试", "放宽相对误差"),
    ],
)
def test_a_count_that_takes_too_long_says_what_took_it_and_what_helps(programme, monkeypatch, slow, what, helps):
    """The clock jumps a minute while one stage goes on."""
    begun, stage = clock.now(), [""]

    def now():
        return begun + timedelta(seconds=61 if past[0] else 0)

    past = [False]
    real = asked.Watch.__call__

    def call(watch, said, done, of):
        past[0] = past[0] or stage[0] == slow
        stage[0] = said
        real(watch, said, done, of)

    monkeypatch.setattr(asked.clock, "now", now)
    monkeypatch.setattr(asked.Watch, "__call__", call)
    said = preview(programme)
    assert "count_too_long" in said
    assert "数了 61 秒" in said
    assert what in said
    assert helps in said
    assert "在后台数和抽" in said
