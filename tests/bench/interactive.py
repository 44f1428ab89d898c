"""ledger.interactive: many callers, one command each at a time, through the service and the writer that serves.

Beside it a ledger as one would write it plainly in SQL: a table of balances, a table of transfers, one transaction for
each transfer, the same callers, the same database with durable commits. It has no proofs, no rules and no history.
"""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import quantiles
from threading import Barrier, Thread
from time import perf_counter, sleep
from typing import Any

from tests.bench.measure import Measure
from tests.bench.spine import fresh_installation

CALLERS, EACH, ACCOUNTS = 32, 100, 200


def measure_interactive() -> Measure:
    """Return how many commands a second are answered durably, beside the plain ledger's transfers a second."""
    with fresh_installation():
        ours = _calls(*_writer_calls)
        plain = _calls(*_plain_calls)
    per_second, slow_ms = ours
    note = (
        f"{CALLERS} callers (threads of one program), {EACH} transfers each, booked by the writer that serves, "
        f"answered with block and leaf once durable; 99 % within {slow_ms:.0f} ms. Reference: the same callers on a "
        f"plain SQL ledger, one transaction a transfer, 99 % within {plain[1]:.0f} ms"
    )
    return Measure("ledger.interactive", per_second, "commands/s", plain[0], note)


def _calls(setting: Callable[[], Any], call: Callable[[int, Random], None]) -> tuple[float, float]:
    """Let all callers call at once; return calls a second and the 99th percentile of one call, in ms."""
    with setting():
        times: list[float] = []
        gate = Barrier(CALLERS + 1)
        threads = [Thread(target=_caller, args=(number, call, gate, times)) for number in range(CALLERS)]
        for thread in threads:
            thread.start()
        gate.wait()
        begun = perf_counter()
        for thread in threads:
            thread.join()
        seconds = perf_counter() - begun
    assert len(times) == CALLERS * EACH, "a caller failed"
    return len(times) / seconds, quantiles(times, n=100)[98] * 1000


def _caller(number: int, call: Callable[[int, Random], None], gate: Barrier, times: list[float]) -> None:
    from django.db import connection

    chance = Random(number)  # noqa: S311 - who pays whom, no secret
    connection.ensure_connection()
    gate.wait()
    for turn in range(EACH):
        begun = perf_counter()
        call(number * EACH + turn, chance)
        times.append(perf_counter() - begun)
    connection.close()


# --- ours ----------------------------------------------------------------------------------------------


class StandIn:
    """Stands in for a person where only number and role are looked at."""

    pk, role = 1, "operator"


BY: Any = StandIn()


def signed(number: int, act: Any) -> Any:
    """Return an act as the command of this number."""
    from tanhui.kit import clock
    from tanhui.registry.services.booking import command

    return command(command_id=number.to_bytes(16, "big"), act=act, by=BY, reason="bench", at=clock.now())


@contextmanager
def _writer() -> Iterator[None]:
    from tests.bench.lots import bench_project

    from tanhui.core.ledger import Issue, OpenAccount, Origin, Transfer
    from tanhui.kit import clock
    from tanhui.registry.services.booking import book

    project, zero = bench_project(), bytes(32)
    kinds = ["owner", "buffer", *(["buyer"] * ACCOUNTS)]
    acts: list[Any] = [OpenAccount(f"A-{place}", kind, zero) for place, kind in enumerate(kinds)]
    acts.append(Issue("L-1", "A-0", "A-1", 10**15, 10**14, Origin(project, "2021-01-01..2025-12-31", zero, zero, zero)))
    acts += [Transfer("L-1", "A-0", f"A-{place}", 10**9, zero) for place in range(2, ACCOUNTS + 2)]
    answers = book([signed(10**9 + place, act) for place, act in enumerate(acts)], at=clock.now())
    assert all(answer.done for answer in answers)
    with serving():
        yield


@contextmanager
def serving() -> Iterator["subprocess.Popen[bytes]"]:
    """Have the writer serve, as a program of its own."""
    from tanhui.kit.jobs.worker import as_child
    from tanhui.registry.writer.status import status

    writer = subprocess.Popen(as_child("ledger", "serve"), stdin=subprocess.PIPE)
    try:
        while not status().writer_serves:
            sleep(0.05)  # it loads and brings the tables up to date; not a part of what is measured
        yield writer
    finally:
        assert writer.stdin is not None
        writer.stdin.close()
        writer.wait()


def peak_mb(program: "subprocess.Popen[bytes]") -> float:
    """Return the most memory that a program has had so far."""
    told = Path(f"/proc/{program.pid}/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _call_writer(number: int, chance: Random) -> None:
    from tanhui.core.ledger import Transfer
    from tanhui.kit import clock
    from tanhui.registry.services.booking import book

    source, target = chance.sample(range(2, ACCOUNTS + 2), 2)
    act = Transfer("L-1", f"A-{source}", f"A-{target}", chance.randint(1, 1000), bytes(32))
    (answer,) = book([signed(number + 1, act)], at=clock.now(), readable=False)
    assert answer.done


# --- the plain one --------------------------------------------------------------------------------------


@contextmanager
def _plain() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain_balance (account int PRIMARY KEY, mg bigint NOT NULL CHECK (mg >= 0))")
        cursor.execute("CREATE TABLE plain_transfer (id bigserial PRIMARY KEY, source int, target int, mg bigint)")
        cursor.execute(
            "INSERT INTO plain_balance SELECT place, 1000000000 FROM generate_series(2, %s) place", [ACCOUNTS + 1]
        )
    yield


def _call_plain(_number: int, chance: Random) -> None:
    from django.db import connection, transaction

    source, target = chance.sample(range(2, ACCOUNTS + 2), 2)
    mg = chance.randint(1, 1000)
    first, second = sorted(((source, -mg), (target, mg)))
    with transaction.atomic(), connection.cursor() as cursor:
        for account, change in (first, second):  # in one order, so that no two wait for each other
            cursor.execute("UPDATE plain_balance SET mg = mg + %s WHERE account = %s", [change, account])
        cursor.execute("INSERT INTO plain_transfer (source, target, mg) VALUES (%s, %s, %s)", [source, target, mg])


_writer_calls = (_writer, _call_writer)
_plain_calls = (_plain, _call_plain)
