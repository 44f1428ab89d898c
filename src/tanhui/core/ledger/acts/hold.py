"""Hold: set milligrams aside until it is clear what becomes of them.

1. A hold is for a listing, an auction, a pledge that is being made, or a reserve.
2. Only what is live can be held, never more than stands there, and nothing of a frozen account.
3. Every hold has an end in time, later than the block that it begins in. Then it can only expire.
4. It ends posted (others get the milligrams), voided or expired (they are live again). Nothing else moves them.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Refusal, refuse
from tanhui.core.ledger.encumbering import begin
from tanhui.core.ledger.guards import Standing, refuse_frozen
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_ids, require_whole
from tanhui.core.ledger.terms import Book, HoldPurpose, Sort


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold `quantity_mg` of a lot in an account until `until_ms` at the latest."""

    name: ClassVar[str] = "hold"

    hold: str
    lot: str
    account: str
    quantity_mg: int
    purpose: str
    until_ms: int

    def __post_init__(self) -> None:
        require_ids(hold=self.hold, lot=self.lot, account=self.account, purpose=self.purpose)
        require_whole(quantity_mg=self.quantity_mg, until_ms=self.until_ms)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.account}),
            holdings=HoldingKeys((self._live, self._live._replace(book=self._book))),
            lots=frozenset({self.lot}),
            encumbrances=frozenset({self.hold}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        if self.purpose not in tuple(HoldPurpose):
            return refuse("bad_hold_purpose", purpose=self.purpose)
        if self.until_ms <= standing.time_ms:
            return refuse("expiry_passed", until_ms=self.until_ms, time_ms=standing.time_ms)
        one = Encumbrance(
            self.hold, Sort.HOLD, self.account, self.lot, self._book, self.quantity_mg, self.until_ms, self.purpose
        )
        return refuse_frozen(standing, self._live) or begin(standing, one)

    @property
    def _book(self) -> Book:
        return book_of(self.purpose)

    @property
    def _live(self) -> Holding:
        return Holding(self.account, self.lot, Book.LIVE)


def book_of(purpose: str) -> Book:
    """Return the book in which milligrams are held for a purpose: a reserve has its own."""
    return Book.RESERVE if purpose == HoldPurpose.RESERVE else Book.HELD
