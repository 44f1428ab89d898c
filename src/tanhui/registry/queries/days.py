"""The end of a day: which one was closed last, what everybody held then, and the proof of what one account held."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from tanhui.core.ledger import CloseDay
from tanhui.core.ledger.balance import Balance, BalanceProof, check_balance
from tanhui.core.ledger.merkle import inclusion_path
from tanhui.core.ledger.piles import CHUNK, VALUE_LENGTH, Pile, holding_value, pile_path, value_path
from tanhui.core.ledger.proof import ProvenLeaf
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.registry.log.queries import checkpoint_over, with_cosignatures
from tanhui.registry.models import Act, Block, DayPile
from tanhui.registry.suite import suite
from tanhui.registry.writer.hashes import subtrees
from tanhui.registry.writer.leaves import content_at
from tanhui.registry.writer.signing import hand_over_notes

MANY = 10_000
_MOVED = """
SELECT lot COLLATE "C" AS lot, book COLLATE "C" AS book, account COLLATE "C" AS account, sum(mg)::bigint AS mg FROM (
    SELECT lot, book, account, quantity_mg AS mg FROM registry_holding WHERE {held}
    UNION ALL
    SELECT entry.lot, entry.from_book, entry.from_account, entry.quantity_mg FROM {source}
    UNION ALL
    SELECT entry.lot, entry.to_book, entry.to_account, -entry.quantity_mg FROM {target}
) AS moved GROUP BY 1, 2, 3 HAVING sum(mg) <> 0 ORDER BY 1, 2, 3
"""
"""What is held now, less what has moved since: every holding as it was when the history had so many leaves."""

_PLAIN = "registry_entry entry WHERE entry.index >= %(size)s"
_LED = """
registry_entry lead JOIN registry_entry entry ON entry.index BETWEEN lead.index AND lead.index + lead.followers
WHERE lead.followers IS NOT NULL AND lead.index >= %(size)s
"""
"""A list of movements is found by the one that leads it; no list begins before a block and ends in it."""

_EVERYTHING = _MOVED.format(held="true", source=_PLAIN, target=_PLAIN)
_OF_ACCOUNT = _MOVED.format(
    held="account = %(account)s",
    source=f"{_LED} AND lead.from_account = %(account)s",
    target=f"{_PLAIN} AND entry.to_account = %(account)s",
)
_OF_CHUNK = _MOVED.format(
    held='lot = %(lot)s AND book = %(book)s AND account COLLATE "C" >= %(first)s AND account COLLATE "C" < %(end)s',
    source=f"{_LED} AND lead.lot = %(lot)s AND lead.from_book = %(book)s "
    'AND lead.from_account COLLATE "C" >= %(first)s AND lead.from_account COLLATE "C" < %(end)s',
    target=f"{_LED} AND lead.lot = %(lot)s AND entry.to_book = %(book)s "
    'AND entry.to_account COLLATE "C" >= %(first)s AND entry.to_account COLLATE "C" < %(end)s',
)
AFTER_ALL = "~"
"""Greater than every account: the ids of accounts have no tilde."""


class Held(NamedTuple):
    lot: str
    book: str
    account: str
    quantity_mg: int


def day_words(day: int) -> str:
    """Return a day of the ledger as people write it: 2026-11-27."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def last_closed() -> Act | None:
    """Return the act that closed a day last."""
    return Act.objects.filter(kind=CloseDay.name, outcome="done").order_by("-index").first()


def end_of(act: Act) -> CloseDay:
    """Return what a day was closed with."""
    said = dict(act.terms)
    return CloseDay(said["day"], said["height"], said["holdings"], said["piles"], bytes.fromhex(said["root"]))


def held_at(size: int) -> Iterator[Held]:
    """Yield every holding as it was when the history had so many leaves, sorted by lot, book and account.

    Inside a transaction: it reads as it goes, however many there are.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_EVERYTHING, {"size": size})
        while rows := cursor.fetchmany(MANY):
            yield from map(Held._make, rows)


def piles_of(day: int) -> Sequence[DayPile]:
    """Return the piles that a day ended with, sorted by lot and book."""
    rows = DayPile.objects.filter(day__lte=day).order_by("lot", "book", "-day").distinct("lot", "book")
    return sorted((row for row in rows if row.holdings), key=lambda row: (row.lot, row.book))


def pile_in(row: DayPile) -> Pile:
    """Return a pile as the core knows it."""
    return Pile(row.lot, row.book, row.holdings, row.total_mg, bytes.fromhex(row.root_hex))


def balance_proof(account: str, lot: str | None = None) -> BalanceProof:
    """Return the proof of what an account held, in all lots or in one, when the last day ended that was closed.

    Raises NotFoundProblem where no day was closed yet, or the account held nothing then, and `balance_not_proven` where
    the tables no longer give what was written down.
    """
    act = last_closed()
    if act is None:
        raise NotFoundProblem("no_day_closed", _("还没有日结过，没有可证明的余额。每天凌晨一点结前一天。"))
    end = end_of(act)
    size = Block.objects.get(height=end.height).size if end.height else 0
    held = [one for one in _asked(_OF_ACCOUNT, {"size": size, "account": account}) if lot in {None, one.lot}]
    if not held:
        raise NotFoundProblem("nothing_held", _("账户 %(account)s 那天结束时没有碳汇。") % {"account": account})
    rows = piles_of(end.day)
    piles = [pile_in(row) for row in rows]
    places = {(row.lot, row.book): place for place, row in enumerate(rows)}
    balances = []
    for one in held:
        place = places.get((one.lot, one.book))
        found = None if place is None else _balance(one, rows[place], size, place, pile_path(piles, place, suite()))
        if found is None or not check_balance(account, found, end, suite()):
            raise Problem("balance_not_proven", _("账表和日结时写下的对不上，出不了证明。请登记机构核对账本。"))
        balances.append(found)
    return _signed(account, balances, act)


def _balance(one: Held, row: DayPile, size: int, place: int, path: tuple[bytes, ...]) -> Balance | None:
    """Find a holding in its chunk and return the way from it to the root of the day."""
    firsts = row.firsts.split("\n")
    chunk = bisect_right(firsts, one.account) - 1
    end = firsts[chunk + 1] if chunk + 1 < len(firsts) else AFTER_ALL
    bounds: dict[str, str | int] = {"size": size, "lot": one.lot, "book": one.book, "first": firsts[chunk], "end": end}
    beside = list(_asked(_OF_CHUNK, bounds))
    if one not in beside or chunk < 0:
        return None
    inside = beside.index(one)
    values = [holding_value(held.account, held.quantity_mg, suite()) for held in beside]
    way = value_path(values, inside, suite()) + value_path(chunks_of(row), chunk, suite())
    return Balance(one.quantity_mg, chunk * CHUNK + inside, way, pile_in(row), place, path)


def chunks_of(row: DayPile) -> list[bytes]:
    """Return the values of a pile's chunks."""
    packed = bytes(row.chunks)
    return [packed[at : at + VALUE_LENGTH] for at in range(0, len(packed), VALUE_LENGTH)]


def _signed(account: str, balances: Sequence[Balance], act: Act) -> BalanceProof:
    block = checkpoint_over(act.index)
    closing = ProvenLeaf(act.index, content_at(act.index), inclusion_path(act.index, block.size, subtrees(), suite()))
    return BalanceProof(account, tuple(balances), closing, with_cosignatures(block), hand_over_notes())


def _asked(question: str, values: Mapping[str, str | int]) -> Iterator[Held]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return map(Held._make, cursor.fetchall())
