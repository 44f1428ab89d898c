"""The application's role may do what it needs and nothing else: tried on every table that there is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from samples import SMALL_SURVEY
from tanhui.kit import roles


@pytest.fixture
def granted(db) -> None:
    with connection.cursor() as cursor:
        roles.make_role(cursor)
        roles.grant(cursor)
        assert roles.granted(cursor)


@contextmanager
def application() -> Iterator[None]:
    """Be the application for a while; the tests sign in as the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION AUTHORIZATION tanhui_app")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET SESSION AUTHORIZATION")


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as problem:
        return "permission denied" in str(problem) or "must be owner" in str(problem)
    return False


def tables_that_only_grow() -> list[str]:
    with connection.cursor() as cursor:
        return [name for _, name, only_grows in roles._tables(cursor) if only_grows]


def all_tables() -> list[str]:
    with connection.cursor() as cursor:
        return [name for _, name, *_ in roles._tables(cursor)]


def test_what_only_grows_is_neither_changed_nor_emptied_nor_unguarded(granted):
    tables = tables_that_only_grow()
    assert {"registry_leafrun", "registry_block", "registry_entry", "people_trailentry"} <= set(tables)
    with application():
        allowed = [
            statement
            for table in tables
            for statement in (
                f"UPDATE {table} SET {column(table)} = {column(table)}",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                f"DROP TRIGGER {table}_rows ON {table}",
                f"DROP TABLE {table}",
            )
            if not refused(statement)
        ]
    assert allowed == []


def column(table: str) -> str:
    with connection.cursor() as cursor:
        return '"' + connection.introspection.get_table_description(cursor, table)[0].name + '"'


def test_no_table_is_made_emptied_or_altered(granted):
    with application():
        allowed = [
            statement
            for statement in (
                "CREATE TABLE more (x int)",
                "SET session_replication_role = replica",
                "CREATE ROLE another",
                "CREATE OR REPLACE FUNCTION tanhui_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
                "SELECT pg_read_file('PG_VERSION')",
                "COPY registry_leafrun TO PROGRAM 'cat'",
                "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
                *(f"TRUNCATE {table} CASCADE" for table in all_tables()),
                *(f"ALTER TABLE {table} ADD COLUMN more int" for table in all_tables()),
            )
            if not refused(statement)
        ]
    assert allowed == []


def test_a_table_that_is_made_later_is_noticed_and_covered(granted):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (x int)")
        cursor.execute(
            "CREATE TRIGGER later_rows BEFORE UPDATE OR DELETE ON later "
            "FOR EACH ROW EXECUTE FUNCTION tanhui_append_only()"
        )
        assert not roles.granted(cursor)
        assert "GRANT SELECT, INSERT ON later TO tanhui_app" in list(roles.statements(cursor))
        roles.grant(cursor)
        assert roles.granted(cursor)
    with application():
        assert refused("UPDATE later SET x = 1")
        assert not refused("INSERT INTO later VALUES (1)")


def test_a_sequence_that_is_made_later_is_noticed_too(granted):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE later_numbers")
        assert not roles.granted(cursor)
        roles.grant(cursor)
        assert roles.granted(cursor)


def test_the_grants_can_be_read_before_there_is_the_role(db, monkeypatch):
    monkeypatch.setattr(roles, "APP", "nobody_yet")
    with connection.cursor() as cursor:
        assert "GRANT USAGE ON SCHEMA public TO nobody_yet" in list(roles.statements(cursor))


def test_the_whole_main_job_is_done_in_that_role(granted, region, people):
    from tanhui.registry.side_tables import side_faults
    from tanhui.site import story

    files = {name: text.encode() for name, text in SMALL_SURVEY.items()}
    job = story.Job(files=files, name_zh="小样", name_en="Small survey", method="published-tree-biomass")
    with application():
        chain = story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
        assert chain.retirement
        assert list(side_faults()) == []
