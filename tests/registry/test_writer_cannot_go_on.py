"""A writer that cannot go on by the rules stops writing where everybody sees it, instead of dying again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from registry.test_writer import assert_whole, opening, wait_until
from standing import load_people, unguarded
from tanhui.kit import clock
from tanhui.kit.lifeline import as_child
from tanhui.kit.problems import Problem
from tanhui.registry.models import Account, Block, QueuedCommand, WritingStop
from tanhui.registry.queries.checks import alarm
from tanhui.registry.services.accounts import _asked, open_account
from tanhui.registry.services.checking import lift_stop
from tanhui.registry.writer import locks, queue
from tanhui.registry.writer.catching_up import catch_up
from tanhui.registry.writer.listening import EAR
from tanhui.registry.writer.projections import projected_height
from tanhui.registry.writer.rounds import write_round
from tanhui.registry.writer.sending import await_answers, write_here
from tanhui.registry.writer.status import status
from tanhui.registry.writer.stops import JournalError
from walk import AT
from workers import PATIENCE_S, tanhui_work

WRITER = as_child("ledger", "serve")
CUT_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@contextmanager
def at_work(people: dict[str, Any]) -> Iterator[Any]:
    """A writer that serves and has booked something."""
    with tanhui_work(WRITER) as writer:
        wait_until(lambda: status().writer_serves)
        open_account(holder=people["sunwei"].organisation, kind="buyer", **here(people))
        yield writer


def journalled(*numbers: int) -> None:
    """Blocks that the journal has and the tables have not yet: the writer was killed between the two."""
    with transaction.atomic():
        assert locks.take_turn()
        for number in numbers:
            queue.put(opening(number), at=AT)
        write_round(catch_up(), time_ms=clock.to_ms(clock.now()))


CHANGES = {
    "block_not_by_rules": "INSERT INTO registry_ledgeraccount VALUES ('T-000001', 'owner', false)",
    "block_of_another_root": "UPDATE registry_block SET root_hex = repeat('0', 64)",
    "block_without_header": "DELETE FROM registry_leafrun WHERE first = 0",
    "block_cannot_follow": "UPDATE registry_leafrun SET leaves = '\\x000100'",
}


@pytest.mark.parametrize("code", CHANGES)
def test_whatever_it_stumbles_over_is_named(standing: None, code: str):
    assert standing is None
    journalled(1)
    with unguarded() as cursor:
        cursor.execute(CHANGES[code])
    with pytest.raises(JournalError) as found, transaction.atomic():
        catch_up()
    assert found.value.code == code
    assert write_here(at=AT)
    stop = WritingStop.objects.get()
    assert (stop.cause, stop.lifted, stop.check_found) == ("journal", False, None)
    standing_alarm = alarm()
    assert standing_alarm is not None
    assert standing_alarm.faults[0]["code"] == found.value.code
    assert projected_height() == 0


def here(people: Any) -> dict[str, Any]:
    return {"region_code": "BT", "by": people["wangqiang"], "reason": "开户。", "at": clock.now()}


def test_the_program_that_serves_waits_says_so_and_goes_on_once_it_is_mended(standing: None, capfd: Any):
    assert standing is None
    _region, people = load_people()
    asked = _asked(holder=people["sunwei"].organisation, kind="buyer", **here(people))
    assert isinstance(asked, QueuedCommand)
    account = QueuedCommand.objects.get(pk=asked.pk).facts["account"]
    journalled()
    with unguarded() as cursor:
        cursor.execute("INSERT INTO registry_ledgeraccount VALUES (%s, 'owner', false)", [account])
    with tanhui_work(WRITER) as writer:
        wait_until(lambda: status().writing_stopped)
        assert status().stop_cause == "journal"
        with pytest.raises(Problem, match="接不下去"):
            open_account(holder=people["zhaogang"].organisation, kind="owner", **here(people))
        assert writer.poll() is None, "it is there, and waits"
        assert "记账程序接不下去，已停止记账" in page_of(people["gaojie"])
        assert "已停止记账" in Client().get(reverse("books")).content.decode()
        with pytest.raises(Problem, match="还是接不下去"):
            lift_stop(by=people["gaojie"], reason="已改好。", at=clock.now())
        assert (Block.objects.count(), projected_height()) == (1, 0)
        with unguarded() as cursor:
            cursor.execute("DELETE FROM registry_ledgeraccount")
        lift_stop(by=people["gaojie"], reason="按流水改回。", at=clock.now())
        wait_until(lambda: Account.objects.count() == 2)
        assert writer.poll() is None
        EAR.rest()
    assert "writing is stopped" in capfd.readouterr().err
    assert_whole()


def test_a_row_added_while_the_writer_serves_stops_it_too_and_what_was_answered_stands(standing: None):
    assert standing is None
    _region, people = load_people()
    with at_work(people) as writer:
        with unguarded() as cursor:
            cursor.execute(
                "INSERT INTO registry_act SELECT 3, 0, repeat('a', 32), digest_hex, actor, role, at_ms, kind, terms, "
                "outcome, params FROM registry_act"
            )
        second = _asked(holder=people["zhaogang"].organisation, kind="owner", **here(people))
        assert isinstance(second, QueuedCommand)
        answers = await_answers([second], at=clock.now(), wait_s=PATIENCE_S, readable=False)
        assert [one.code for one in answers or ()] == ["done"]
        wait_until(lambda: status().stop_cause == "journal")
        assert writer.poll() is None
        with unguarded() as cursor:
            cursor.execute("DELETE FROM registry_act WHERE height = 0")
        lift_stop(by=people["gaojie"], reason="按流水改回。", at=clock.now())
        assert status()[:3] == (2, 2, 0)
        open_account(holder=people["surina"].organisation, kind="organiser", **here(people))
        EAR.rest()
    assert_whole()


def page_of(person: Any) -> str:
    reader = Client()
    reader.force_login(person)
    return reader.get(reverse("desk")).content.decode()


def test_a_connection_that_is_cut_while_nothing_is_sent_ends_no_writer(standing: None):
    assert standing is None
    _region, people = load_people()
    with at_work(people) as writer:
        for _turn in range(2):
            with connection.cursor() as cursor:
                cursor.execute(CUT_OTHERS)
                assert cursor.fetchall()
            wait_until(lambda: status().writer_serves)
        open_account(holder=people["zhaogang"].organisation, kind="owner", **here(people))
        assert writer.poll() is None
    assert_whole()
