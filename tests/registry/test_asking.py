"""What the writer asks: by key, however much there is and however little the planner knows of it."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tanhui.registry.writer import asking, loading

MANY, ASKED = 200_000, 10_000
ACCOUNTS = """
INSERT INTO registry_ledgeraccount (account, kind, closed) SELECT 'A-' || n, 'buyer', false
FROM generate_series(1, %s) AS n
"""
HOLDINGS = """
INSERT INTO registry_holding (account, lot, book, quantity_mg)
SELECT 'A-' || n, 'L-1', 'live', n FROM generate_series(1, %s) AS n
"""


@pytest.fixture
def by_key(db) -> Iterator[None]:
    """A connection as the writer has it, and tables that grew faster than statistics were taken."""
    for statement in (ACCOUNTS, HOLDINGS):
        asking.do(statement, MANY)
    asking.always_by_key()
    yield
    connection.connection.prepare_threshold = None


def plan_of(question: str, *values: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {question}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_ten_thousand_of_many_accounts_are_looked_up(by_key):
    names = ",".join(f"A-{place}" for place in range(ASKED))
    for question, values in (
        (loading._ACCOUNTS, [names]),
        (loading._HOLDINGS, [names, "L-1"]),
        (loading._HOLDINGS_OF, [names]),
    ):
        plan = plan_of(question, *values)
        assert "Seq Scan" not in plan, plan
        assert "holdings_by_size" not in plan, "all holders of the lot would be read for each block"
        assert "small_holdings" not in plan, "the same"
        assert "Index" in plan


def test_holdings_come_by_lot_and_book(by_key):
    found = {
        (lot, book.value): dict(held) for lot, book, held in loading._piles(loading._HOLDINGS, ["A-7", "A-9"], ["L-1"])
    }
    assert found == {("L-1", "live"): {"A-7": 7, "A-9": 9}}
    assert list(loading._piles(loading._HOLDINGS, ["A-7"], ["L-2"])) == []


def test_a_plan_is_kept_where_that_was_asked_for(db):
    for turn in range(4):
        assert asking.ask("SELECT %s::int + 1", turn, kept=turn > 1 or None) == [(turn + 1,)]
        kept = asking.ask("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", "SELECT $1::int + 1")
        assert kept == [(int(turn > 1),)]


def test_the_connection_of_the_writer_keeps_its_plans(by_key):
    for turn in range(4):
        asking.ask("SELECT %s::int + 2", turn)
    (count,) = asking.ask("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", "SELECT $1::int + 2")
    assert count == (1,)


def test_a_long_string_of_bytes_comes_as_it_is(db):
    content = bytes(range(256)) * 40
    for packed in (True, False):
        assert asking.ask("SELECT %s::bytea", content, packed=packed) == [(content,)]
