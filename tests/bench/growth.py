"""`python -m tests.bench.growth [MOVEMENTS …]`: the same figures while one ledger grows, as JSON and as one chart.

A fresh installation is grown to a hundred thousand, a million and ten million movements. At each size: how fast it was
written, how long the writer takes to start again, the slowest page, one proof, the writer's memory, and the bytes that
the database has for an entry. Writes build/growth.json and build/growth.svg. The largest size takes the better part of
an hour where others use the machine too.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from tests.bench.growth_chart import Panel, growth_chart
from tests.bench.interactive import serving
from tests.bench.large import LargeLedger
from tests.bench.reading import slowest_page
from tests.bench.spine import fresh_installation

BUILD = Path(__file__).resolve().parents[2] / "build"
SIZES = (100_000, 1_000_000, 10_000_000)
PROOFS = 50


class Figures(NamedTuple):
    """What is measured at one size. `page_busy_ms` is the most that any page computed for, database included."""

    movements: int
    accounts: int
    movements_per_s: float
    restart_s: float
    page_ms: float
    page: str
    page_busy_ms: float
    proof_ms: float
    writer_mb: float
    bytes_per_entry: float


PANELS = (
    Panel("movements_per_s", "Written", "movements/s", 0),
    Panel("restart_s", "The writer starts again", "s", 1),
    Panel("page_busy_ms", "The page that computes most", "ms", 0, 100),
    Panel("proof_ms", "One proof", "ms", 1),
    Panel("writer_mb", "Memory of the writer", "MB", 0),
    Panel("bytes_per_entry", "In the database", "bytes an entry", 0),
)


def main(sizes: Sequence[int]) -> int:
    """Grow a ledger and write down what it was like at each size, whole after each of them."""
    with fresh_installation():
        large, found = LargeLedger(), list[Figures]()
        large.begin()
        for size in sizes:
            found.append(_figures(large, size))
            _write(found)
            print(json.dumps(found[-1]._asdict()))  # noqa: T201 - it speaks to whoever measures
    return 0


def _figures(large: LargeLedger, size: int) -> Figures:
    grown = large.grow(size)
    begun = perf_counter()
    with serving():
        restart_s = perf_counter() - begun
    slowest = slowest_page()
    return Figures(
        large.movements,
        large.accounts,
        grown.movements / grown.seconds,
        restart_s,
        slowest.told.median_ms,
        slowest.name,
        slowest.busy_ms,
        _proof_ms(),
        grown.writer_mb,
        _bytes_per_entry(),
    )


def _proof_ms() -> float:
    """Return how long it takes to prove one act of one movement, median of some all over the history."""
    from tanhui.registry.models import Retirement
    from tanhui.registry.queries import receipt_of

    commands = list(Retirement.objects.order_by("pk").values_list("order__command_hex", flat=True))
    times = []
    for turn in range(PROOFS):
        begun = perf_counter()
        receipt_of(commands[len(commands) * turn // PROOFS])
        times.append((perf_counter() - begun) * 1000)
    return median(times)


def _bytes_per_entry() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())::float / count(*) FROM registry_entry")
        return float(cursor.fetchone()[0])


def _write(found: Sequence[Figures]) -> None:
    BUILD.mkdir(exist_ok=True)
    told = [figures._asdict() for figures in found]
    (BUILD / "growth.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    (BUILD / "growth.svg").write_text(growth_chart(told, PANELS), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main([int(float(text)) for text in sys.argv[1:]] or SIZES))
