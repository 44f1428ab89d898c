"""Foreclose: the debt was not paid, and what was pledged goes to the pledgee or to whoever bought it.

1. The registry books a foreclosure on a title: the agreement of the parties, or a court's order. It enters as a hash.
2. Never more than is still pledged. What is over stays pledged until it is released.
3. The receiver is another account, open, and no buffer. Nothing is foreclosed out of a frozen account.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Holding, Refusal
from tanhui.core.ledger.encumbering import Named, find, hand_over
from tanhui.core.ledger.guards import Standing, refuse_quantity
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class Foreclose:
    """Give `quantity_mg` of what is pledged to the target. The hash stands for the title."""

    name: ClassVar[str] = "foreclose"

    pledge: str
    lot: str
    account: str
    target: str
    quantity_mg: int
    title_hash: bytes

    def __post_init__(self) -> None:
        require_ids(pledge=self.pledge, lot=self.lot, account=self.account, target=self.target)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(title_hash=self.title_hash)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.account, self.target}),
            holdings=HoldingKeys((self._named.holding(Book.PLEDGED), Holding(self.target, self.lot, Book.LIVE))),
            encumbrances=frozenset({self.pledge}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        if refusal := refuse_quantity(self.quantity_mg):
            return refusal
        found = find(standing, self._named)
        return found if isinstance(found, Refusal) else hand_over(standing, found, self.target, self.quantity_mg)

    @property
    def _named(self) -> Named:
        return Named(self.pledge, Sort.PLEDGE, self.account, self.lot)
