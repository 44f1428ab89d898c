"""A database that many tests share while a module or a whole run of the browser lasts, and that is emptied after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from standing import load_people, tables, unguarded


@contextmanager
def kept_people(blocker: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The demonstration region and its people, committed. All that is written meanwhile goes at the end."""
    with blocker.unblock(), own_database():
        empty()
        yield load_people()
        empty()


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
