"""Unfreeze: one freeze is lifted.

1. Only the supervisor lifts it, on a legal document, which enters as a hash.
2. A freeze is lifted as a whole. Whoever wants to keep a part frozen links a new freeze to it.
3. A frozen amount is live again, where it is. Other freezes on the same account stay.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Refusal
from tanhui.core.ledger.encumbering import Named, find, set_free
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """Lift a freeze, named with the account and the lot (or none) that it lies on."""

    name: ClassVar[str] = "unfreeze"

    freeze: str
    account: str
    lot: str | None
    legal_hash: bytes

    def __post_init__(self) -> None:
        require_ids(freeze=self.freeze, account=self.account)
        require_hashes(legal_hash=self.legal_hash)
        if self.lot is not None:
            require_ids(lot=self.lot)

    def reads(self) -> Scope:
        books = () if self.lot is None else (Book.LIVE, Book.FROZEN)
        places = (self._named.holding(book) for book in books)
        return Scope(
            accounts=frozenset({self.account}),
            holdings=HoldingKeys(places),
            encumbrances=frozenset({self.freeze}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        found = find(standing, self._named)
        if isinstance(found, Refusal):
            return found
        if found.book is None:
            return Change(encumbrances=(found._replace(ended=True),))
        return set_free(found, found.left_mg)

    @property
    def _named(self) -> Named:
        return Named(self.freeze, Sort.FREEZE, self.account, self.lot)
