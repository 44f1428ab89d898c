"""Expire: the time of a hold has run out.

1. The time that counts is the time of the block, not the time at which somebody ordered it.
2. Before the hold's end this is refused; from that moment on, nothing but this or a void can be done with it.
3. All that is still held becomes live again, where it is.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Refusal, refuse
from tanhui.core.ledger.encumbering import Named, find, set_free
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_ids
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class Expire:
    """End a hold whose time has run out; what it still holds is live again."""

    name: ClassVar[str] = "expire"

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
        if isinstance(found, Refusal):
            return found
        if standing.time_ms < found.until_ms:
            return refuse("hold_not_expired", hold=self.hold, until_ms=found.until_ms, time_ms=standing.time_ms)
        return set_free(found, found.left_mg)

    @property
    def _named(self) -> Named:
        return Named(self.hold, Sort.HOLD, self.account, self.lot)
