"""Jobs inside one process: asked once, watched, refused, stopped, asked again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from job_kinds import KINDS, register_all
from procrastinate.contrib.django.models import ProcrastinateJob

from standing import at_once
from tanhui.kit.jobs import queries, services
from tanhui.kit.jobs.kinds import forget
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.progress import held, share_ppm
from tanhui.kit.jobs.wording import fault_words
from tanhui.kit.jobs.work import MOST_ATTEMPTS, work_on
from tanhui.kit.jobs.worker import take_up_abandoned, work_off
from tanhui.kit.problems import Problem

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kinds():
    register_all()
    yield
    for kind in KINDS:
        forget(kind.code)


def ask(kind="count", key="one", **arguments):
    return services.ask_job(
        kind=kind,
        key=key,
        subject="BT-1",
        title=("数一数", "Count"),
        page="/desk/",
        asked_by="naren",
        at=NOON,
        arguments={"numbers": 4, **arguments},
    )


def test_a_job_is_done_and_says_what_came_of_it(standing):
    job = ask()
    work_off()
    job.refresh_from_db()
    assert (job.state, job.result["total"], job.share_ppm) == ("done", 14, 1_000_000)
    assert [code for code, _begun, _ended in job.stages] == ["read", "count"]
    assert all(ended >= begun for _code, begun, ended in job.stages)
    assert job.begun_at <= job.ended_at


def test_asked_twice_is_one_job(db):
    assert ask().pk == ask(numbers=9).pk
    assert Job.objects.count() == 1
    assert ProcrastinateJob.objects.filter(args__job=Job.objects.get().pk).count() == 1


def test_two_ask_at_once_and_get_the_same_job(standing):
    first, second = at_once([ask, ask])
    assert first.pk == second.pk
    assert Job.objects.count() == 1


def test_a_job_is_queued_only_if_its_act_stands(standing):
    before = ProcrastinateJob.objects.count()
    with transaction.atomic():
        ask()
        assert ProcrastinateJob.objects.count() == before + 1
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert ProcrastinateJob.objects.count() == before


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [("refuse", "too_few_plots", "样地太少。"), ("run_out", "job_out_of_memory", "内存不够，没有算完")],
)
def test_a_job_that_cannot_be_done_says_why(standing, kind, code, said):
    job = ask(kind)
    work_off()
    job.refresh_from_db()
    assert job.state == "failed"
    assert fault_words(job)["code"] == code
    assert fault_words(job)["message"] == said
    assert fault_words(job)["help"]


def test_a_bug_closes_the_job_and_goes_on_to_the_log(standing):
    job = ask("break")
    with pytest.raises(ZeroDivisionError):
        work_on(job.pk)
    job.refresh_from_db()
    assert (job.state, fault_words(job)["code"]) == ("failed", "job_broken")


def test_a_failed_job_can_be_asked_again(standing):
    job = ask("refuse")
    work_off()
    services.retry_job(job=job, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.fault, job.attempts, job.stages) == ("queued", {}, 0, [])
    work_off()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 1)


def test_what_waits_is_stopped_at_once_and_never_begun(standing):
    job = ask()
    services.stop_job(job=job, at=NOON)
    work_off()
    job.refresh_from_db()
    assert (job.state, job.begun_at, job.result) == ("stopped", None, {})


def test_what_has_ended_is_not_stopped_and_what_is_done_not_done_again(standing):
    job = ask()
    with pytest.raises(Problem, match="还在排队"):
        services.retry_job(job=job, at=NOON)
    work_off()
    with pytest.raises(Problem) as refused:
        services.stop_job(job=job, at=NOON)
    assert refused.value.code == "job_ended"
    with pytest.raises(Problem) as refused:
        services.retry_job(job=job, at=NOON)
    assert refused.value.code == "job_done"


def test_a_job_nobody_holds_is_taken_up_again(standing):
    job = ask()
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1)
    assert take_up_abandoned() == 1
    work_off()
    job.refresh_from_db()
    assert (job.state, job.result["total"], job.attempts) == ("done", 14, 2)


def test_a_job_somebody_holds_is_left_alone(standing):
    job = ask()
    Job.objects.filter(pk=job.pk).update(state="running")
    with held(job.pk) as mine, held(job.pk) as other:
        assert (mine is not None, other) == (True, None)
        assert take_up_abandoned() == 0
        work_on(job.pk)
    job.refresh_from_db()
    assert job.state == "running"


def test_a_job_that_kills_its_worker_is_not_tried_for_ever(standing):
    job = ask()
    Job.objects.filter(pk=job.pk).update(attempts=MOST_ATTEMPTS)
    work_off()
    job.refresh_from_db()
    assert (job.state, job.fault) == ("failed", {"code": "job_killed"})


def test_percent_and_time_left():
    kind = KINDS[0]
    assert share_ppm(kind, "read", 1, 2) == 50_000
    assert share_ppm(kind, "count", 0, 0) == 100_000
    assert share_ppm(kind, "count", 5, 10) == 550_000
    job = Job(state="running", begun_at=NOON, share_ppm=250_000)
    assert queries.percent(job) == 25
    assert queries.seconds_left(job, NOON + timedelta(seconds=20)) == 60
    assert queries.seconds_left(job, NOON + timedelta(seconds=1)) is None
    job.share_ppm = 1_000_000
    assert queries.percent(job) == 99


def test_only_those_concerned_see_a_job(db):
    ask()
    assert queries.job("one", person="naren", role="owner").key == "one"
    assert queries.job("one", person="chenli", role="reviewer").key == "one"
    with pytest.raises(Problem) as refused:
        queries.job("one", person="sunwei", role="buyer")
    assert refused.value.code == "unknown_job"


def test_every_page_speaks_of_a_job_until_its_end_was_seen(standing):
    job = ask()
    assert [told.key for told in queries.told_to("naren")] == ["one"]
    assert list(queries.told_to("chenli")) == []
    work_off()
    services.see_page(page="/elsewhere/", asked_by="naren", at=NOON)
    assert [told.state for told in queries.told_to("naren")] == ["done"]
    services.see_page(page=job.page, asked_by="naren", at=NOON)
    assert list(queries.told_to("naren")) == []
