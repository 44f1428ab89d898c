"""Entries with other regions as people read of them: how a lot came, what left a lot, and on which documents."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override

from tanhui.core.ledger import Sort
from tanhui.registry.models import Act, Encumbrance, Entry, Lot, Order, OrderState


class Step(NamedTuple):
    """One booked order of an entry: what it did, when, and on what document."""

    kind: str
    number: str
    at: datetime
    document: str
    authority: str
    paper_name: str
    paper_hex: str


class Departure(NamedTuple):
    """Milligrams that count in another region now, with the serials by which they were retired here."""

    number: str
    region: str
    at: datetime
    quantity_mg: int
    serial_first: int
    serial_last: int


class Arrival(NamedTuple):
    """How a lot came from another region: its entry there, the steps so far, whether it still waits to count here."""

    entry: str
    region: str
    foreign_entry: str
    waiting: bool
    steps: Sequence[Step]


def names_of_lot(lot: Lot) -> tuple[str, str]:
    """Return what a lot is called, in Chinese and English: its project, or the region that it came from."""
    if lot.project is not None:
        return lot.project.name_zh, lot.project.name_en
    found = []
    for code in ("zh-hans", "en"):
        with override(code):
            found.append(_("外区 %(region)s 转入") % {"region": lot.region})
    return found[0], found[1]


def arrival_of(lot: Lot) -> Arrival:
    """Return how a lot came that has no project here."""
    begun = Order.objects.get(kind=Order.Kind.CORRESPOND_IN, lot=lot.lot, state=OrderState.DONE)
    kinds = (Order.Kind.CORRESPOND_CONFIRM, Order.Kind.CORRESPOND_RETURN)
    ended = Order.objects.filter(kind__in=kinds, lot=lot.lot, state=OrderState.DONE).order_by("id")
    ended = ended.filter(terms__encumbrance=begun.number)
    waiting = Encumbrance.objects.filter(name=begun.number, ended=False).exists()
    return Arrival(begun.number, lot.region, lot.foreign_entry, waiting, [_step(row) for row in (begun, *ended)])


def departure_count(lot: str | None = None) -> int:
    """Return how often something of a lot, or of any lot, was confirmed by another region: each moved it once."""
    done = Order.objects.filter(kind=Order.Kind.CORRESPOND_CONFIRM, state=OrderState.DONE)
    done = done if lot is None else done.filter(lot=lot)
    return done.filter(terms__direction=Sort.OUT.value).count()


def departure_counts(lots: Collection[str]) -> Counter[str]:
    """Return the same for each of these lots, in one question."""
    done = Order.objects.filter(kind=Order.Kind.CORRESPOND_CONFIRM, state=OrderState.DONE, lot__in=lots)
    return Counter(done.filter(terms__direction=Sort.OUT.value).values_list("lot", flat=True))


def departed(lot: str) -> Sequence[Departure]:
    """Return what of a lot was confirmed by other regions, by serial. Few orders do this, so few are looked at."""
    done = Order.objects.filter(kind=Order.Kind.CORRESPOND_CONFIRM, lot=lot, state=OrderState.DONE)
    orders = {row.command_hex: row for row in done.filter(terms__direction=Sort.OUT.value)}
    if not orders:
        return []
    regions = dict(
        Encumbrance.objects.filter(name__in=[row.terms["encumbrance"] for row in orders.values()]).values_list(
            "name", "party"
        )
    )
    acts = Act.objects.filter(command_hex__in=orders).values_list("index", flat=True)
    # A confirmation moves once what went out, and the movement stands right behind its act.
    moved = Entry.objects.filter(index__in=[index + 1 for index in acts])
    departures = (_departure(entry, orders[entry.command_hex], regions) for entry in moved)
    return sorted(departures, key=lambda one: one.serial_first)


def _departure(entry: Entry, order: Order, regions: dict[str, str]) -> Departure:
    assert entry.serial_first is not None
    assert entry.serial_last is not None
    assert order.decided_at is not None
    region = regions[order.terms["encumbrance"]]
    return Departure(order.number, region, order.decided_at, entry.quantity_mg, entry.serial_first, entry.serial_last)


def _step(order: Order) -> Step:
    assert order.decided_at is not None
    terms = order.terms
    papers = (terms["document"], terms["authority"], terms["paper_name"], terms["paper_hex"])
    return Step(order.kind, order.number, order.decided_at, *papers)
