"""Who holds a lot, page by page: holdings of a tonne or more, the largest first, then the smaller ones by account."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.expressions import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from tanhui.core.ledger import Book
from tanhui.registry.models import HELD_BOOKS, LARGE_MG, Account, Holding, Lot
from tanhui.registry.queries.accounts import names_of
from tanhui.registry.queries.entries import LARGE_PAGE, PAGE

FIRST = (2**63 - 1, "", "")
"""The key before the first holding: a quantity in mg, an account, a book. Below a tonne the quantity is no matter."""

_ANY_BOOK = Q()

Key = tuple[int, str, str]


class Holder(NamedTuple):
    """What one account has in one book of a lot, and the name behind the account."""

    account: str
    name_zh: str
    name_en: str
    book: str
    quantity_mg: int


class HolderPage(NamedTuple):
    """Some holdings of a lot in their order, and the key for those after them: None where there are none."""

    holders: Sequence[Holder]
    after: Key | None


def holders_of(lot: str, *, after: Key = FIRST, most: int = PAGE) -> HolderPage:
    """Return who holds something of a lot, from a key on. What is retired or revoked is nobody's any more."""
    rows = _in_order(lot, after, most + 1)
    shown = rows[:most]
    names = names_of({row.account for row in shown})
    holders = [
        Holder(row.account, *names.get(row.account, (row.account, row.account)), row.book, row.quantity_mg)
        for row in shown
    ]
    return HolderPage(holders, _key(shown[-1]) if len(rows) > most else None)


def all_holders_of(lot: str) -> Iterator[Holder]:
    """Yield everybody who holds something of a lot, in the order of the pages."""
    after: Key | None = FIRST
    while after is not None:
        holders, after = holders_of(lot, after=after, most=LARGE_PAGE)
        yield from holders


def live_beside(lot: str, account: str, *, most: int) -> Sequence[dict[str, object]]:
    """Return who can dispose of how much, for the list beside a form: of an account, of a lot, or of the latest lot."""
    known = Account.objects.filter(account=account).exists()
    if known:
        own = Holding.objects.filter(account=account, book=Book.LIVE.value)
        rows = list((own.filter(lot=lot) if lot else own).order_by("lot")[:most])
    else:
        last = lot or Lot.objects.order_by("-lot").values_list("lot", flat=True).first() or ""
        rows = _in_order(last, FIRST, most, Q(book=Book.LIVE.value))
    names = names_of({row.account for row in rows})
    return [
        {
            "lot": row.lot,
            "account": row.account,
            **dict(zip(("name_zh", "name_en"), names.get(row.account, (row.account, row.account)), strict=True)),
            "live_mg": row.quantity_mg,
        }
        for row in rows
    ]


def _in_order(lot: str, after: Key, most: int, only: Q = _ANY_BOOK) -> list[Holding]:
    quantity_mg, *place = after
    found: list[Holding] = []
    if quantity_mg >= LARGE_MG:
        found, place = list(large_of(lot, after).filter(only)[:most]), ["", ""]
    if len(found) < most:
        found += small_of(lot, *place).filter(only)[: most - len(found)]
    return found


def large_of(lot: str, after: Key) -> QuerySet[Holding]:
    """Return the query for the large holdings behind a key: one walk along one index."""
    held = Holding.objects.filter(lot=lot, book__in=HELD_BOOKS, quantity_mg__gte=LARGE_MG)
    found = held.filter(TupleLessThan(Tuple(F("quantity_mg"), F("account"), F("book")), after))
    return found.order_by("-quantity_mg", "-account", "-book")


def small_of(lot: str, account: str, book: str) -> QuerySet[Holding]:
    """Return the query for the small holdings behind an account and a book: one walk along another index."""
    held = Holding.objects.filter(lot=lot, book__in=HELD_BOOKS, quantity_mg__lt=LARGE_MG)
    found = held.filter(TupleGreaterThan(Tuple(F("account"), F("book")), (account, book)))
    return found.order_by("account", "book")


def _key(row: Holding) -> Key:
    return row.quantity_mg, row.account, row.book
