"""ledger.batch: one giver, a million receivers, through the queue, the writer that serves and the tables behind it.

Beside it a bare COPY of the same rows: what the batch has added to the ledger's tables, read out again and copied, a
block a transaction, into tables of the same columns without a key, an index, a constraint or a trigger.
"""

from collections.abc import Iterator, Sequence
from time import perf_counter, sleep
from typing import Any, NamedTuple

from tests.bench.interactive import serving, signed
from tests.bench.measure import Measure
from tests.bench.spine import fresh_installation

HOLDINGS = 1_000_000
A_COMMAND, A_BLOCK = 2_000, 10_000
LINKED, AT_ONCE = 200, 20
LOOK_AGAIN_S = 0.02
MG = 1_000
GROWING = ("leafrun", "entry", "act", "holding", "hashrun")
"""The tables that grow with a batch."""


class Booked(NamedTuple):
    """Seconds until the last answer stood, and until the tables had followed it."""

    answered_s: float
    readable_s: float


def measure_batch(holdings: int = HOLDINGS) -> Measure:
    """Return how many movements a second are booked durably and provable, beside the bare COPY of the same rows."""
    with fresh_installation():
        open_accounts(holdings)
        before = {table: _rows(table) for table in GROWING}
        booked = book_batch(holdings)
        assert_booked(holdings)
        bare_s = _bare_copy_s(before, -(-holdings // A_BLOCK))
    behind_s = booked.readable_s - booked.answered_s
    note = (
        f"{holdings:,} new holdings, {A_COMMAND:,} receivers a command, blocks of at most {A_BLOCK:,} movements, "
        f"booked by the writer that serves, from the commit that hands all in to the last durable answer; the readable "
        f"tables followed {behind_s:.2f} s later. Reference: bare COPY of the same rows, {', '.join(GROWING)}, "
        f"a block a transaction"
    )
    return Measure("ledger.batch", holdings / booked.answered_s, "movements/s", holdings / bare_s, note)


def open_accounts(holdings: int) -> None:
    """Open the giver, a buffer and all receivers, and issue the lot, in the program at hand."""
    from tests.bench.lots import bench_project

    from tanhui.core.ledger import Issue, Linked, OpenAccount, Origin
    from tanhui.kit import clock
    from tanhui.registry.services.booking import book

    zero = bytes(32)
    origin = Origin(bench_project(), "2021-01-01..2025-12-31", zero, zero, zero)
    opening = [OpenAccount("giver", "owner", zero), OpenAccount("buffer", "buffer", zero)]
    issue = Issue("L-1", "giver", "buffer", (holdings + 1) * MG * 2, MG, origin)
    acts = [
        Linked(tuple(part)) for part in parts_of([OpenAccount(one, "buyer", zero) for one in _names(holdings)], LINKED)
    ]
    orders = [signed(number, act) for number, act in enumerate([*opening, issue, *acts], start=10**9)]
    for some in parts_of(orders, AT_ONCE):
        assert all(answer.done for answer in book(some, at=clock.now()))


def book_batch(holdings: int) -> Booked:
    """Hand the whole batch in at once, and wait until it is booked and until it can be read."""
    from django.db import transaction

    from tanhui.core.ledger import Distribute
    from tanhui.kit import clock
    from tanhui.registry.writer import queue

    parts = [(name, MG + place % 7) for place, name in enumerate(_names(holdings))]
    orders = [
        signed(number, Distribute("L-1", "giver", tuple(some), bytes(32)))
        for number, some in enumerate(parts_of(parts, A_COMMAND), start=1)
    ]
    with serving():
        with transaction.atomic():
            rows = [queue.put(order, at=clock.now()) for order in orders]
        begun = perf_counter()
        wait_for("SELECT code <> '' FROM registry_queuedcommand WHERE id = %s", rows[-1].pk)
        answered = perf_counter() - begun
        wait_for(
            "SELECT max(act.height) = max(block.height) FROM registry_act act, registry_block block WHERE %s > 0", 1
        )
        readable = perf_counter() - begun
    return Booked(answered, readable)


def assert_booked(holdings: int) -> None:
    """What was measured is what was asked for: each has its milligrams, nothing waits, nothing was lost."""
    from django.db.models import Sum

    from tanhui.registry.models import Holding, QueuedCommand

    assert Holding.objects.filter(account__startswith="A-").count() == holdings
    assert Holding.objects.aggregate(all=Sum("quantity_mg"))["all"] == 0
    assert not QueuedCommand.objects.exclude(code="done").exists()


# --- the bare one --------------------------------------------------------------------------------------


def _bare_copy_s(before: dict[str, int], blocks: int) -> float:
    """Copy what the batch has added into bare tables, a share of each a transaction; return the seconds of copying."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in GROWING:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE registry_{table})")
    added = {table: _added(table, before[table]) for table in GROWING}
    seconds = 0.0
    for block in range(blocks):
        shares = {table: b"".join(_share(rows, block, blocks)) for table, rows in added.items()}
        begun = perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            for table, content in shares.items():
                with cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
                    copy.write(content)
            cursor.execute("COMMIT")
        seconds += perf_counter() - begun
    return seconds


def _added(table: str, before: int) -> list[bytes]:
    """Read the rows behind the first so many, each as a line of COPY."""
    from django.db import connection

    question = f"COPY (SELECT * FROM registry_{table} OFFSET {before}) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(question) as copy:
        return [bytes(row) for row in copy]


def _share(rows: Sequence[bytes], block: int, blocks: int) -> Sequence[bytes]:
    """Return one of so many equal parts."""
    return rows[len(rows) * block // blocks : len(rows) * (block + 1) // blocks]


def _rows(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM registry_{table}")
        return int(cursor.fetchone()[0])


# --- small things --------------------------------------------------------------------------------------


def wait_for(question: str, value: Any) -> None:
    from django.db import connection

    while True:
        with connection.cursor() as cursor:
            cursor.execute(question, [value])
            if cursor.fetchone()[0]:
                return
        sleep(LOOK_AGAIN_S)  # the writer is another program; what it adds is seen in the tables alone


def _names(count: int) -> Iterator[str]:
    return (f"A-{place:07d}" for place in range(count))


def parts_of(all_of: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (all_of[first : first + size] for first in range(0, len(all_of), size))
