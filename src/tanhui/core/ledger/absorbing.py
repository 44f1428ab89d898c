"""Take back milligrams that are not there (any more): out of the buffer first, then from who answers for them."""

from typing import NamedTuple

from tanhui.core.ledger.decision import Change, Holding, Lot, Movement, Refusal, refuse
from tanhui.core.ledger.guards import (
    Standing,
    refuse_buffer_account,
    refuse_frozen,
    refuse_shortfall,
    refuse_unknown_lot,
    refuse_unless_kind,
)
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import Malformed, require_ids
from tanhui.core.ledger.terms import AccountKind, Book


class Absorbers(NamedTuple):
    """The lot, the account with its buffer share, and the account and lot of who pays for what the buffer lacks."""

    lot: str
    buffer_account: str
    absorber: str | None
    absorber_lot: str | None

    def require(self) -> None:
        """Raise Malformed unless absorber and absorber's lot are both named, or neither."""
        require_ids(lot=self.lot, buffer_account=self.buffer_account)
        if (self.absorber is None) != (self.absorber_lot is None):
            raise Malformed("an absorber is an account and a lot")
        if self.absorber is not None:
            require_ids(absorber=self.absorber, absorber_lot=self.absorber_lot)

    def reads(self) -> Scope:
        paid = self.payer
        return Scope(
            accounts=frozenset({self.buffer_account, *([paid.account] if paid else [])}),
            holdings=HoldingKeys((*_way_out(self.buffer), *(_way_out(paid) if paid else ()))),
            lots=frozenset({self.lot, *([paid.lot] if paid else [])}),
        )

    @property
    def buffer(self) -> Holding:
        return Holding(self.buffer_account, self.lot, Book.BUFFER)

    @property
    def payer(self) -> Holding | None:
        if self.absorber is None or self.absorber_lot is None:
            return None
        return Holding(self.absorber, self.absorber_lot, Book.LIVE)


def absorb(standing: Standing, lot: Lot, by: Absorbers, quantity_mg: int) -> Change | Refusal:
    """Revoke `quantity_mg` on account of a lot: what its buffer has, and the rest from the absorber."""
    buffer_mg = standing.balance_mg(by.buffer)
    refusal = (
        refuse_more_than_stands(lot, quantity_mg)
        or refuse_unless_kind(standing, by.buffer_account, AccountKind.BUFFER)
        or refuse_wrong_buffer(lot, by.buffer_account, buffer_mg)
    )
    if refusal:
        return refusal
    drawn_mg = min(buffer_mg, quantity_mg)
    lacking_mg = quantity_mg - drawn_mg
    if refusal := _refuse_absorber(standing, by.payer, lacking_mg):
        return refusal
    parts = ((by.buffer, drawn_mg), (by.payer, lacking_mg))
    movements = tuple(revoke_from(place, part_mg) for place, part_mg in parts if place and part_mg)
    changed = lot._replace(lessened_mg=lot.lessened_mg + quantity_mg, drawn_mg=lot.drawn_mg + drawn_mg)
    return Change(movements, lots=(changed,))


def revoke_from(place: Holding, quantity_mg: int) -> Movement:
    return Movement(place, place._replace(book=Book.REVOKED), quantity_mg)


def refuse_more_than_stands(lot: Lot, quantity_mg: int) -> Refusal | None:
    """Refuse to take back more than the lot still stands for."""
    if quantity_mg > lot.standing_mg:
        return refuse("more_than_stands", lot=lot.lot, standing_mg=lot.standing_mg, quantity_mg=quantity_mg)
    return None


def refuse_wrong_buffer(lot: Lot, account: str, found_mg: int) -> Refusal | None:
    """Refuse an account that has not the buffer share of this lot: the buffer could be passed over."""
    return None if found_mg == lot.buffer_mg - lot.drawn_mg else refuse("wrong_buffer", account=account, lot=lot.lot)


def _refuse_absorber(standing: Standing, payer: Holding | None, lacking_mg: int) -> Refusal | None:
    if not lacking_mg:
        return None
    if payer is None:
        return refuse("no_absorber", lacking_mg=lacking_mg)
    return (
        refuse_buffer_account(standing, payer.account)
        or refuse_unknown_lot(standing, payer.lot)
        or refuse_frozen(standing, payer)
        or refuse_shortfall(standing, payer, lacking_mg)
    )


def _way_out(place: Holding) -> tuple[Holding, Holding]:
    return place, place._replace(book=Book.REVOKED)
