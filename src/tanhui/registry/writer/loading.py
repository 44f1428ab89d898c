"""What the tables say now, for the keys that are asked for."""

from collections.abc import Iterable
from typing import Any, Final

import psycopg
from django.db import connection
from django.db.models import Q

from tanhui.core.ledger import Book, Encumbrance, Holding, Lot, Origin, Outcome, Scope, State
from tanhui.core.ledger.merkle import Frontier
from tanhui.registry import models

_ACCOUNTS: Final = "SELECT account, kind, closed FROM registry_ledgeraccount WHERE account = ANY(%s)"
_HOLDINGS: Final = """
SELECT account, lot, book, quantity_mg FROM registry_holding WHERE account = ANY(%s) AND lot = ANY(%s)
"""
_HOLDINGS_OF: Final = "SELECT account, lot, book, quantity_mg FROM registry_holding WHERE account = ANY(%s)"
_STOPS: Final = """
SELECT name FROM registry_encumbrance WHERE account = ANY(%s) AND sort = 'freeze' AND book = '' AND NOT ended
"""


def load(scope: Scope) -> State:
    """Return the records of a scope. Height, time and tree are the journal's business: see `journal.state_at`."""
    standing = _asked(_ACCOUNTS, [*scope.accounts, *scope.emptied])
    return State.of(
        height=0,
        time_ms=0,
        frontier=Frontier(),
        accounts=[(account, kind) for account, kind, _ in standing],
        holdings=_holdings(scope),
        lots=_lots(scope),
        outcomes=_outcomes(scope),
        scope=scope,
        closed=[account for account, _, closed in standing if closed],
        encumbrances=_encumbrances(scope),
    )


def _asked(question: str, *lists: list[str]) -> list[tuple[Any, ...]]:
    """Ask for the rows of many keys, each list of them in one parameter."""
    if not lists[0]:
        return []
    with psycopg.Cursor(connection.connection) as cursor, connection.wrap_database_errors:
        return cursor.execute(question, lists).fetchall()


def _holdings(scope: Scope) -> Iterable[tuple[Holding, int]]:
    accounts = list({holding.account for holding in scope.holdings})
    rows = _asked(_HOLDINGS, accounts, list({holding.lot for holding in scope.holdings}))
    known = ((Holding(account, lot, Book(book)), quantity_mg) for account, lot, book, quantity_mg in rows)
    found = {holding: quantity_mg for holding, quantity_mg in known if holding in scope.holdings}
    for account, lot, book, quantity_mg in _asked(_HOLDINGS_OF, list(scope.emptied)):
        found[Holding(account, lot, Book(book))] = quantity_mg
    return found.items()


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
    known = models.Act.objects.filter(command_hex__in=[command_id.hex() for command_id in scope.command_ids])
    return [
        Outcome(
            bytes.fromhex(act.command_hex),
            bytes.fromhex(act.digest_hex),
            act.outcome,
            tuple(sorted(act.params.items())),
            act.height,
            act.index,
        )
        for act in known
    ]


def _encumbrances(scope: Scope) -> Iterable[Encumbrance]:
    """Those that are named, and of the accounts that are looked at each freeze that stops more than an amount."""
    stops = [name for (name,) in _asked(_STOPS, list(scope.accounts))]
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
