"""Work that nobody asks for: once a night, by day only when it is overdue, and never twice."""

from datetime import UTC, datetime, timedelta

import pytest
from job_kinds import STAGES, count

from tanhui.kit.jobs.kinds import JobKind, Nightly, forget, register
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.nightly import ask_due

NIGHT = datetime(2026, 11, 26, 19, tzinfo=UTC)
"""Three in the morning of the 27th where the registry is."""


@pytest.fixture(autouse=True)
def kind(db):
    told = Nightly(hour=3, subject="thing", title=("夜里的事", "Night work"), page="books")
    one = JobKind("at_night", STAGES, count, readers=frozenset(), stoppers=frozenset(), nightly=told)
    register(one)
    yield one
    forget(one.code)


def asked(at):
    return [job.key for job in ask_due(at=at) if job.kind == "at_night"]


def test_it_is_asked_once_in_the_night():
    assert asked(NIGHT - timedelta(minutes=1)) == []
    assert asked(NIGHT) == ["at_night 2026-11-27"]
    assert asked(NIGHT + timedelta(minutes=5)) == []
    assert asked(NIGHT + timedelta(hours=10)) == []
    assert asked(NIGHT + timedelta(days=1)) == ["at_night 2026-11-28"]
    job = Job.objects.filter(kind="at_night").last()
    assert (job.subject, job.title_en, job.page, job.asked_by) == ("thing", "Night work", "/books/", "")


def test_it_is_not_asked_by_day_unless_it_is_overdue():
    noon = NIGHT + timedelta(hours=9)
    assert asked(noon) == []
    assert asked(NIGHT) == ["at_night 2026-11-27"]
    assert asked(noon + timedelta(days=1)) == []
    assert asked(noon + timedelta(days=2)) == ["at_night 2026-11-29"]
    assert asked(noon + timedelta(days=2, hours=1)) == []


def test_the_check_of_the_ledger_is_asked_for_at_night():
    kinds = {job.kind for job in ask_due(at=NIGHT)}
    assert {"at_night", "ledger_check"} <= kinds
