"""Corresponding entry, out: milligrams set out for another region, and count there only once they are used up here.

1. The registry books it for the holder; the agreement with the other region enters as a hash.
2. Only what is live can set out, never more than stands there, and nothing of a frozen account.
3. Until the other region has confirmed, they are held: nobody here or there can use them.
4. It ends confirmed (here they are retired, with serials) or returned (here they are live again).
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Refusal
from tanhui.core.ledger.encumbering import begin
from tanhui.core.ledger.guards import Standing, refuse_frozen
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class CorrespondOut:
    """Let `quantity_mg` of a lot set out for another region."""

    name: ClassVar[str] = "correspond_out"

    entry: str
    lot: str
    account: str
    region: str
    quantity_mg: int
    agreement_hash: bytes

    def __post_init__(self) -> None:
        require_ids(entry=self.entry, lot=self.lot, account=self.account, region=self.region)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(agreement_hash=self.agreement_hash)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.account}),
            holdings=HoldingKeys((self._live, self._live._replace(book=Book.HELD))),
            lots=frozenset({self.lot}),
            encumbrances=frozenset({self.entry}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        one = Encumbrance(self.entry, Sort.OUT, self.account, self.lot, Book.HELD, self.quantity_mg, party=self.region)
        return refuse_frozen(standing, self._live) or begin(standing, one)

    @property
    def _live(self) -> Holding:
        return Holding(self.account, self.lot, Book.LIVE)
