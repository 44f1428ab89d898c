"""Movements page by page, the latest first: of a lot, of an account. Pages turn by key, never by counting rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from tanhui.registry.models import Act, Entry

PAGE = 50
LARGE_PAGE = 2_000
LATEST = 2**63 - 1


class EntryPage(NamedTuple):
    """Some movements, the latest first, and the key for the page after them: None where they are the earliest."""

    entries: Sequence[Entry]
    before: int | None


Reading = Callable[[int, int], QuerySet[Entry]]


def lot_entries(lot: str, *, before: int = LATEST, most: int = PAGE) -> EntryPage:
    """Return the movements of a lot that come before an index."""
    return _page(lambda key, count: of_lot(lot, key, count), before, most)


def last_of_lot(lot: str) -> Entry:
    """Return the latest movement of a lot."""
    return Entry.objects.filter(lot=lot).latest("index")


def account_entries(account: str, *, before: int = LATEST, most: int = PAGE) -> EntryPage:
    """Return the movements into and out of an account, and within it, that come before an index."""
    return _page(lambda key, count: of_account(account, key, count), before, most)


def entries_of(act: Act) -> QuerySet[Entry]:
    """Return the movements of an act in order: the leaves between it and the next act that are movements."""
    behind = Act.objects.filter(index__gt=act.index).order_by("index").values_list("index", flat=True).first()
    found = Entry.objects.filter(index__gt=act.index).order_by("index")
    return found if behind is None else found.filter(index__lt=behind)


def entries_of_command(command_hex: str) -> QuerySet[Entry]:
    """Return the movements of a command that was answered: none while it waits, or where it was refused."""
    act = Act.objects.filter(command_hex=command_hex).first()
    return entries_of(act) if act else Entry.objects.none()


def all_of_lot(lot: str) -> Iterator[Entry]:
    """Yield all movements of a lot, the earliest first."""
    after = -1
    while rows := list(Entry.objects.filter(lot=lot, index__gt=after).order_by("index")[:LARGE_PAGE]):
        yield from rows
        after = rows[-1].index


def all_of_account(account: str) -> Iterator[Entry]:
    """Yield all movements of an account, the latest first."""
    before: int | None = LATEST
    while before is not None:
        entries, before = account_entries(account, before=before, most=LARGE_PAGE)
        yield from entries


def of_lot(lot: str, before: int, most: int) -> QuerySet[Entry]:
    """Return the query behind a page of a lot."""
    return Entry.objects.filter(lot=lot, index__lt=before).order_by("-index")[:most]


def of_account(account: str, before: int, most: int) -> QuerySet[Entry]:
    """Return the query behind a page of an account.

    Two walks along two indexes, each as long as the page; what moves within the account is in both, and once here.
    """
    older = Entry.objects.filter(index__lt=before).order_by("-index")
    given, taken = older.filter(from_account=account)[:most], older.filter(to_account=account)[:most]
    return given.union(taken).order_by("-index")[:most]


def _page(read: Reading, before: int, most: int) -> EntryPage:
    found = list(read(before, most + 1))
    return EntryPage(found[:most], found[most - 1].index if len(found) > most else None)
