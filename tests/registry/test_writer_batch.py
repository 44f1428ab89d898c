"""A distribution through queue, journal and tables: packed as a whole, and the same rows as one by one."""

from typing import Any

import pytest

from registry.test_writer import StandIn, assert_whole, opening
from standing import load_people
from tanhui.certification.services import apply
from tanhui.core.ledger import Distribute, Entry, Issue, Origin, decode_leaf
from tanhui.registry.models import Block, Holding, Leaf
from tanhui.registry.models import Entry as EntryRow
from tanhui.registry.services.booking import book, command
from tanhui.registry.writer import queue
from tanhui.registry.writer.sending import await_answers
from walk import AT

GIVER, BUFFER, *RECEIVERS = (f"T-{number:06d}" for number in range(1, 6))


def ordered(number: int, act: Any) -> Any:
    return command(command_id=number.to_bytes(16, "big"), act=act, by=StandIn(), reason="分发。", at=AT)


def given(number: int, *quantities_mg: int) -> Any:
    parts = tuple(zip(RECEIVERS, quantities_mg, strict=False))
    return ordered(number, Distribute("T-L-1", GIVER, parts, bytes(32)))


@pytest.fixture
def lot(standing: None) -> None:
    """A lot of 1,000 mg, 50 of them buffer, held by the giver."""
    assert standing is None
    _region, people = load_people()
    owner = people["zhaogang"]
    signed = {"by": owner, "reason": "申请。", "at": AT}
    project = apply(name_zh="小样", name_en="", owner=owner.organisation, region_code="BT", key="w", **signed)
    zero = bytes(32)
    issue = Issue("T-L-1", GIVER, BUFFER, 1000, 50, Origin(project.number, "2021-01-01..2025-12-31", zero, zero, zero))
    kinds = ["owner", "buffer", "buyer", "buyer", "buyer"]
    orders = [opening(number, kind) for number, kind in enumerate(kinds, start=1)]
    assert all(one.done for one in book([*orders, ordered(10, issue)], at=AT))


def live() -> dict[str, int]:
    return dict(Holding.objects.filter(book="live").values_list("account", "quantity_mg"))


def test_its_rows_say_what_its_leaves_say(lot: None):
    assert lot is None
    assert [one.done for one in book([given(20, 1, 70_000, 3), given(21, 5, 300)], at=AT)] == [False, True]
    records = {leaf.index: decode_leaf(bytes(leaf.content)) for leaf in Leaf.objects.all()}
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
