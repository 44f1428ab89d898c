"""The statement of an account: what it holds in which book of which lot, and who may read it."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from tanhui.core.ledger import Book
from tanhui.kit.problems import NotFoundProblem
from tanhui.people.models import Organisation, Person, Role
from tanhui.registry.models import Account, Holding
from tanhui.registry.queries.books import BOOKS

SEES_ALL = frozenset({Role.OPERATOR.value, Role.SUPERVISOR.value})


class Held(NamedTuple):
    """What an account has of one lot, book by book in their order, in mg."""

    lot: str
    books_mg: Sequence[int]

    @property
    def total_mg(self) -> int:
        return sum(self.books_mg)


def account_for(reader: Person, account: str) -> Account:
    """Return an account that this person may see. Raises NotFoundProblem: to a stranger it does not exist."""
    found = Account.objects.select_related("holder").filter(account=account).first()
    if found is None or (reader.role not in SEES_ALL and found.holder_id != reader.organisation_id):
        raise NotFoundProblem("unknown_account", _("没有账户 %(account)s。") % {"account": account})
    return found


def accounts_of(holder: Organisation) -> Sequence[Account]:
    """Return the accounts of an organisation."""
    return list(Account.objects.filter(holder=holder).order_by("account"))


def held_by(account: str) -> Sequence[Held]:
    """Return what an account has, by lot."""
    found: dict[str, dict[str, int]] = {}
    for row in Holding.objects.filter(account=account).exclude(book=Book.MINT.value).order_by("lot"):
        found.setdefault(row.lot, {})[row.book] = row.quantity_mg
    return [Held(lot, [books.get(book, 0) for book in BOOKS]) for lot, books in found.items()]
