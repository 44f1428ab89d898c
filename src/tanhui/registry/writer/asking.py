"""Ask the database in its own words, without the layers between: for what the writer does hundreds of times a second.

Values go beside the question, not spelled into it. As a rule each is planned anew: tables begin empty and grow by the
thousand, and a plan that was kept from then on reads them whole. A connection that looks up by keys keeps its plans.
"""

from typing import Any, Final, LiteralString

import psycopg
from django.db import connection

_KEPT_FROM: Final = 1
_KEPT_WHEN_ASKED: Final = 2**31
"""How often the same question is asked before its plan is kept."""


def ask(
    question: LiteralString, *values: object, packed: bool = False, kept: bool | None = None
) -> list[tuple[Any, ...]]:
    """Return the rows of an answer. A text, a number or a list of either is one value.

    `packed` is for long strings of bytes: they come as they are, not spelled in letters. `kept` is for a question whose
    plan cannot depend on what is in a table.
    """
    with _cursor() as cursor, connection.wrap_database_errors:
        return cursor.execute(question, values, binary=packed, prepare=kept).fetchall()


def do(statement: LiteralString, *values: object) -> None:
    """Do something that answers with nothing."""
    with _cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(statement, values)


def always_by_key() -> None:
    """Have this connection look rows up by their keys from now on, however many are asked for, and keep its plans.

    Of ten thousand keys the planner thinks that reading a table of a million rows whole, with helpers, is cheaper.
    """
    do("SET enable_seqscan = off")
    do("SET plan_cache_mode = force_generic_plan")
    connection.connection.prepare_threshold = _KEPT_FROM


def without_waiting_for_the_disk() -> None:
    """Have this transaction stand before the disk has it: for what is made again from the journal after a crash.

    The database writes all changes in one order. Whatever waits for the disk later waits for this as well.
    """
    do("SET LOCAL synchronous_commit = off")


def _cursor() -> psycopg.Cursor[tuple[Any, ...]]:
    connection.ensure_connection()
    if connection.connection.prepare_threshold is None:
        connection.connection.prepare_threshold = _KEPT_WHEN_ASKED
    return psycopg.Cursor(connection.connection)
