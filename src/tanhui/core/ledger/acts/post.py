"""Post: what was held goes to whom it was meant for.

1. A hold can be posted in parts, until nothing is left of it. The rest stays held.
2. Only before its end, and never more than is still held.
3. What is held for a pledge in the making is not posted: it is voided and pledged, in one linked command.
4. The receiver is another account, open, and no buffer. Nothing is posted out of a frozen account.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Refusal, refuse
from tanhui.core.ledger.encumbering import Named, find, hand_over
from tanhui.core.ledger.guards import Standing, refuse_quantity
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book, HoldPurpose, Sort


@dataclass(frozen=True, slots=True)
class Post:
    """Give `quantity_mg` of what is held to the target. The hash stands for the contract."""

    name: ClassVar[str] = "post"

    hold: str
    lot: str
    account: str
    target: str
    quantity_mg: int
    contract_hash: bytes

    def __post_init__(self) -> None:
        require_ids(hold=self.hold, lot=self.lot, account=self.account, target=self.target)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(contract_hash=self.contract_hash)

    def reads(self) -> Scope:
        held = (self._named.holding(book) for book in (Book.HELD, Book.RESERVE))
        return Scope(
            accounts=frozenset({self.account, self.target}),
            holdings=HoldingKeys((*held, Holding(self.target, self.lot, Book.LIVE))),
            encumbrances=frozenset({self.hold}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        if refusal := refuse_quantity(self.quantity_mg):
            return refusal
        found = find(standing, self._named)
        if isinstance(found, Refusal):
            return found
        return self._refuse_posting(found, standing) or hand_over(standing, found, self.target, self.quantity_mg)

    def _refuse_posting(self, found: Encumbrance, standing: Standing) -> Refusal | None:
        if found.party == HoldPurpose.PLEDGE:
            return refuse("hold_not_postable", hold=self.hold, purpose=found.party)
        if standing.time_ms >= found.until_ms:
            return refuse("hold_expired", hold=self.hold, until_ms=found.until_ms, time_ms=standing.time_ms)
        return None

    @property
    def _named(self) -> Named:
        return Named(self.hold, Sort.HOLD, self.account, self.lot)
