"""Void: a hold ends before its time, and nothing came of it.

1. The registry voids, for the holder whose listing is withdrawn or for an auction without a bid.
2. All that is still held becomes live again, where it is. So this is allowed in a frozen account too.
3. A hold that was posted in full, voided or expired cannot be voided.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Refusal
from tanhui.core.ledger.encumbering import Named, find, set_free
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_ids
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class Void:
    """End a hold; what it still holds is live again."""

    name: ClassVar[str] = "void"

    hold: str
    lot: str
    account: str

    def __post_init__(self) -> None:
        require_ids(hold=self.hold, lot=self.lot, account=self.account)

    def reads(self) -> Scope:
        places = (self._named.holding(book) for book in (Book.LIVE, Book.HELD, Book.RESERVE))
        return Scope(holdings=HoldingKeys(places), encumbrances=frozenset({self.hold}))

    def decide(self, standing: Standing) -> Change | Refusal:
        found = find(standing, self._named)
        return found if isinstance(found, Refusal) else set_free(found, found.left_mg)

    @property
    def _named(self) -> Named:
        return Named(self.hold, Sort.HOLD, self.account, self.lot)
