"""Who may do what in the database: an owner who makes tables, and an application that reads and writes rows.

The application's role owns nothing. It cannot make, change or empty a table, nor switch a trigger off; in tables that
only grow it may add rows and read them. Which tables only grow, their triggers say, so a new one is covered by itself.
"""

from collections.abc import Iterator
from typing import Any, Final, Protocol

APP: Final = "tanhui_app"
READ_ONLY: Final = ("django_migrations",)
GUARD: Final = "tanhui_append_only"
"""What a trigger calls that keeps a table from losing or changing a row (`kit.tables`)."""

_TABLES: Final = """
SELECT quote_ident(relname), relname, EXISTS (
    SELECT FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgrelid = pg_class.oid AND proname = %s
    AND tgqual IS NULL AND cardinality(tgattr::int2[]) = 0 AND tgtype & 24 = 24 -- every UPDATE and every DELETE
) AS only_grows
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
"""
_RIGHTS: Final = """
SELECT relname, has_table_privilege(%s, oid, 'SELECT'), has_table_privilege(%s, oid, 'UPDATE') FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
_CLOSED_SEQUENCES: Final = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
AND NOT (has_sequence_privilege(%s, oid, 'USAGE') AND has_sequence_privilege(%s, oid, 'SELECT'))
"""
_KNOWN: Final = "SELECT 1 FROM pg_roles WHERE rolname = %s"


class Asked(Protocol):
    """A cursor, of Django or of psycopg."""

    def execute(self, query: Any, params: Any = None, /) -> Any:  # noqa: ANN401 - two libraries' own shapes
        """Ask or do something."""

    def fetchall(self) -> list[Any]:
        """Return all rows."""


def make_role(cursor: Asked) -> bool:
    """Make the application's role where it is missing; say whether it was."""
    cursor.execute(_KNOWN, [APP])
    if cursor.fetchall():
        return False
    cursor.execute(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
    return True


def grant(cursor: Asked) -> None:
    """Give the application what it needs and nothing else. In one transaction of the caller's nobody notices it."""
    for statement in list(statements(cursor)):
        cursor.execute(statement)


def granted(cursor: Asked) -> bool:
    """Say whether the application may read every table and number rows, and change what does not only grow."""
    cursor.execute(_CLOSED_SEQUENCES, [APP, APP])
    if cursor.fetchall():
        return False
    cursor.execute(_RIGHTS, [APP, APP])
    rights = {name: (reads, changes) for name, reads, changes in cursor.fetchall()}
    return all(
        rights[name] == (True, not only_grows and name not in READ_ONLY) for _, name, only_grows in _tables(cursor)
    )


def statements(cursor: Asked) -> Iterator[str]:
    """Yield the grants for the tables that there are, one by one, so that a person can read them first."""
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {APP}"
    yield f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {APP}"
    yield f"GRANT USAGE ON SCHEMA public TO {APP}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}"
    for quoted, name, only_grows in _tables(cursor):
        if name in READ_ONLY:
            yield f"GRANT SELECT ON {quoted} TO {APP}"
        elif only_grows:
            yield f"GRANT SELECT, INSERT ON {quoted} TO {APP}"
        else:
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {quoted} TO {APP}"


def _tables(cursor: Asked) -> list[Any]:
    cursor.execute(_TABLES, [GUARD])
    return cursor.fetchall()
