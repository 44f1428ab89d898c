"""One after the other: what two people do to the same thing at once happens in some order, never both half."""

from django.db import connection


def wait_turn(name: str) -> None:
    """Wait until nobody else has this name, and keep it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
