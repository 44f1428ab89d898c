"""Retire: use milligrams up, once and for good.

1. The registry books a retirement on behalf of the holder of the account.
2. Only what is live in the account can be retired, never more than stands there, and nothing of a frozen account.
3. Every retired milligram gets a number within its lot. The first of a lot is number 1, the numbers
   follow each other without a gap, and no number is given twice.
4. A purpose is named. For whom, and in which words, enters as a hash.
5. Nothing leaves the retired book: no act of this ledger takes from it.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Holding, Movement, Refusal, Serials, refuse
from tanhui.core.ledger.guards import (
    Standing,
    refuse_buffer_account,
    refuse_frozen,
    refuse_quantity,
    refuse_shortfall,
)
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import Book, Purpose


@dataclass(frozen=True, slots=True)
class Retire:
    """Retire `quantity_mg` of a lot out of an account, for a purpose, for the good of a beneficiary."""

    name: ClassVar[str] = "retire"

    lot: str
    account: str
    quantity_mg: int
    purpose: str
    beneficiary_hash: bytes
    statement_hash: bytes

    def __post_init__(self) -> None:
        require_ids(lot=self.lot, account=self.account, purpose=self.purpose)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(beneficiary_hash=self.beneficiary_hash, statement_hash=self.statement_hash)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.account}),
            holdings=HoldingKeys((self._live, self._retired)),
            lots=frozenset({self.lot}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        refusal = (
            refuse_quantity(self.quantity_mg) or self._refuse_purpose() or refuse_buffer_account(standing, self.account)
        )
        if refusal:
            return refusal
        lot = standing.lot(self.lot)
        if lot is None:
            return refuse("unknown_lot", lot=self.lot)
        if refusal := refuse_frozen(standing, self._live) or refuse_shortfall(standing, self._live, self.quantity_mg):
            return refusal
        last = lot.retired_mg + self.quantity_mg
        serials = Serials(lot.retired_mg + 1, last)
        movement = Movement(self._live, self._retired, self.quantity_mg, serials)
        return Change((movement,), lots=(lot._replace(retired_mg=last),))

    def _refuse_purpose(self) -> Refusal | None:
        return None if self.purpose in tuple(Purpose) else refuse("bad_purpose", purpose=self.purpose)

    @property
    def _live(self) -> Holding:
        return Holding(self.account, self.lot, Book.LIVE)

    @property
    def _retired(self) -> Holding:
        return Holding(self.account, self.lot, Book.RETIRED)
