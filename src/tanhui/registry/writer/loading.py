"""What the tables say now, for the keys that are asked for."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain, repeat
from typing import Any, Final, LiteralString

from django.db.models import Q

from tanhui.core.ledger import Book, Encumbrance, Lot, Origin, Outcome, Scope, State
from tanhui.core.ledger.holdings import Holdings
from tanhui.core.ledger.merkle import Frontier
from tanhui.registry import models
from tanhui.registry.writer.asking import ask

_ACCOUNTS: Final = """
SELECT kind, closed, string_agg(account, ',') FROM registry_ledgeraccount
WHERE account = ANY((SELECT string_to_array(%s, ','))::text[]) GROUP BY kind, closed
"""
_HOLDINGS: Final = """
SELECT lot, book, string_agg(account, ','), string_agg(quantity_mg::text, ',') FROM registry_holding
WHERE account = ANY((SELECT string_to_array(%s, ','))::text[])
    AND lot = ANY((SELECT string_to_array(%s, ','))::text[]) GROUP BY lot, book
"""
_OUTCOMES: Final = """
SELECT command_hex, digest_hex, outcome, params, height, index FROM registry_act
WHERE command_hex = ANY((SELECT string_to_array(%s, ','))::text[])
"""
_HOLDINGS_OF: Final = """
SELECT lot, book, string_agg(account, ','), string_agg(quantity_mg::text, ',') FROM registry_holding
WHERE account = ANY((SELECT string_to_array(%s, ','))::text[]) GROUP BY lot, book
"""
_STOPS: Final = """
SELECT name FROM registry_encumbrance
WHERE account = ANY((SELECT string_to_array(%s, ','))::text[]) AND sort = 'freeze' AND book = '' AND NOT ended
"""
"""Ids have no comma in them, so many go as one text: a list would be spelled id by id.

The planner does not look into a list that a question of its own gives. It would see ten thousand accounts, and rather
read all holders of a lot, or all accounts, than look for so many.
"""


def load(scope: Scope) -> State:
    """Return the records of a scope. Height, time and tree are the journal's business: see `journal.state_at`."""
    standing = [
        (kind, closed, accounts.split(","))
        for kind, closed, accounts in _asked(_ACCOUNTS, [*scope.accounts, *scope.emptied])
    ]
    state = State.of(
        height=0,
        time_ms=0,
        frontier=Frontier(),
        accounts=chain.from_iterable(zip(accounts, repeat(kind)) for kind, _, accounts in standing),
        lots=_lots(scope),
        outcomes=_outcomes(scope),
        scope=scope,
        closed=[account for _, closed, accounts in standing if closed for account in accounts],
        encumbrances=_encumbrances(scope),
    )
    return replace(state, holdings=_holdings(scope))


def _asked(question: LiteralString, *lists: Collection[str]) -> list[tuple[Any, ...]]:
    """Ask for the rows of many keys, each list of them in one value."""
    return ask(question, *map(",".join, lists)) if lists[0] else []


def _holdings(scope: Scope) -> Holdings:
    piles, found = scope.holdings.piles, Holdings()
    accounts = set[str]().union(*piles.values())
    for lot, book, held in _piles(_HOLDINGS, accounts, {lot for lot, _ in piles}):
        wanted = piles.get((lot, book), set())
        found.pile(lot, book).update((account, mg) for account, mg in held if account in wanted)
    for lot, book, held in _piles(_HOLDINGS_OF, scope.emptied):
        found.pile(lot, book).update(held)
    return found


def _piles(question: LiteralString, *lists: Collection[str]) -> Iterator[tuple[str, Book, Iterable[tuple[str, int]]]]:
    """Ask for holdings, which come by lot and book."""
    for lot, book, accounts, quantities_mg in _asked(question, *lists):
        yield lot, Book(book), zip(accounts.split(","), map(int, quantities_mg.split(",")), strict=True)


def _lots(scope: Scope) -> Iterable[Lot]:
    if not scope.lots and not scope.seasons:
        return []
    seasons = Q(pk__in=[])
    for season in scope.seasons:
        seasons |= Q(project=season.project, period=season.period)
        seasons |= Q(project=None, region=season.project, foreign_entry=season.period)
    return [lot_of(row) for row in models.Lot.objects.filter(Q(lot__in=list(scope.lots)) | seasons)]


def lot_of(row: models.Lot) -> Lot:
    """Return a lot as the core knows it."""
    hashes = (bytes.fromhex(text) for text in (row.survey_hash_hex, row.method_hash_hex, row.estimate_hash_hex))
    origin = Origin(*row.origin_names, *hashes)
    return Lot(row.lot, origin, row.issued_mg, row.buffer_mg, row.retired_mg, row.lessened_mg, row.drawn_mg)


def _outcomes(scope: Scope) -> Iterable[Outcome]:
    return [
        Outcome(
            bytes.fromhex(one), bytes.fromhex(digest), code, tuple(sorted(json.loads(params).items())), height, index
        )
        for one, digest, code, params, height, index in _asked(_OUTCOMES, [one.hex() for one in scope.command_ids])
    ]


def _encumbrances(scope: Scope) -> Iterable[Encumbrance]:
    """Those that are named, and of the accounts that are looked at each freeze that stops more than an amount."""
    stops = [name for (name,) in _asked(_STOPS, scope.accounts)]
    names = [*scope.encumbrances, *stops]
    return encumbrances_of(models.Encumbrance.objects.filter(name__in=names)) if names else []


def encumbrances_of(rows: Iterable[models.Encumbrance]) -> list[Encumbrance]:
    """Return encumbrances as the core knows them."""
    return [
        Encumbrance(
            row.name,
            row.sort,
            row.account,
            row.lot or None,
            Book(row.book) if row.book else None,
            row.left_mg,
            row.until_ms,
            row.party,
            row.ended,
        )
        for row in rows
    ]
