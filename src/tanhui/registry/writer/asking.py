"""Ask the database in its own words, without the layers between: for what the writer does hundreds of times a second.

Values go beside the question, not spelled into it. Each is planned anew: tables begin empty and grow by the thousand,
and a plan that was kept from then on reads them whole.
"""

from typing import Any, LiteralString

import psycopg
from django.db import connection


def ask(question: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of an answer. A text, a number or a list of either is one value."""
    with _cursor() as cursor, connection.wrap_database_errors:
        return cursor.execute(question, values).fetchall()


def do(statement: LiteralString, *values: object) -> None:
    """Do something that answers with nothing."""
    with _cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(statement, values)


def _cursor() -> psycopg.Cursor[tuple[Any, ...]]:
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)
