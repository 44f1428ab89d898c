"""Pledge: milligrams secure a debt. They stay the owner's, and the owner can do nothing with them.

1. The registry books a pledge for owner and pledgee; their contract enters as a hash.
2. Only what is live can be pledged, never more than stands there, and nothing of a frozen account.
3. The pledgee has an account of its own, open, and no buffer. Nobody pledges to themselves.
4. It ends by release or by foreclosure, at once or in parts. Nothing else moves what is pledged.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Refusal, refuse
from tanhui.core.ledger.encumbering import begin
from tanhui.core.ledger.guards import Standing, refuse_buffer_account, refuse_frozen
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class Pledge:
    """Pledge `quantity_mg` of a lot in an account to the pledgee."""

    name: ClassVar[str] = "pledge"

    pledge: str
    lot: str
    account: str
    pledgee: str
    quantity_mg: int
    contract_hash: bytes

    def __post_init__(self) -> None:
        require_ids(pledge=self.pledge, lot=self.lot, account=self.account, pledgee=self.pledgee)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(contract_hash=self.contract_hash)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.account, self.pledgee}),
            holdings=HoldingKeys((self._live, self._live._replace(book=Book.PLEDGED))),
            lots=frozenset({self.lot}),
            encumbrances=frozenset({self.pledge}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        refusal = (
            (refuse("same_account", account=self.account) if self.account == self.pledgee else None)
            or refuse_buffer_account(standing, self.pledgee)
            or refuse_frozen(standing, self._live)
        )
        one = Encumbrance(
            self.pledge, Sort.PLEDGE, self.account, self.lot, Book.PLEDGED, self.quantity_mg, party=self.pledgee
        )
        return refusal or begin(standing, one)

    @property
    def _live(self) -> Holding:
        return Holding(self.account, self.lot, Book.LIVE)
