"""Accounts, what they hold, and the orders that wait for a second person."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from tanhui.core.ledger import Book
from tanhui.core.ledger import Holding as Place
from tanhui.kit.problems import NotFoundProblem
from tanhui.people.models import Organisation
from tanhui.registry.models import Account, Holding, LedgerAccount, Lot, Order, OrderState
from tanhui.registry.queries.entries import PAGE

MOST_ORDERS = 100
"""How many orders a desk lists."""


class AccountPage(NamedTuple):
    """Some accounts by their ids, and the key for those after them: None where there are none."""

    accounts: Sequence[Account]
    after: str | None


def accounts(*, after: str = "", most: int = PAGE) -> AccountPage:
    """Return accounts by their ids, from behind one on."""
    found = list(Account.objects.select_related("holder").filter(account__gt=after).order_by("account")[: most + 1])
    return AccountPage(found[:most], found[most - 1].account if len(found) > most else None)


def kinds_open_of(holders: Collection[int]) -> set[tuple[str, int]]:
    """Return which kinds of account these organisations have open: pairs of kind and organisation."""
    return set(still_open().filter(holder__in=holders).values_list("kind", "holder_id"))


def still_open() -> QuerySet[Account]:
    """Return the accounts that something may still arrive in or leave."""
    return Account.objects.filter(~Exists(LedgerAccount.objects.filter(closed=True, account=OuterRef("account"))))


def closed_among(accounts: Collection[str]) -> frozenset[str]:
    """Return those of these accounts that are closed."""
    return frozenset(LedgerAccount.objects.filter(closed=True, pk__in=accounts).values_list("pk", flat=True))


def open_account_of(holder: Organisation, kind: str) -> Account | None:
    """Return the one account of this kind that an organisation has open."""
    return still_open().filter(holder=holder, kind=kind).first()


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


def names_of(ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the Chinese and English names behind account ids. The mint has no holder and no name."""
    found = Account.objects.select_related("holder").filter(account__in=ids)
    return {row.account: (row.holder.name_zh, row.holder.name_en) for row in found}


def orders(*, numbers: Collection[str] | None = None, most: int = MOST_ORDERS) -> Sequence[Order]:
    """Return orders, the latest first, of these numbers or of all. Issues stand with their projects, and not here."""
    found = Order.objects.select_related("project__owner", "requested_by", "decided_by")
    found = found.exclude(kind=Order.Kind.ISSUE)
    return list((found if numbers is None else found.filter(number__in=numbers))[:most])


def waiting_orders(*, most: int = MOST_ORDERS) -> Sequence[Order]:
    """Return the orders that wait for a second person, those that wait longest first."""
    found = Order.objects.select_related("project__owner", "requested_by").filter(state=OrderState.WAITING)
    return list(found.order_by("id")[:most])


def order_count(*states: str) -> int:
    """Return how many orders are in these states."""
    return Order.objects.filter(state__in=states).count()


def order_of_command(command_id: bytes) -> Order | None:
    return Order.objects.filter(command_hex=command_id.hex()).first()


def live_sums_mg(accounts: Collection[str]) -> dict[str, int]:
    """Return what each of these accounts can dispose of, all lots together."""
    rows = Holding.objects.filter(account__in=accounts, book=Book.LIVE.value)
    return {name: int(mg) for name, mg in rows.values_list("account").annotate(Sum("quantity_mg"))}


def order_numbered(number: str) -> Order:
    """Return an order with its people. Raises NotFoundProblem."""
    found = Order.objects.select_related("project__owner", "requested_by", "decided_by").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_order", _("没有编号是 %(number)s 的指令。") % {"number": number})
    return found
