"""Movements page by page, the latest first: of a lot, of an account. Pages turn by key, never by counting rows."""

from collections.abc import Iterable, Iterator, Sequence
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


_BEHIND = """
SELECT entry.* FROM unnest(%s::bigint[], %s::bigint[]) AS span (first, last)
JOIN registry_entry entry ON entry.index BETWEEN span.first AND span.last
"""


def lot_entries(lot: str, *, before: int = LATEST, most: int = PAGE) -> EntryPage:
    """Return the movements of a lot that come before an index."""
    return _page(_with_followers(of_lot(lot, before, most + 1), before, most + 1), most)


def last_of_lot(lot: str) -> Entry:
    """Return the latest movement of a lot."""
    (last,) = lot_entries(lot, most=1).entries
    return last


def account_entries(account: str, *, before: int = LATEST, most: int = PAGE) -> EntryPage:
    """Return the movements into and out of an account, and within it, that come before an index."""
    given = _with_followers(given_by(account, before, most + 1), before, most + 1)
    both = {entry.index: entry for entry in [*given, *taken_by(account, before, most + 1)]}
    return _page([both[index] for index in sorted(both, reverse=True)], most)


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
    while leads := list(leading().filter(lot=lot, index__gt=after).order_by("index")[:LARGE_PAGE]):
        for some in _parted(leads):
            yield from _whole(some)
        after = leads[-1].index


def all_of_account(account: str) -> Iterator[Entry]:
    """Yield all movements of an account, the latest first."""
    before: int | None = LATEST
    while before is not None:
        entries, before = account_entries(account, before=before, most=LARGE_PAGE)
        yield from entries


def leading() -> QuerySet[Entry]:
    """Return the movements by which a lot and a giver are looked up: all but the followers in a list."""
    return Entry.objects.filter(followers__isnull=False)


def of_lot(lot: str, before: int, most: int) -> QuerySet[Entry]:
    """Return the query behind a page of a lot: what leads."""
    return leading().filter(lot=lot, index__lt=before).order_by("-index")[:most]


def given_by(account: str, before: int, most: int) -> QuerySet[Entry]:
    """Return the query for what an account gave: what leads."""
    return leading().filter(from_account=account, index__lt=before).order_by("-index")[:most]


def taken_by(account: str, before: int, most: int) -> QuerySet[Entry]:
    """Return the query for what an account received."""
    return Entry.objects.filter(to_account=account, index__lt=before).order_by("-index")[:most]


def _with_followers(leads: Iterable[Entry], before: int, most: int) -> list[Entry]:
    """Return the latest of what leads and what follows it, as many as asked for, before an index."""
    found: list[Entry] = []
    spans: list[tuple[int, int]] = []
    count = 0
    for lead in leads:
        if lead.followers:
            last = min(lead.index + lead.followers, before - 1)
            first = max(lead.index + 1, last - (most - count) + 1)
            spans.append((first, last))
            count += last - first + 1
        found.append(lead)
        count += 1
        if count >= most:
            break
    return sorted([*found, *_behind(spans)], key=lambda entry: -entry.index)[:most]


def _parted(leads: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Part what leads so that with what follows, each part is about a large page."""
    part: list[Entry] = []
    count = 0
    for lead in leads:
        part.append(lead)
        count += 1 + (lead.followers or 0)
        if count >= LARGE_PAGE:
            yield part
            part, count = [], 0
    yield part


def _whole(leads: Sequence[Entry]) -> list[Entry]:
    """Return what leads with all that follows it, the earliest first."""
    spans = [(lead.index + 1, lead.index + lead.followers) for lead in leads if lead.followers]
    return sorted([*leads, *_behind(spans)], key=lambda entry: entry.index)


def _behind(spans: Sequence[tuple[int, int]]) -> list[Entry]:
    """Return the movements from the first to the last of each span."""
    return list(Entry.objects.raw(_BEHIND, list(map(list, zip(*spans, strict=True))))) if spans else []


def _page(found: Sequence[Entry], most: int) -> EntryPage:
    return EntryPage(found[:most], found[most - 1].index if len(found) > most else None)
