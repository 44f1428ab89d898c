"""One finished chain for all pages that are only read. It stands in the database while a module runs."""

import pytest
from django.db import transaction

from kept import kept_people
from samples import SMALL_SURVEY
from tanhui.kit import clock
from tanhui.monitoring.services import open_programme
from tanhui.site import story

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
        yield story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)


def keep_programme(region, people):
    """One monitoring programme, so that every page of monitoring has something to show."""
    open_programme(
        name_zh="小样监测",
        name_en="Small programme",
        region_code=region.code,
        key="small",
        by=people["naren"],
        reason="示范。",
        at=clock.now(),
    )


@pytest.fixture
def undone(finished):
    """What a test writes goes away at its end; the finished chain stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
