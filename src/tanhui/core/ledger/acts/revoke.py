"""Revoke: milligrams that should never have been issued are taken back from an account.

1. The registry revokes, on a finding (an error, a fraud), which enters as a hash.
2. Only what is live in that account, never more than stands there or than the lot still stands for, and nothing of
   a frozen account.
3. Nothing leaves the revoked book. The lot stands for so much less.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.absorbing import refuse_more_than_stands, revoke_from
from tanhui.core.ledger.decision import Change, Holding, Refusal, refuse
from tanhui.core.ledger.guards import (
    Standing,
    refuse_buffer_account,
    refuse_frozen,
    refuse_quantity,
    refuse_shortfall,
)
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book


@dataclass(frozen=True, slots=True)
class Revoke:
    """Take `quantity_mg` of a lot back from an account. The hash stands for the finding."""

    name: ClassVar[str] = "revoke"

    lot: str
    account: str
    quantity_mg: int
    finding_hash: bytes

    def __post_init__(self) -> None:
        require_ids(lot=self.lot, account=self.account)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(finding_hash=self.finding_hash)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.account}),
            holdings=HoldingKeys((self._live, self._live._replace(book=Book.REVOKED))),
            lots=frozenset({self.lot}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        if refusal := refuse_quantity(self.quantity_mg) or refuse_buffer_account(standing, self.account):
            return refusal
        lot = standing.lot(self.lot)
        if lot is None:
            return refuse("unknown_lot", lot=self.lot)
        refusal = (
            refuse_frozen(standing, self._live)
            or refuse_shortfall(standing, self._live, self.quantity_mg)
            or refuse_more_than_stands(lot, self.quantity_mg)
        )
        lessened = lot._replace(lessened_mg=lot.lessened_mg + self.quantity_mg)
        return refusal or Change((revoke_from(self._live, self.quantity_mg),), lots=(lessened,))

    @property
    def _live(self) -> Holding:
        return Holding(self.account, self.lot, Book.LIVE)
