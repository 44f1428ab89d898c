"""The statement of an account: what it holds in which book of which lot, and who may read it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from tanhui.core.ledger import Book
from tanhui.kit.problems import NotFoundProblem
from tanhui.people.models import Organisation, Person, Role
from tanhui.registry.models import Account, Holding
from tanhui.registry.queries.books import BOOKS
from tanhui.registry.queries.entries import LARGE_PAGE, PAGE

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


class HeldPage(NamedTuple):
    """What an account has of some lots, by lot, and the key for those after them: None where there are none."""

    rows: Sequence[Held]
    after: str | None


def held_by(account: str, *, after: str = "", most: int = PAGE) -> HeldPage:
    """Return what an account has, by lot, from behind one on."""
    found: dict[str, dict[str, int]] = {}
    for row in of_account(account, after, (most + 1) * len(BOOKS)):
        found.setdefault(row.lot, {})[row.book] = row.quantity_mg
    rows = [Held(lot, [books.get(book, 0) for book in BOOKS]) for lot, books in found.items()]
    return HeldPage(rows[:most], rows[most - 1].lot if len(rows) > most else None)


def all_held_by(account: str) -> Iterator[Held]:
    """Yield what an account has of every lot, by lot."""
    after: str | None = ""
    while after is not None:
        rows, after = held_by(account, after=after, most=LARGE_PAGE)
        yield from rows


def of_account(account: str, after: str, most: int) -> QuerySet[Holding]:
    """Return the query behind: enough rows for so many books, by lot. The mint is nobody's."""
    return Holding.objects.filter(account=account, lot__gt=after).exclude(book=Book.MINT.value).order_by("lot")[:most]


def sums_of(account: str) -> Sequence[int]:
    """Return what an account has in each book, all lots together, in mg."""
    rows = Holding.objects.filter(account=account).values_list("book").annotate(Sum("quantity_mg"))
    found = {book: int(mg) for book, mg in rows}
    return [found.get(book, 0) for book in BOOKS]
