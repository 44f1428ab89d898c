"""What the tables say now, for the keys that are asked for."""

from collections.abc import Iterable

from django.db.models import Q

from tanhui.core.ledger import Book, Encumbrance, Holding, Lot, Origin, Outcome, Scope, Sort, State
from tanhui.core.ledger.merkle import Frontier
from tanhui.registry import models


def load(scope: Scope) -> State:
    """Return the records of a scope. Height, time and tree are the journal's business: see `journal.state_at`."""
    standing = list(models.LedgerAccount.objects.filter(account__in=list(scope.accounts | scope.emptied)))
    return State.of(
        height=0,
        time_ms=0,
        frontier=Frontier(),
        accounts=[(row.account, row.kind) for row in standing],
        holdings=_holdings(scope),
        lots=_lots(scope),
        outcomes=_outcomes(scope),
        scope=scope,
        closed=[row.account for row in standing if row.closed],
        encumbrances=_encumbrances(scope),
    )


def _holdings(scope: Scope) -> Iterable[tuple[Holding, int]]:
    asked = models.Holding.objects.filter(account__in={holding.account for holding in scope.holdings})
    rows = asked.filter(lot__in={holding.lot for holding in scope.holdings}) if scope.holdings else asked.none()
    known = ((Holding(row.account, row.lot, Book(row.book)), row.quantity_mg) for row in rows)
    found = {holding: quantity_mg for holding, quantity_mg in known if holding in scope.holdings}
    for row in models.Holding.objects.filter(account__in=list(scope.emptied)) if scope.emptied else ():
        found[Holding(row.account, row.lot, Book(row.book))] = row.quantity_mg
    return found.items()


def _lots(scope: Scope) -> Iterable[Lot]:
    if not scope.lots and not scope.seasons:
        return []
    seasons = Q(pk__in=[])
    for season in scope.seasons:
        seasons |= Q(project=season.project, period=season.period)
    return [lot_of(row) for row in models.Lot.objects.filter(Q(lot__in=list(scope.lots)) | seasons)]


def lot_of(row: models.Lot) -> Lot:
    """Return a lot as the core knows it."""
    hashes = (bytes.fromhex(text) for text in (row.survey_hash_hex, row.method_hash_hex, row.estimate_hash_hex))
    origin = Origin(row.project_id, row.period, *hashes)
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
    stops = Q(account__in=list(scope.accounts), sort=Sort.FREEZE.value, book="", ended=False)
    if not scope.encumbrances and not scope.accounts:
        return []
    return encumbrances_of(models.Encumbrance.objects.filter(Q(name__in=list(scope.encumbrances)) | stops))


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
