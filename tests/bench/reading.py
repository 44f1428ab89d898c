"""ledger.reading: the slowest page that reads the ledger, beside one row looked up by its index in the same database.

Every page of `pages` is asked for, signed in where it must be, through the whole site and without a network. What
counts is the median of some turns of each page, once warm.
"""

from statistics import median
from time import perf_counter
from typing import NamedTuple

from tests.bench.large import LargeLedger
from tests.bench.measure import Measure
from tests.bench.pages import Timed, addresses, timed
from tests.bench.spine import fresh_installation

MOVEMENTS = 1_000_000
TURNS, LOOK_UPS = 5, 200


class Slowest(NamedTuple):
    """How many pages there were, and the one with the largest median, by its name; and the most that one computed."""

    pages: int
    name: str
    told: Timed
    busy_ms: float


def measure_pages(movements: int = MOVEMENTS) -> Measure:
    """Return the median of the slowest page, beside the median of one row by its index."""
    with fresh_installation():
        large = LargeLedger()
        large.begin()
        large.grow(movements)
        slowest, bare_ms = slowest_page(), look_up_ms()
    note = (
        f"{movements:,} movements, {large.accounts:,} accounts, a lot with tens of thousands of holders, an account "
        f"with a tenth of all movements; of {slowest.pages} pages the slowest is {slowest.name}, worst of {TURNS} "
        f"turns {slowest.told.worst_ms:.0f} ms; none computed for more than {slowest.busy_ms:.0f} ms in all. "
        f"Reference: one entry by its index, median of {LOOK_UPS}"
    )
    return Measure("ledger.reading", slowest.told.median_ms, "ms", bare_ms, note)


def slowest_page(turns: int = TURNS) -> Slowest:
    """Time every page and return the slowest. Raises AssertionError for a page that is not shown."""
    found = {name: timed(url, reader, turns) for name, url, reader in addresses()}
    assert {told.status for told in found.values()} == {200}, {name: told.status for name, told in found.items()}
    name = max(found, key=lambda one: found[one].median_ms)
    return Slowest(len(found), name, found[name], max(told.busy_ms for told in found.values()))


def look_up_ms() -> float:
    """Return how long one entry by its index takes, from this program to the database and back."""
    from django.db import connection

    times = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(index) FROM registry_entry")
        last = cursor.fetchone()[0]
        for turn in range(LOOK_UPS):
            begun = perf_counter()
            cursor.execute("SELECT * FROM registry_entry WHERE index = %s", [last * turn // LOOK_UPS])
            cursor.fetchall()
            times.append((perf_counter() - begun) * 1000)
    return median(times)
