"""Transfer: milligrams of one lot change hands.

1. The registry books a transfer on behalf of the two parties; their contract enters as a hash.
2. Only what is live in the giving account can move, never more than stands there, and nothing out of a frozen one.
3. Giving and receiving account are two different ones, both open, and neither is a buffer.
4. The lot stays the lot: where a milligram came from never changes by selling it.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Holding, Movement, Refusal, refuse
from tanhui.core.ledger.guards import (
    Standing,
    refuse_buffer_account,
    refuse_frozen,
    refuse_quantity,
    refuse_shortfall,
    refuse_unknown_lot,
)
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book


@dataclass(frozen=True, slots=True)
class Transfer:
    """Move `quantity_mg` of a lot from one account to another. The hash stands for the contract."""

    name: ClassVar[str] = "transfer"

    lot: str
    source: str
    target: str
    quantity_mg: int
    contract_hash: bytes

    def __post_init__(self) -> None:
        require_ids(lot=self.lot, source=self.source, target=self.target)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(contract_hash=self.contract_hash)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.source, self.target}),
            holdings=HoldingKeys((self._given, self._received)),
            lots=frozenset({self.lot}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        refusal = (
            refuse_quantity(self.quantity_mg)
            or self._refuse_same_account()
            or refuse_buffer_account(standing, self.source)
            or refuse_buffer_account(standing, self.target)
            or refuse_unknown_lot(standing, self.lot)
            or refuse_frozen(standing, self._given)
            or refuse_shortfall(standing, self._given, self.quantity_mg)
        )
        return refusal or Change((Movement(self._given, self._received, self.quantity_mg),))

    def _refuse_same_account(self) -> Refusal | None:
        return refuse("same_account", account=self.source) if self.source == self.target else None

    @property
    def _given(self) -> Holding:
        return Holding(self.source, self.lot, Book.LIVE)

    @property
    def _received(self) -> Holding:
        return Holding(self.target, self.lot, Book.LIVE)
