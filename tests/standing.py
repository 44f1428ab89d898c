"""A database whose writes stand: for threads that must see each other, and for tampering with what is there.

The `db` fixture rolls back what a test does, so nobody else ever sees it. With the fixture `standing` everything is
committed, and the tables are emptied afterwards, the append-only ones included.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from tanhui.core.ledger.days import begin_of, day_of
from tanhui.kit import clock
from tanhui.land.services import REGIONS, load_region
from tanhui.site.demonstration import register_demonstration_people

CONTEXTS = ("jobs", "procrastinate", "people", "land", "monitoring", "certification", "registry")


def tables() -> list[str]:
    """Every table of the contexts."""
    return [model._meta.db_table for label in CONTEXTS for model in apps.get_app_config(label).get_models()]


def row_counts() -> Counter[str]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        counts = Counter[str]()
        for table in tables():
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


@contextmanager
def unguarded() -> Iterator[Any]:
    """A cursor that no trigger holds back: what somebody with the keys to the database could do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def run_sql(statement: str) -> None:
    """Run a statement as anybody with the site's own password could, guarded by all triggers and constraints."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


@contextmanager
def broken(table: str) -> Iterator[None]:
    """A database that fails at the very row that comes next: no space, a lost disk, a pulled plug."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'disk is full' USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION disk_is_full()"
        )
        yield
        cursor.execute(f"DROP TRIGGER full_disk ON {table}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def noon_in(days: int) -> datetime:
    """Noon of a day to come, whatever minute of the night a test runs in."""
    return clock.from_ms(begin_of(day_of(clock.to_ms(clock.now())) + days)) + timedelta(hours=12)


def load_people() -> tuple[Any, dict[str, Any]]:
    """The demonstration region and its people."""
    return load_region(folder=REGIONS / "baotou"), register_demonstration_people()


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Do all acts at the same moment, each in a thread with a connection of its own; give answers or exceptions."""
    gate = Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def do(place: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            answers[place] = acts[place]()
        except Exception as problem:  # noqa: BLE001 - what it was is what the test looks at
            answers[place] = problem
        finally:
            connection.close()

    threads = [Thread(target=do, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "two people at once wait for each other for ever"
    return answers
