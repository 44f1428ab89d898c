"""Many rows at once, by the database's own COPY."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Append rows to a table. JSON comes as text. All triggers and constraints hold as for an INSERT."""
    statement = f"COPY {table} ({_names(columns)}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def copy_binary(table: str, columns: Sequence[str], rows: Iterable[bytes]) -> None:
    """Append rows that are packed already, as the binary form of COPY has them: for tables that grow by millions."""
    statement = f"COPY {table} ({_names(columns)}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        copy.write(b"".join((_BEGIN, *rows, _END)))


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
