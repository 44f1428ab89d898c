"""Who holds a lot, the largest holding first, page by page."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.db.models.expressions import F
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from tanhui.core.ledger import Book
from tanhui.registry.models import HELD_BOOKS, Account, Holding, Lot
from tanhui.registry.queries.accounts import names_of
from tanhui.registry.queries.entries import LARGE_PAGE, PAGE

FIRST = (2**63 - 1, "", "")
"""The key before the largest holding: a quantity in mg, an account, a book."""

Key = tuple[int, str, str]


class Holder(NamedTuple):
    """What one account has in one book of a lot, and the name behind the account."""

    account: str
    name_zh: str
    name_en: str
    book: str
    quantity_mg: int


class HolderPage(NamedTuple):
    """Some holdings of a lot, the largest first, and the key for those after them: None where there are none."""

    holders: Sequence[Holder]
    after: Key | None


def holders_of(lot: str, *, after: Key = FIRST, most: int = PAGE) -> HolderPage:
    """Return who holds something of a lot, from a key on. What is retired or revoked is nobody's any more."""
    rows = list(of_lot(lot, after, most + 1))
    shown = rows[:most]
    names = names_of({row.account for row in shown})
    holders = [
        Holder(row.account, *names.get(row.account, (row.account, row.account)), row.book, row.quantity_mg)
        for row in shown
    ]
    return HolderPage(holders, _key(shown[-1]) if len(rows) > most else None)


def all_holders_of(lot: str) -> Iterator[Holder]:
    """Yield everybody who holds something of a lot, the largest holding first."""
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
        rows = list(of_lot(last, FIRST, None).filter(book=Book.LIVE.value)[:most])
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


def of_lot(lot: str, after: Key, most: int | None) -> QuerySet[Holding]:
    """Return the query behind a page of holders: one walk along one index, as long as the page."""
    held = Holding.objects.filter(lot=lot, book__in=HELD_BOOKS)
    found = held.filter(TupleLessThan(Tuple(F("quantity_mg"), F("account"), F("book")), after))
    return found.order_by("-quantity_mg", "-account", "-book")[:most]


def _key(row: Holding) -> Key:
    return row.quantity_mg, row.account, row.book
