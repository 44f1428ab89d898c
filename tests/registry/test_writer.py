"""The one writer: real programs on a real database, killed, doubled and late. Nothing is lost, nothing booked twice."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction

from standing import at_once
from tanhui.core.ledger import Hold, Issue, OpenAccount, Origin, Pledge, Release, Transfer, Void, replay
from tanhui.kit import clock
from tanhui.kit.jobs.worker import as_child
from tanhui.kit.problems import Problem
from tanhui.registry.models import Act, Block, Holding, LedgerAccount, QueuedCommand
from tanhui.registry.queries.checks import alarm
from tanhui.registry.services.booking import book, command
from tanhui.registry.writer import locks, queue
from tanhui.registry.writer.catching_up import catch_up
from tanhui.registry.writer.leaves import LAST, contents_between
from tanhui.registry.writer.listening import EAR
from tanhui.registry.writer.projections import project, projected_height
from tanhui.registry.writer.rounds import write_round
from tanhui.registry.writer.sending import await_answers, write_here
from tanhui.registry.writer.status import status
from walk import AT
from workers import PATIENCE_S, kill, tanhui_work

WRITER = as_child("ledger", "serve")


class StandIn:
    """Stands in for a person where only number and role are looked at."""

    pk, role = 1, "operator"


def opening(number: int, kind: str = "buyer") -> Any:
    act = OpenAccount(f"T-{number:06d}", kind, bytes(32))
    return command(command_id=number.to_bytes(16, "big"), act=act, by=StandIn(), reason="开户。", at=AT)


def transfer(number: int, lot: str, source: str, target: str, quantity_mg: int) -> Any:
    act = Transfer(lot, source, target, quantity_mg, bytes(32))
    return command(command_id=number.to_bytes(16, "big"), act=act, by=StandIn(), reason="流转。", at=AT)


def wait_until(true: Any) -> None:
    begun = clock.now()
    while not true():
        assert clock.now() - begun < timedelta(seconds=PATIENCE_S)


def assert_whole() -> None:
    """The journal follows the rules, the tables stand at its end, and each command was answered once."""
    again = replay(contents_between(0, LAST))
    assert again.differences == ()
    assert projected_height() == again.closing.height == Block.objects.count()
    stored = {(row.account, row.lot, row.book): row.quantity_mg for row in Holding.objects.all()}
    assert stored == {(one.account, one.lot, one.book.value): left for one, left in again.closing.holdings.items()}
    assert dict(LedgerAccount.objects.values_list("account", "kind")) == dict(again.closing.kinds)


@pytest.fixture
def serving(standing: None) -> Iterator[Any]:
    assert standing is None
    with tanhui_work(WRITER) as process:
        wait_until(lambda: status().writer_serves)
        yield process
        EAR.rest()


# --- a program that serves -----------------------------------------------------------------------------


def test_commands_of_many_are_answered_by_the_writer_that_serves(serving: Any):
    assert serving.poll() is None
    answers = at_once([partial(book, [opening(number)], at=clock.now()) for number in range(1, 17)])
    assert {(one.code, one.height is not None) for (one,) in answers} == {("done", True)}
    assert len({one.leaf for (one,) in answers}) == 16
    assert Act.objects.count() == LedgerAccount.objects.count() == 16
    assert Block.objects.count() <= 16
    again = book([opening(3)], at=clock.now())
    assert again[0].leaf == Act.objects.get(command_hex=opening(3).id.hex()).index, "the same answer as before"
    assert [one.code for one in book([opening(3, "owner")], at=clock.now())] == ["id_reused_with_other_content"]
    assert_whole()


def test_nobody_else_writes_while_a_program_serves(serving: Any):
    assert serving.poll() is None
    assert not write_here(at=clock.now())
    assert not locks.try_seat()
    with transaction.atomic():
        row = queue.put(opening(1), at=AT)
        with pytest.raises(RuntimeError, match="before the transaction"):
            await_answers([row], at=AT)
        transaction.set_rollback(True)
    assert Block.objects.count() == 0


def test_a_second_writer_waits_for_the_seat_and_takes_it_when_the_first_is_killed(serving: Any):
    with tanhui_work(WRITER) as second:
        book([opening(1)], at=clock.now())
        kill(serving)
        wait_until(lambda: status().writer_serves)
        assert book([opening(1), opening(2)], at=clock.now())[1].done
        assert second.poll() is None
    assert_whole()


def test_a_writer_that_stands_still_keeps_commands_waiting_and_loses_none(serving: Any):
    import os
    import signal

    os.kill(serving.pid, signal.SIGSTOP)
    try:
        with transaction.atomic():
            row = queue.put(opening(1), at=clock.now())
        assert await_answers([row], at=AT, wait_s=0.5) is None
        assert status().waiting == 1
        assert Block.objects.count() == 0
    finally:
        os.kill(serving.pid, signal.SIGCONT)
    answers = await_answers([row], at=AT, wait_s=PATIENCE_S)
    assert answers is not None
    assert answers[0].done
    assert status().waiting == 0


def test_a_silent_writer_is_said_in_a_sentence(serving: Any, monkeypatch: Any):
    assert serving.poll() is None
    monkeypatch.setattr("tanhui.registry.services.booking.await_answers", lambda *_rows, **_more: None)
    with pytest.raises(Problem) as found:
        book([opening(1)], at=AT)
    assert found.value.code == "ledger_silent"
    assert "不会丢" in str(found.value.message)
    wait_until(lambda: status().waiting == 0)


# --- killed half-way -----------------------------------------------------------------------------------


def test_a_block_without_projections_is_projected_by_the_next_writer(standing: None):
    assert standing is None
    with transaction.atomic():
        assert locks.take_turn()
        rows = [queue.put(opening(number), at=AT) for number in (1, 2)]
        done = write_round(catch_up(), time_ms=clock.to_ms(AT))
    assert (done.answered, projected_height(), Block.objects.count()) == (2, 0, 1)
    assert [answer.done for answer in queue.answers_to([row.pk for row in rows]) or ()] == [True, True]
    assert book([opening(3)], at=AT)[0].height == 2
    assert_whole()


def test_a_block_that_the_rules_do_not_give_stops_the_writer(standing: None):
    assert standing is None
    with transaction.atomic():
        assert locks.take_turn()
        queue.put(opening(1), at=AT)
        write_round(catch_up(), time_ms=clock.to_ms(AT))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE registry_leafrun SET leaves = set_byte(leaves, length(leaves) - 8, 7)")
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(Problem, match="接不下去") as told:
        book([opening(2)], at=AT)
    assert told.value.code == "writing_stopped"
    assert status() == (1, 0, 1, False, True, "journal"), "the command waits, nothing was written on top"
    found = alarm()
    assert found is not None
    assert (found.cause, found.height, found.fault_count) == ("journal", 1, 1)
    assert "第 1 块" in found.faults[0]["sentence"]


def test_a_block_is_projected_once_and_in_its_turn(standing: None):
    assert standing is None
    with transaction.atomic():
        assert locks.take_turn()
        queue.put(opening(1), at=AT)
        block = write_round(catch_up(), time_ms=clock.to_ms(AT)).block
    assert block is not None
    project(block)
    with pytest.raises(ValueError, match="blocks from 1 on do not come after block 1"):
        project(block)
    assert_whole()


def test_what_nobody_can_read_is_answered_and_holds_nobody_up(standing: None):
    assert standing is None
    QueuedCommand.objects.create(command_hex="00" * 16, command=b"rubbish", sent_at=AT)
    assert book([opening(1)], at=AT)[0].done
    assert QueuedCommand.objects.get(command_hex="00" * 16).code == "malformed"
    assert_whole()


def test_a_killed_writer_books_everything_once_when_it_is_back(standing: None):
    """Killed again and again under load: what was acknowledged stands, the rest is booked later, and nothing twice."""
    import random
    import time

    assert standing is None
    chance = random.Random(1)  # noqa: S311 - when to kill, not a secret
    expected = 0
    rows: list[QueuedCommand] = []
    for _life in range(3):
        with tanhui_work(WRITER) as process:
            wait_until(lambda: status().writer_serves)
            for _ in range(40):
                expected += 1
                with transaction.atomic():
                    rows.append(queue.put(opening(expected), at=clock.now()))
                if chance.random() < 0.2:
                    time.sleep(chance.random() / 100)  # so that blocks are of all lengths
            acknowledged = [row.pk for row in rows if queue.answers_to([row.pk])]
            kill(process)
        for number in acknowledged:
            assert (queue.answers_to([number]) or ())[0].done, "an answer that was given stands"
        wait_until(lambda: not locks.seat_taken())
    answers = await_answers(rows, at=clock.now())
    assert answers is not None
    assert {answer.code for answer in answers} == {"done"}
    assert len({answer.leaf for answer in answers}) == Act.objects.count() == expected
    assert_whole()


# --- many at once --------------------------------------------------------------------------------------


CLIENTS, HELD_MG = 32, 950


def test_thirty_two_spending_the_same_holding_never_overspend(serving: Any, issued: Any):
    assert serving.poll() is None
    lot, owner, buyer = issued
    orders = [transfer(100 + n, lot, owner, buyer, 100) for n in range(CLIENTS)]
    answers = at_once([partial(book, [one], at=clock.now()) for one in orders])
    codes = sorted(one.code for (one,) in answers)
    assert codes == ["done"] * 9 + ["insufficient_balance"] * 23
    assert Holding.objects.get(account=buyer, book="live").quantity_mg == 900
    assert_whole()


def test_with_whatever_amounts_and_acts_thirty_two_spend_what_there_is_and_no_more(serving: Any, issued: Any):
    """Twenty seeds: each time 32 clients want about twice what is there, by transfers, holds and pledges at once."""
    assert serving.poll() is None
    lot, owner, buyer = issued
    spent_out = 0
    for seed in range(20):
        wants = Random(seed)  # noqa: S311 - chance to test with
        orders = [any_spending(wants, 10_000 + seed * 1000 + n, issued) for n in range(CLIENTS)]
        answers = at_once([partial(book, [one], at=clock.now()) for one in orders])
        done = [one for one, (answer,) in zip(orders, answers, strict=True) if answer.code == "done"]
        assert {answer.code for (answer,) in answers} <= {"done", "insufficient_balance"}
        spent_mg = sum(one.act.quantity_mg for one in done)
        left_mg = sum(Holding.objects.filter(account=owner, book="live").values_list("quantity_mg", flat=True))
        assert spent_mg + left_mg == HELD_MG, seed
        refused = min(one.act.quantity_mg for one in orders if one not in done)
        assert left_mg < refused, "nobody is refused what is there"
        spent_out += len(done)
        give_back(done, 10_500 + seed * 1000, issued)
    assert 20 < spent_out < 20 * CLIENTS
    assert Holding.objects.get(account=owner, lot=lot, book="live").quantity_mg == HELD_MG
    assert not Holding.objects.filter(account=buyer).exists()
    assert_whole()


def any_spending(wants: Random, number: int, issued: tuple[str, str, str]) -> Any:
    """A transfer, a hold or a pledge of some of what the owner has."""
    lot, owner, buyer = issued
    mg, key = wants.randint(1, 120), f"e-{number}"
    act = wants.choice(
        [
            Transfer(lot, owner, buyer, mg, bytes(32)),
            Hold(key, lot, owner, mg, "listing", 2**60),
            Pledge(key, lot, owner, buyer, mg, bytes(32)),
        ]
    )
    return command(command_id=number.to_bytes(16, "big"), act=act, by=StandIn(), reason="占用。", at=AT)


def give_back(done: list[Any], number: int, issued: tuple[str, str, str]) -> None:
    """Undo what was spent, each by the act that ends it."""
    lot, owner, buyer = issued
    ends = {
        Transfer: lambda act: Transfer(lot, buyer, owner, act.quantity_mg, bytes(32)),
        Hold: lambda act: Void(act.hold, lot, owner),
        Pledge: lambda act: Release(act.pledge, lot, owner, act.quantity_mg, bytes(32)),
    }
    orders = [
        command(
            command_id=place.to_bytes(16, "big"), act=ends[type(one.act)](one.act), by=StandIn(), reason="退回。", at=AT
        )
        for place, one in enumerate(done, start=number)
    ]
    assert all(answer.done for answer in book(orders, at=clock.now()))


@pytest.fixture
def issued(serving: Any, monkeypatch: Any) -> tuple[str, str, str]:
    """A lot of 1,000 mg, 50 of them buffer, held by an owner; and a buyer with nothing."""
    from standing import load_people
    from tanhui.certification.services import apply
    from tanhui.people.models import Person

    assert serving.poll() is None
    _region, people = load_people()
    farm = people["zhaogang"]
    assert isinstance(farm, Person)
    project_ = apply(
        name_zh="小样", name_en="", owner=farm.organisation, region_code="BT", key="w", by=farm, reason="申请。", at=AT
    )
    origin = Origin(project_.number, "2021-01-01..2025-12-31", bytes(32), bytes(32), bytes(32))
    act = Issue("T-L-1", "T-000001", "T-000002", 1000, 50, origin)
    issue = command(command_id=bytes([9]) * 16, act=act, by=StandIn(), reason="制发。", at=AT)
    done = book([opening(1, "owner"), opening(2, "buffer"), opening(3, "buyer"), issue], at=clock.now())
    assert [one.code for one in done] == ["done"] * 4
    return "T-L-1", "T-000001", "T-000003"
