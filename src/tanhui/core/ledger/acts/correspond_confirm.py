"""Corresponding entry, confirmed: both regions have it in their books, and it counts in one.

1. The registry books it on the other region's confirmation, which enters as a hash.
2. What went out is retired here, with serials like every retirement, for the other region now has it.
3. What came in is live here, for the other region has retired it.
4. Nothing leaves a frozen account, not for another region either.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Encumbrance, Lot, Movement, Refusal, Serials, refuse
from tanhui.core.ledger.encumbering import Named, find, set_free
from tanhui.core.ledger.guards import Standing, refuse_frozen
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids
from tanhui.core.ledger.terms import Book, Sort


@dataclass(frozen=True, slots=True)
class CorrespondConfirm:
    """Settle a corresponding entry, `out` or `in`, as a whole."""

    name: ClassVar[str] = "correspond_confirm"

    entry: str
    lot: str
    account: str
    direction: str
    confirmation_hash: bytes

    def __post_init__(self) -> None:
        require_ids(entry=self.entry, lot=self.lot, account=self.account, direction=self.direction)
        require_hashes(confirmation_hash=self.confirmation_hash)

    def reads(self) -> Scope:
        places = (self._named.holding(book) for book in (Book.HELD, Book.LIVE, Book.RETIRED))
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
        if found.sort == Sort.IN:
            return set_free(found, found.left_mg)
        lot = standing.lot(self.lot)
        assert lot is not None
        return refuse_frozen(standing, self._named.holding(Book.HELD)) or self._retire(found, lot)

    def _retire(self, found: Encumbrance, lot: Lot) -> Change:
        last = lot.retired_mg + found.left_mg
        movement = Movement(
            self._named.holding(Book.HELD),
            self._named.holding(Book.RETIRED),
            found.left_mg,
            Serials(lot.retired_mg + 1, last),
        )
        return Change((movement,), lots=(lot._replace(retired_mg=last),), encumbrances=(found.less(found.left_mg),))

    @property
    def _named(self) -> Named:
        return Named(self.entry, self.direction, self.account, self.lot)
