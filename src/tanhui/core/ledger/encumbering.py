"""What the acts on holds, pledges, freezes and entries share: to begin one, to find one, to move what it binds."""

from typing import NamedTuple

from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Movement, Refusal, refuse
from tanhui.core.ledger.guards import (
    Standing,
    refuse_buffer_account,
    refuse_frozen,
    refuse_quantity,
    refuse_shortfall,
    refuse_unknown_lot,
)
from tanhui.core.ledger.terms import Book


class Named(NamedTuple):
    """An encumbrance as an act names it. Account and lot are named too, so that a writer knows what to load."""

    id: str
    sort: str
    account: str
    lot: str | None

    def holding(self, book: Book) -> Holding:
        assert self.lot is not None
        return Holding(self.account, self.lot, book)


def begin(standing: Standing, one: Encumbrance) -> Change | Refusal:
    """Bind live milligrams of an account: they move into the book of the encumbrance."""
    assert one.lot is not None
    assert one.book is not None
    live = Holding(one.account, one.lot, Book.LIVE)
    refusal = (
        refuse_quantity(one.left_mg)
        or refuse_buffer_account(standing, one.account)
        or refuse_unknown_lot(standing, one.lot)
        or refuse_used_id(standing, one.id)
        or refuse_shortfall(standing, live, one.left_mg)
    )
    movement = Movement(live, live._replace(book=one.book), one.left_mg)
    return refusal or Change((movement,), encumbrances=(one,))


def refuse_used_id(standing: Standing, key: str) -> Refusal | None:
    return refuse("encumbrance_exists", encumbrance=key) if standing.encumbrance(key) else None


def find(standing: Standing, named: Named) -> Encumbrance | Refusal:
    """Return the open encumbrance that is meant, if account and lot are those that it binds."""
    found = standing.encumbrance(named.id)
    if found is None or found.sort != named.sort:
        return refuse("unknown_encumbrance", encumbrance=named.id, sort=str(named.sort))
    if (found.account, found.lot) != (named.account, named.lot):
        return refuse("encumbrance_differs", encumbrance=named.id)
    if found.ended:
        return refuse("encumbrance_ended", encumbrance=named.id)
    return found


def set_free(found: Encumbrance, quantity_mg: int) -> Change:
    """Return the change by which so much of what it binds becomes live again, where it is."""
    return move_out(found, found.account, quantity_mg)


def move_out(found: Encumbrance, target: str, quantity_mg: int) -> Change:
    """Return the change by which so much of what it binds becomes live in the target account."""
    assert found.lot is not None
    assert found.book is not None
    source = Holding(found.account, found.lot, found.book)
    movement = Movement(source, Holding(target, found.lot, Book.LIVE), quantity_mg)
    return Change((movement,), encumbrances=(found.less(quantity_mg),))


def refuse_excess(found: Encumbrance, quantity_mg: int) -> Refusal | None:
    """Refuse a quantity that is more than the encumbrance still binds."""
    if quantity_mg > found.left_mg:
        return refuse("more_than_encumbered", encumbrance=found.id, left_mg=found.left_mg, quantity_mg=quantity_mg)
    return None


def hand_over(standing: Standing, found: Encumbrance, target: str, quantity_mg: int) -> Change | Refusal:
    """Let so much of what it binds go to another account. Nothing leaves an account that is frozen."""
    assert found.lot is not None
    refusal = (
        (refuse("same_account", account=target) if target == found.account else None)
        or refuse_buffer_account(standing, target)
        or refuse_excess(found, quantity_mg)
        or refuse_frozen(standing, Holding(found.account, found.lot, Book.LIVE))
    )
    return refusal or move_out(found, target, quantity_mg)
