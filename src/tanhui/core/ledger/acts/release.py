"""Release: the pledgee lets go, of all or of a part.

1. The registry books a release on the pledgee's word, which enters as a hash.
2. Never more than is still pledged. The rest stays pledged.
3. What is released is live again, where it is. So this is allowed in a frozen account too: the freeze then holds it.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Refusal
from tanhui.core.ledger.encumbering import Named, find, refuse_excess, set_free
from tanhui.core.ledger.guards import Standing, refuse_quantity
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class Release:
    """Make `quantity_mg` of what is pledged live again. The hash stands for the pledgee's consent."""

    name: ClassVar[str] = "release"

    pledge: str
    lot: str
    account: str
    quantity_mg: int
    consent_hash: bytes

    def __post_init__(self) -> None:
        require_ids(pledge=self.pledge, lot=self.lot, account=self.account)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(consent_hash=self.consent_hash)

    def reads(self) -> Scope:
        places = (self._named.holding(book) for book in (Book.LIVE, Book.PLEDGED))
        return Scope(holdings=HoldingKeys(places), encumbrances=frozenset({self.pledge}))

    def decide(self, standing: Standing) -> Change | Refusal:
        if refusal := refuse_quantity(self.quantity_mg):
            return refusal
        found = find(standing, self._named)
        if isinstance(found, Refusal):
            return found
        return refuse_excess(found, self.quantity_mg) or set_free(found, self.quantity_mg)

    @property
    def _named(self) -> Named:
        return Named(self.pledge, Sort.PLEDGE, self.account, self.lot)
