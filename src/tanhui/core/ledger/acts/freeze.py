"""Freeze: by law, nothing may leave.

1. Only the supervisor freezes, on a legal document, which enters as a hash.
2. Three reaches: a whole account; one lot in it; an amount of that lot. A whole account or lot may still receive, and
   what arrives is frozen too. An amount moves into the frozen book and the rest stays free.
3. Out of what is frozen nothing is transferred, held, posted, pledged, foreclosed, retired, revoked or sent away.
4. Several freezes may lie on one account. Each is lifted for itself; until the last one is, it is frozen.
5. An amount is taken from what is live, never more than stands there. A buffer cannot be frozen.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Refusal
from tanhui.core.ledger.encumbering import begin, refuse_used_id
from tanhui.core.ledger.guards import Standing, refuse_buffer_account, refuse_unknown_lot
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import Malformed, require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class Freeze:
    """Freeze an account; only one lot of it, if a lot is named; only an amount, if that is named too."""

    name: ClassVar[str] = "freeze"

    freeze: str
    account: str
    lot: str | None
    quantity_mg: int | None
    legal_hash: bytes

    def __post_init__(self) -> None:
        require_ids(freeze=self.freeze, account=self.account)
        require_hashes(legal_hash=self.legal_hash)
        if self.lot is not None:
            require_ids(lot=self.lot)
        if self.quantity_mg is not None:
            require_whole(quantity_mg=self.quantity_mg)
            if self.lot is None:
                raise Malformed("an amount is of one lot")

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.account}),
            holdings=HoldingKeys(() if self.lot is None or self.quantity_mg is None else _both(self.account, self.lot)),
            lots=frozenset() if self.lot is None else frozenset({self.lot}),
            encumbrances=frozenset({self.freeze}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        if self.quantity_mg is not None:
            return begin(standing, self._record(Book.FROZEN, self.quantity_mg))
        refusal = (
            refuse_buffer_account(standing, self.account)
            or (refuse_unknown_lot(standing, self.lot) if self.lot is not None else None)
            or refuse_used_id(standing, self.freeze)
        )
        return refusal or Change(encumbrances=(self._record(None, 0),))

    def _record(self, book: Book | None, quantity_mg: int) -> Encumbrance:
        return Encumbrance(self.freeze, Sort.FREEZE, self.account, self.lot, book, quantity_mg)


def _both(account: str, lot: str) -> frozenset[Holding]:
    return frozenset({Holding(account, lot, Book.LIVE), Holding(account, lot, Book.FROZEN)})
