"""What binds: open holds, pledges, freezes and entries, each with the order, document and people's names behind it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from tanhui.core.ledger import Sort
from tanhui.kit import clock
from tanhui.registry.models import HELD_BOOKS, Encumbrance, Holding, Order
from tanhui.registry.queries.accounts import names_of

MOST_BINDINGS = 50
"""How many are listed on one page, the latest; the page says so where there may be more."""


class Binding(NamedTuple):
    """One open encumbrance. `left_mg` is None where no amount is bound but all there is.

    `party` is the pledgee, `purpose` what is held for, `region` the other region of an entry.
    """

    name: str
    sort: str
    account: str
    holder_zh: str
    holder_en: str
    lot: str
    left_mg: int | None
    until: datetime | None
    party: str
    party_zh: str
    party_en: str
    document: str
    authority: str
    ordered: bool
    purpose: str
    region: str


def bindings(*sorts: str, lot: str = "", account: str = "", most: int = MOST_BINDINGS) -> Sequence[Binding]:
    """Return what stands bound, the latest first: of these sorts, in a lot, of an account or for it as pledgee."""
    return told(list(open_ones(*sorts, lot=lot, account=account, most=most)))


def open_ones(*sorts: str, lot: str = "", account: str = "", most: int = MOST_BINDINGS) -> QuerySet[Encumbrance]:
    """Return the query behind: walks along indexes that end with the name, each as long as the list."""
    found = Encumbrance.objects.filter(ended=False).order_by("-name")
    if sorts:
        found = found.filter(sort=sorts[0]) if len(sorts) == 1 else found.filter(sort__in=sorts)
    if lot:
        found = found.filter(lot=lot)
    if not account:
        return found[:most]
    own, secured = found.filter(account=account)[:most], found.filter(party=account, sort=Sort.PLEDGE.value)[:most]
    return own.union(secured).order_by("-name")[:most]


def freeze_on(account: str, lot: str) -> Binding | None:
    """Return a freeze that stops a lot in an account, or the whole account."""
    found = Encumbrance.objects.filter(account=account, sort=Sort.FREEZE.value, ended=False, book="")
    return next(iter(told(list(found.filter(lot__in=["", lot]).order_by("name")[:1]))), None)


def holds_are_due(at: datetime) -> bool:
    """Say whether a hold has run out and still stands."""
    over = Encumbrance.objects.filter(sort=Sort.HOLD.value, ended=False, until_ms__lte=clock.to_ms(at))
    return over.exists()


def stops_on(lot: str) -> Sequence[Binding]:
    """Return the freezes that stop whole accounts of those who hold something of a lot."""
    holds = Holding.objects.filter(account=OuterRef("account"), lot=lot, book__in=HELD_BOOKS)
    found = Encumbrance.objects.filter(Exists(holds), sort=Sort.FREEZE.value, ended=False, lot="")
    return told(list(found.order_by("-name")[:MOST_BINDINGS]))


def told(rows: Sequence[Encumbrance]) -> list[Binding]:
    """Return these with the order, document and names behind each."""
    orders = Order.objects.in_bulk([row.name for row in rows], field_name="number")
    names = names_of({row.account for row in rows} | {row.party for row in rows})
    return [_binding(row, orders.get(row.name), names) for row in rows]


def _binding(row: Encumbrance, order: Order | None, names: dict[str, tuple[str, str]]) -> Binding:
    holder = names.get(row.account, (row.account, row.account))
    party = names.get(row.party, ("", ""))
    terms = order.terms if order else {}
    return Binding(
        row.name,
        row.sort,
        row.account,
        *holder,
        row.lot,
        row.left_mg if row.book else None,
        clock.from_ms(row.until_ms) if row.until_ms else None,
        row.party if row.sort == Sort.PLEDGE else "",
        *party,
        terms.get("document", ""),
        terms.get("authority", ""),
        order is not None,
        row.party if row.sort == Sort.HOLD else "",
        row.party if row.sort in {Sort.OUT, Sort.IN} else "",
    )
