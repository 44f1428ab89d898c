"""Corresponding entry, returned: the other region did not take it, or took it back, and nothing counts twice.

1. The registry books it on the other region's answer, which enters as a hash: they have not booked it, and will not.
2. What had set out is live here again.
3. What had arrived is revoked here: the lot stands for nothing, and the entry cannot arrive again.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Encumbrance, Lot, Movement, Refusal, refuse
from tanhui.core.ledger.encumbering import Named, find, set_free
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class CorrespondReturn:
    """End a corresponding entry, `out` or `in`, that did not come about."""

    name: ClassVar[str] = "correspond_return"

    entry: str
    lot: str
    account: str
    direction: str
    answer_hash: bytes

    def __post_init__(self) -> None:
        require_ids(entry=self.entry, lot=self.lot, account=self.account, direction=self.direction)
        require_hashes(answer_hash=self.answer_hash)

    def reads(self) -> Scope:
        places = (self._named.holding(book) for book in (Book.HELD, Book.LIVE, Book.REVOKED))
        return Scope(
            accounts=frozenset({self.account}),
            holdings=HoldingKeys(places),
            lots=frozenset({self.lot}),
            encumbrances=frozenset({self.entry}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        if self.direction not in {Sort.OUT, Sort.IN}:
            return refuse("unknown_encumbrance", encumbrance=self.entry, sort=self.direction)
        found = find(standing, self._named)
        if isinstance(found, Refusal):
            return found
        if found.sort == Sort.OUT:
            return set_free(found, found.left_mg)
        lot = standing.lot(self.lot)
        assert lot is not None
        return self._revoke(found, lot)

    def _revoke(self, found: Encumbrance, lot: Lot) -> Change:
        movement = Movement(self._named.holding(Book.HELD), self._named.holding(Book.REVOKED), found.left_mg)
        lessened = lot._replace(lessened_mg=lot.lessened_mg + found.left_mg)
        return Change((movement,), lots=(lessened,), encumbrances=(found.less(found.left_mg),))

    @property
    def _named(self) -> Named:
        return Named(self.entry, self.direction, self.account, self.lot)
