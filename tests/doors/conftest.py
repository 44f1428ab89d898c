"""One finished chain for all pages that are only read. It stands in the database while a module runs."""

import pytest
from django.db import transaction

from designs import keep_design
from field_data import keep_field_data
from kept import kept_people
from land_kept import keep_land
from run_samples import keep_results
from samples import SMALL_SURVEY
from standing import noon_in
from tanhui.kit import clock
from tanhui.kit.jobs.kinds import JobKind, Stage, register
from tanhui.kit.jobs.services import ask_job
from tanhui.monitoring.services import open_programme
from tanhui.people.models import Role
from tanhui.registry.services.closing_days import close_day
from tanhui.site import story
from triage_kept import keep_triage

SYNTHETIC = ("样地数据为示范而编。", "The plots were made up for a demonstration.")


@pytest.fixture(scope="module")
def finished(django_db_setup, django_db_blocker):
    """The whole main job, done and standing: read it, or change it in a test that takes `undone` too."""
    job = story.Job(
        files={name: text.encode() for name, text in SMALL_SURVEY.items()},
        name_zh="小样",
        name_en="Small survey",
        method="published-tree-biomass",
        synthetic_zh=SYNTHETIC[0],
        synthetic_en=SYNTHETIC[1],
    )
    with kept_people(django_db_blocker) as (region, people):
        keep_programme(region, people)
        keep_triage(people)
        keep_results(people)
        keep_land(people)
        keep_long_work()
        done = story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
        assert close_day(at=noon_in(1)) is not None
        yield done


def keep_programme(region, people):
    """One monitoring programme, so that every page of monitoring has something to show."""
    made = open_programme(
        name_zh="小样监测",
        name_en="Small programme",
        region_code=region.code,
        key="small",
        by=people["naren"],
        reason="示范。",
        at=clock.now(),
    )
    keep_field_data(made, people)
    keep_design(made, people)


@pytest.fixture
def undone(finished):
    """What a test writes goes away at its end; the finished chain stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


ANYBODY = frozenset(Role.values)
KEPT_KIND = JobKind("kept", (Stage("count", "计数", 1),), lambda _job, _progress: {}, ANYBODY, frozenset())


def keep_long_work():
    """One job that waits, so that the pages of long work have something to show."""
    register(KEPT_KIND)
    ask_job(kind="kept", key="kept", subject="x", title=("等着", "Waiting"), page="/", asked_by="x", at=clock.now())
