"""Correction: a later round has measured again, and the lot was issued too large.

1. The registry books a correction on a later estimate, whose hash is part of the act.
2. The later estimate says what the lot should stand for. The ledger itself counts what is too much, from what the
   lot still stands for: what was revoked or reversed before is not taken twice.
3. What is too much is paid as in a reversal: by the buffer first, then by the absorber that is named.
4. A correction only lessens. A lot that was issued too small is not enlarged: the rest belongs to the next period.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.absorbing import Absorbers, absorb
from tanhui.core.ledger.decision import Change, Refusal, refuse
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_whole


@dataclass(frozen=True, slots=True)
class Correct:
    """Lessen a lot to the `issuable_mg` that a later estimate gives."""

    name: ClassVar[str] = "correct"

    lot: str
    buffer_account: str
    absorber: str | None
    absorber_lot: str | None
    issuable_mg: int
    later_estimate_hash: bytes

    def __post_init__(self) -> None:
        self._absorbers.require()
        require_whole(issuable_mg=self.issuable_mg)
        require_hashes(later_estimate_hash=self.later_estimate_hash)

    def reads(self) -> Scope:
        return self._absorbers.reads()

    def decide(self, standing: Standing) -> Change | Refusal:
        lot = standing.lot(self.lot)
        if lot is None:
            return refuse("unknown_lot", lot=self.lot)
        if not 0 <= self.issuable_mg < lot.standing_mg:
            return refuse("bad_correction", lot=self.lot, issuable_mg=self.issuable_mg, standing_mg=lot.standing_mg)
        return absorb(standing, lot, self._absorbers, lot.standing_mg - self.issuable_mg)

    @property
    def _absorbers(self) -> Absorbers:
        return Absorbers(self.lot, self.buffer_account, self.absorber, self.absorber_lot)
