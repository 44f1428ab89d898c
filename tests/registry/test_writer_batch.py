"""A distribution through queue, journal and tables: packed as a whole, and the same rows as one by one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from registry.many import open_many
from registry.test_writer import StandIn, assert_whole, opening, wait_until
from registry.test_writer_cannot_go_on import CUT_OTHERS, WRITER
from standing import load_people
from tanhui.certification.services import apply
from tanhui.core.ledger import Distribute, Entry, Issue, Origin, decode_leaf
from tanhui.kit import clock
from tanhui.registry.models import Block, Holding, QueuedCommand
from tanhui.registry.models import Entry as EntryRow
from tanhui.registry.services.booking import book, command
from tanhui.registry.writer import locks, queue, serving
from tanhui.registry.writer.leaves import LAST, contents_between
from tanhui.registry.writer.rounds import Round
from tanhui.registry.writer.sending import await_answers
from tanhui.registry.writer.status import status
from walk import AT
from workers import tanhui_work

GIVER, BUFFER, *RECEIVERS = (f"T-{number:06d}" for number in range(1, 6))


def ordered(number: int, act: Any) -> Any:
    return command(command_id=number.to_bytes(16, "big"), act=act, by=StandIn(), reason="分发。", at=AT)


def given(number: int, *quantities_mg: int) -> Any:
    parts = tuple(zip(RECEIVERS, quantities_mg, strict=False))
    return ordered(number, Distribute("T-L-1", GIVER, parts, bytes(32)))


def issued(number: int, lot: str, quantity_mg: int, owner: Any) -> Any:
    """The command that issues a lot of a project of its own, 50 mg of it buffer."""
    signed = {"by": owner, "reason": "申请。", "at": AT}
    project = apply(name_zh="小样", name_en="", owner=owner.organisation, region_code="BT", key=lot, **signed)
    origin = Origin(project.number, "2021-01-01..2025-12-31", *[bytes(32)] * 3)
    return ordered(number, Issue(lot, GIVER, BUFFER, quantity_mg, 50, origin))


@pytest.fixture
def owner(standing: None) -> Any:
    """A lot of 1,000 mg, 50 of them buffer, held by the giver; and the person behind it."""
    assert standing is None
    _region, people = load_people()
    kinds = ["owner", "buffer", "buyer", "buyer", "buyer"]
    orders = [opening(number, kind) for number, kind in enumerate(kinds, start=1)]
    issue = issued(10, "T-L-1", 1000, people["zhaogang"])
    assert all(one.done for one in book([*orders, issue], at=clock.now()))  # a writer that serves believes its clock
    return people["zhaogang"]


@pytest.fixture
def lot(owner: Any) -> None:
    assert owner is not None


def live() -> dict[str, int]:
    return dict(Holding.objects.filter(book="live").values_list("account", "quantity_mg"))


def test_its_rows_say_what_its_leaves_say(lot: None):
    assert lot is None
    assert [one.done for one in book([given(20, 1, 70_000, 3), given(21, 5, 300)], at=AT)] == [False, True]
    records = dict(enumerate(map(decode_leaf, contents_between(0, LAST))))
    expected = {
        index: (
            record.height,
            record.command_id.hex(),
            *(record.movement.source.lot, record.movement.source.account, record.movement.source.book.value),
            *(record.movement.target.account, record.movement.target.book.value, record.movement.quantity_mg),
        )
        for index, record in records.items()
        if isinstance(record, Entry)
    }
    columns = ("height", "command_hex", "lot", "from_account", "from_book", "to_account", "to_book", "quantity_mg")
    assert {index: tuple(row) for index, *row in EntryRow.objects.values_list("index", *columns)} == expected
    assert len(expected) == 2 + 2
    assert_whole()


def test_what_is_new_grows_and_is_emptied_stands_in_the_tables(lot: None):
    assert lot is None
    book([given(20, 5, 300)], at=AT)
    assert live() == {GIVER: 645, RECEIVERS[0]: 5, RECEIVERS[1]: 300}
    book([given(21, 1, 2, 642)], at=AT)
    assert live() == {RECEIVERS[0]: 6, RECEIVERS[1]: 302, RECEIVERS[2]: 642}, "the giver has nothing left, and no row"
    back = Distribute("T-L-1", RECEIVERS[2], ((GIVER, 642),), bytes(32))
    onward = given(23, 600, 42)
    book([ordered(22, back), onward], at=AT)
    assert live() == {RECEIVERS[0]: 606, RECEIVERS[1]: 344}, "filled and emptied in one block"
    assert_whole()


def test_long_commands_are_taken_from_the_queue_a_part_at_a_time(lot: None, monkeypatch: Any):
    assert lot is None
    monkeypatch.setattr(queue, "MOST_BYTES", 1)
    before = Block.objects.count()
    rows = [queue.put(given(number, 1, 1), at=AT) for number in (20, 21, 22)]
    answers = await_answers(rows, at=AT)
    assert answers is not None
    assert [one.done for one in answers] == [True, True, True]
    assert Block.objects.count() == before + 3, "one command a block: each is more than the bytes that are left"
    assert_whole()


def test_nothing_is_written_behind_a_round_that_failed(monkeypatch: Any):
    """The thread that writes may have the next round before it: on top of a block that is not there."""
    begun: list[Round] = []

    def written(decided: Round) -> None:
        begun.append(decided)
        if len(begun) == 2:
            raise OperationalError("gone")

    monkeypatch.setattr(serving, "write_down", written)
    writer, rounds = serving.Writer(), [Round([number]) for number in range(1, 5)]
    with ThreadPoolExecutor(1) as hand:
        works = [hand.submit(writer._write_down, one, hand) for one in rounds]
    assert begun == rounds[:2]
    assert [type(work.exception()) for work in works] == [type(None), OperationalError, type(None), type(None)]


def test_a_thread_that_ends_closes_its_own_connection(standing: None):
    """And with it gives the seat back, whoever still looks at what stopped it."""
    assert standing is None
    with serving._thread("hand") as hand:
        assert hand.submit(locks.try_seat).result()
        own = hand.submit(lambda: connections["default"]).result()
    assert own.connection is None
    assert not locks.seat_taken()


def test_a_batch_is_booked_once_while_connections_are_cut_under_it(owner: Any):
    """Long blocks are decided while the one before is written down; a cut connection takes both with it."""
    distributions = 40
    receivers = open_many(StandIn(), 2_000)
    assert all(one.done for one in book([issued(30, "T-L-2", 10**9, owner)], at=clock.now()))
    parts = tuple((account, 7) for account in receivers)
    acts = [ordered(100 + number, Distribute("T-L-2", GIVER, parts, bytes(32))) for number in range(distributions)]
    with tanhui_work(WRITER) as writer:
        wait_until(lambda: status().writer_serves)
        queue.put_all(acts, at=clock.now())
        for left in (39, 33, 26, 18, 9, 1):
            wait_until(lambda left=left: queue.waiting() <= left)
            with connection.cursor() as cursor:
                cursor.execute(CUT_OTHERS)
        wait_until(lambda: not queue.waiting() and status().projected == status().height)
        assert writer.poll() is None
    assert set(QueuedCommand.objects.values_list("code", flat=True)) == {"done"}
    assert Holding.objects.filter(lot="T-L-2", quantity_mg=7 * distributions).count() == len(receivers)
    assert_whole()
