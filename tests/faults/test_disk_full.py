"""The disk is full, for real: who sends is told so, who reads is answered, and with space again all is booked once."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from faults.disks import ClosedDisk, may_mount, small_disk
from faults.home_of_faults import PATIENCE_S, Installation, assert_all_is_well, live_balances, sending, wait_until
from tanhui.kit import postgres
from tanhui.kit.jobs.worker import Keeper

FIRST = 1


@contextmanager
def writer_of(installation: Installation) -> Iterator[Keeper]:
    """The writer, kept as the site keeps it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TANHUI_HOME", str(installation.folder))
        environment.delenv("DATABASE_URL", raising=False)
        keeper = Keeper("ledger", "serve")
        try:
            yield keeper
        finally:
            keeper.close()


@contextmanager
def site_of(installation: Installation) -> Iterator[str]:
    """The site, without worker and writer; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = installation.start("-m", "tanhui.cli", "serve", "--no-worker", "--port", port, "--with-parent")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=PATIENCE_S)


def answers(url: str, also: int = 200) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except urllib.error.HTTPError as problem:
        return problem.code == also
    except OSError:
        return False


def expect_nothing_lost(installation: Installation, disk: Any, record: Any) -> None:
    assert installation.tanhui("database", "start").returncode == 0
    before = live_balances(installation)
    told = "disk_full" if disk.reads_on else "database_away"
    with (
        installation.connection() as reader,
        writer_of(installation) as keeper,
        site_of(installation) as site,
        sending(installation, begin=FIRST) as senders,
    ):
        wait_until(lambda: len(senders.answers) > 8, "the first answers")
        wait_until(lambda: answers(f"{site}/books/"), "the site")
        writer = keeper._child.pid
        disk.fill(writer)
        wait_until(lambda: told in senders.troubles, "somebody is told")
        known = dict(senders.answers)
        if disk.reads_on:
            # Who is connected reads on. PostgreSQL may refuse a new connection: it writes a file of its own first.
            row = reader.execute("SELECT count(*) FROM registry_act").fetchone()
            assert row is not None
            assert row[0] >= len(known), "reading goes on"
            assert answers(f"{site}/books/", also=503), "the page, or the sentence why not"
        assert keeper._child.pid == writer, "the writer itself stays, and tries again"
        disk.free(writer)
        count = len(senders.answers)
        record("seconds_until_answers", wait_until(lambda: len(senders.answers) > count + 8, "answers again"))
        wait_until(lambda: answers(f"{site}/books/"), "the site again")
        senders.end()
        assert {number: senders.answers[number] for number in known} == known
        assert set(senders.troubles) <= {"disk_full", "database_away", "ledger_silent"}
        assert_all_is_well(installation, senders, before)
    postgres.stop(installation.folder)


def test_a_disk_that_the_system_closes(installation: Installation, record_property: Any):
    expect_nothing_lost(installation, ClosedDisk(installation.folder / "postgres"), record_property)


@pytest.mark.skipif(not may_mount(), reason="this user may not mount; the closed disk stands in for the full one")
def test_a_disk_that_is_full(installation: Installation, record_property: Any):
    with small_disk(installation.folder / "postgres") as disk:
        expect_nothing_lost(installation, disk, record_property)
