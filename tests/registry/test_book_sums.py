"""The sums of the books are what the holdings add up to, in every state, and how often something came into them."""

from collections import Counter
from importlib import import_module

import pytest
from django.db import connection
from django.db.models import Count, Sum

from act_desk import ActDesk
from tanhui.core.ledger import Distribute
from tanhui.registry.models import BookSum, Entry, Holding
from tanhui.registry.queries.books import books_by_lot, books_of
from tanhui.registry.services.booking import book, command
from walk import signature

Sums = dict[tuple[str, str], tuple[int, int, int]]


def kept() -> Sums:
    return {(row.lot, row.book): (int(row.quantity_mg), row.holdings, row.arrivals) for row in BookSum.objects.all()}


def added_up() -> Sums:
    """What the sums must be, from the rows that they stand for."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for lot, name, mg, count in Holding.objects.values_list("lot", "book").annotate(
        Sum("quantity_mg"), Count("account")
    ):
        for key in ((lot, name), ("", name)):
            found.setdefault(key, Counter()).update(mg=mg, holdings=count)
    for lot, name, count in Entry.objects.values_list("lot", "to_book").annotate(Count("index")):
        for key in ((lot, name), ("", name)):
            found.setdefault(key, Counter()).update(arrivals=count)
    return {key: (one["mg"], one["holdings"], one["arrivals"]) for key, one in found.items()}


@pytest.mark.parametrize("kind", ["freeze", "unfreeze", "pledge", "foreclose", "revoke", "reverse", "hold", "void"])
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
