"""A desk where every act can be ordered: the main job done once for a module, what a test adds taken back after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from act_desk import ActDesk
from kept import kept_job
from tanhui.land.models import Region
from tanhui.site import story
from tanhui.site.demonstration import register_demonstration_people


@pytest.fixture(scope="module")
def kept_main_job(django_db_setup: None, django_db_blocker: Any) -> Iterator[story.Job]:
    """The main job, committed."""
    assert django_db_setup is None
    with kept_job(django_db_blocker) as job:
        yield job


@pytest.fixture
def acts(kept_main_job: story.Job) -> Iterator[ActDesk]:
    """One lot, an owner and a buyer who hold of it, two registrars and two people of supervision."""
    with transaction.atomic():
        people = register_demonstration_people()
        chain = story.run(
            job=kept_main_job, region=Region.objects.get(), people=people, tell=lambda _step, _facts: None
        )
        yield ActDesk.of(chain, people)
        transaction.set_rollback(True)
