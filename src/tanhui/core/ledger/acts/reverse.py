"""Reversal: carbon that was issued has gone up in smoke, and somebody stands in for it.

1. The registry books a reversal on a finding, which enters as a hash.
2. The buffer share of the lot pays first, as far as it goes.
3. The rest is paid by the absorber that is named, out of what is live there: in this lot, or in another one if this
   one is sold and used up. Without an absorber the buffer must suffice. Nobody else's milligrams are touched.
4. Never more than the lot still stands for. What is paid goes to the revoked book and stays there.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.absorbing import Absorbers, absorb
from tanhui.core.ledger.decision import Change, Refusal, refuse
from tanhui.core.ledger.guards import Standing, refuse_quantity
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_whole


@dataclass(frozen=True, slots=True)
class Reverse:
    """Take `quantity_mg` of a lot back: from its buffer first, then from the absorber."""

    name: ClassVar[str] = "reverse"

    lot: str
    buffer_account: str
    absorber: str | None
    absorber_lot: str | None
    quantity_mg: int
    finding_hash: bytes

    def __post_init__(self) -> None:
        self._absorbers.require()
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(finding_hash=self.finding_hash)

    def reads(self) -> Scope:
        return self._absorbers.reads()

    def decide(self, standing: Standing) -> Change | Refusal:
        if refusal := refuse_quantity(self.quantity_mg):
            return refusal
        lot = standing.lot(self.lot)
        if lot is None:
            return refuse("unknown_lot", lot=self.lot)
        return absorb(standing, lot, self._absorbers, self.quantity_mg)

    @property
    def _absorbers(self) -> Absorbers:
        return Absorbers(self.lot, self.buffer_account, self.absorber, self.absorber_lot)
