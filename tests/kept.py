"""A database that many tests share while a module or a whole run of the browser lasts, and that is emptied after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from samples import SMALL_SURVEY
from standing import load_people, tables, unguarded
from tanhui.site import story


@contextmanager
def kept_people(blocker: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The demonstration region and its people, committed. All that is written meanwhile goes at the end."""
    with blocker.unblock(), own_database():
        connection.close()  # Another module's browser may have hung it up.
        empty()
        before = _sessions()
        try:
            yield load_people()
        finally:
            empty()
            _hang_up(_sessions() - before)
            # Beside a running browser Django keeps a connection apart; left open, the database could not be removed.
            connection.close()


def _sessions() -> set[int]:
    """Whoever is connected to this database; the tests' own connections of other threads are among them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return {pid for (pid,) in cursor.fetchall()} - {connection.connection.info.backend_pid}


def _hang_up(sessions: set[int]) -> None:
    """End what a map still asked for when its window was closed; left open, the database could not be removed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [sorted(sessions)])


@contextmanager
def own_database() -> Iterator[None]:
    """The tests' own database. pytest-django makes none when no chosen test takes its `db` fixture."""
    if str(connection.settings_dict["NAME"]).startswith("test_"):
        yield
        return
    made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    yield
    teardown_databases(made, verbosity=0)


def empty() -> None:
    Session.objects.all().delete()
    with unguarded() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables())}")


@contextmanager
def kept_job(blocker: Any) -> Iterator[story.Job]:
    """The main job done on the small survey, committed. Running it again finds everything done, and is quick."""
    files = {name: text.encode() for name, text in SMALL_SURVEY.items()}
    job = story.Job(files=files, name_zh="小样", name_en="Small survey", method="published-tree-biomass")
    with kept_people(blocker) as (region, people):
        story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
        yield job
