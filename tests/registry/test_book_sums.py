"""The sums of the books are what the holdings add up to, in every state, and how often something came into them."""

from collections import Counter
from importlib import import_module

import pytest
from django.db import connection
from django.db.models import Count, Sum

from act_desk import ActDesk
from tanhui.core.ledger import Block, Distribute
from tanhui.kit import clock
from tanhui.registry.models import BookSum, Entry, Holding
from tanhui.registry.queries.books import books_by_lot, books_of
from tanhui.registry.services.booking import book, command
from tanhui.registry.writer.catching_up import catch_up
from tanhui.registry.writer.projections import project, projected_height
from walk import signature

Sums = dict[tuple[str, str], tuple[int, int, int]]


def kept() -> Sums:
    return {(row.lot, row.book): (int(row.quantity_mg), row.holdings, row.arrivals) for row in BookSum.objects.all()}


def added_up() -> Sums:
    """What the sums must be, from the rows that they stand for."""
    found: dict[tuple[str, str], Counter[str]] = {}
    rows = Holding.objects.values_list("lot", "book").annotate(Sum("quantity_mg"), Count("account"))
    for lot, name, mg, count in rows:
        for key in ((lot, name), ("", name)):
            found.setdefault(key, Counter()).update(mg=mg, holdings=count)
    for lot, name, count in Entry.objects.values_list("lot", "to_book").annotate(Count("index")):
        for key in ((lot, name), ("", name)):
            found.setdefault(key, Counter()).update(arrivals=count)
    return {key: (one["mg"], one["holdings"], one["arrivals"]) for key, one in found.items()}


KINDS = [
    *("freeze", "unfreeze", "pledge", "foreclose", "revoke", "reverse", "hold", "void", "post"),
    *("correspond_in", "correspond_out", "correspond_confirm", "correspond_return"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_after_every_act_the_sums_are_what_the_rows_add_up_to(acts: ActDesk, kind: str):
    assert kept() == added_up()
    acts.done(acts.order(kind))
    assert kept() == added_up()
    assert len(kept()) > len(BookSum.objects.filter(lot=""))


def test_a_long_list_and_what_it_empties_are_counted(acts: ActDesk):
    held = Holding.objects.get(account=acts.owner, lot=acts.lot, book="live").quantity_mg
    act = Distribute(acts.lot, acts.owner, ((acts.buyer, held),), bytes(32))
    signed = signature(acts.people["wuyun"], "分给大家。")
    (answer,) = book([command(command_id=b"d" * 16, act=act, **signed)], at=signed["at"])
    assert answer.done
    assert kept() == added_up()
    assert books_of(acts.lot).line("live").holdings == 1
    assert books_of().movements == Entry.objects.count()


def test_blocks_that_are_read_at_once_leave_the_sums_of_one_by_one(acts: ActDesk):
    """What one of them fills and a later one empties is no holding in the end, and was two arrivals."""
    held = Holding.objects.get(account=acts.owner, lot=acts.lot, book="live").quantity_mg
    ends = ((acts.owner, acts.empty()), (acts.empty(), acts.owner), (acts.owner, acts.buyer))
    resident, height, signed, blocks = catch_up(), projected_height(), signature(acts.people["wuyun"], "一笔一笔。"), []
    for place, (giver, taker) in enumerate(ends, 1):
        act = Distribute(acts.lot, giver, ((taker, held),), bytes(32))
        one = command(command_id=bytes([place]) * 16, act=act, **signed)
        block = resident.write([one], clock.to_ms(signed["at"]))
        assert isinstance(block, Block)
        assert block.outcomes[0].done
        blocks.append(block)
    project(*blocks)
    assert projected_height() == height + len(blocks)
    assert kept() == added_up()
    assert not Holding.objects.filter(account__in=[acts.owner, acts.empty()], lot=acts.lot, book="live").exists()


def test_sums_can_be_made_from_the_rows_of_an_older_installation(acts: ActDesk):
    acts.done(acts.order("freeze", 1))
    expected = kept()
    BookSum.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("tanhui.registry.migrations.0011_reading").SUMS)
    assert kept() == expected


def test_books_of_many_lots_are_those_of_each(acts: ActDesk):
    found = books_by_lot([acts.lot, "BT-L-2026-9999"])
    assert found[acts.lot] == books_of(acts.lot)
    assert (found["BT-L-2026-9999"].issued_mg, found["BT-L-2026-9999"].total_mg) == (0, 0)
