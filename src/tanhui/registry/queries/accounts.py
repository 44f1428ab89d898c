"""Accounts, what they hold, and the orders that wait for a second person."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from tanhui.core.ledger import Book
from tanhui.core.ledger import Holding as Place
from tanhui.core.ledger.terms import END_BOOKS
from tanhui.kit.problems import NotFoundProblem
from tanhui.people.models import Organisation
from tanhui.registry.models import Account, Holding, LedgerAccount, Lot, Order

BOUND_BOOKS = frozenset({Book.HELD, Book.PLEDGED, Book.FROZEN, Book.RESERVE})


class Holder(NamedTuple):
    """Who holds how much of a lot: freely, as the buffer, and bound (held, pledged, frozen, in reserve)."""

    account: Account
    live_mg: int
    buffer_mg: int
    bound_mg: int

    @property
    def total_mg(self) -> int:
        return self.live_mg + self.buffer_mg + self.bound_mg


def accounts(*kinds: str) -> Sequence[Account]:
    """Return accounts, the closed ones included."""
    found = Account.objects.select_related("holder").order_by("account")
    return list(found.filter(kind__in=kinds) if kinds else found)


def open_accounts(*kinds: str) -> Sequence[Account]:
    """Return the accounts that something may still arrive in or leave."""
    closed = closed_accounts()
    return [row for row in accounts(*kinds) if row.account not in closed]


def closed_accounts() -> frozenset[str]:
    return frozenset(LedgerAccount.objects.filter(closed=True).values_list("account", flat=True))


def open_account_of(holder: Organisation, kind: str) -> Account | None:
    """Return the one account of this kind that an organisation has open."""
    closed = LedgerAccount.objects.filter(closed=True, account=OuterRef("account"))
    return Account.objects.filter(~Exists(closed), holder=holder, kind=kind).first()


def owner_account(of: Lot) -> Account:
    assert of.project is not None
    found = open_account_of(of.project.owner, "owner")
    assert found is not None
    return found


def buyer_account(holder: Organisation) -> Account | None:
    return open_account_of(holder, "buyer")


def live_mg(account: str, lot: str = "") -> int:
    """Return what an account can dispose of in a lot; without one, in all lots together."""
    found = Holding.objects.filter(account=account, book=Book.LIVE.value)
    total = (found.filter(lot=lot) if lot else found).aggregate(live_mg=Sum("quantity_mg"))
    return int(total["live_mg"] or 0)


def balances_mg(places: Collection[Place]) -> dict[Place, int]:
    """Return what stands in each of these places."""
    accounts_in, lots_in = {place.account for place in places}, {place.lot for place in places}
    rows = Holding.objects.filter(account__in=accounts_in, lot__in=lots_in)
    found = {Place(row.account, row.lot, Book(row.book)): row.quantity_mg for row in rows}
    return {place: found.get(place, 0) for place in places}


def holders_of(lot: str) -> Sequence[Holder]:
    """Return everybody who holds something of a lot, the largest first. What is retired is nobody's any more."""
    held: dict[str, dict[str, int]] = {}
    for row in Holding.objects.filter(lot=lot).exclude(book__in=[*END_BOOKS, Book.MINT]):
        held.setdefault(row.account, {})[row.book] = row.quantity_mg
    known = {row.account: row for row in Account.objects.select_related("holder").filter(account__in=held)}
    found = [
        Holder(
            known[account],
            sums.get(Book.LIVE.value, 0),
            sums.get(Book.BUFFER.value, 0),
            sum(quantity_mg for book, quantity_mg in sums.items() if book in BOUND_BOOKS),
        )
        for account, sums in held.items()
    ]
    return sorted(found, key=lambda holder: (-holder.total_mg, holder.account.account))


def names_of(ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the Chinese and English names behind account ids. The mint has no holder and no name."""
    found = Account.objects.select_related("holder").filter(account__in=ids)
    return {row.account: (row.holder.name_zh, row.holder.name_en) for row in found}


def orders(*states: str) -> Sequence[Order]:
    found = Order.objects.select_related("project__owner", "requested_by", "decided_by")
    return list(found.filter(state__in=states) if states else found)


def order_of_command(command_id: bytes) -> Order | None:
    return Order.objects.filter(command_hex=command_id.hex()).first()


def live_sums_mg() -> dict[str, int]:
    """Return what each account can dispose of, all lots together."""
    rows = Holding.objects.filter(book=Book.LIVE.value).values_list("account").annotate(Sum("quantity_mg"))
    return {account: int(quantity_mg) for account, quantity_mg in rows}


def order_numbered(number: str) -> Order:
    """Return an order with its people. Raises NotFoundProblem."""
    found = Order.objects.select_related("project__owner", "requested_by", "decided_by").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_order", _("没有编号是 %(number)s 的指令。") % {"number": number})
    return found


def holdings_live() -> Sequence[dict[str, object]]:
    """Return who can dispose of how much in which lot, the largest first."""
    held = Holding.objects.filter(book=Book.LIVE.value).order_by("lot", "-quantity_mg")
    names = names_of({row.account for row in held})
    return [
        {
            "lot": row.lot,
            "account": row.account,
            "name_zh": names[row.account][0],
            "name_en": names[row.account][1],
            "live_mg": row.quantity_mg,
        }
        for row in held
    ]
