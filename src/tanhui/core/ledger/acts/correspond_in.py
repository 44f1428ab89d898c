"""Corresponding entry, in: milligrams arrive from another region, as a lot of their own.

1. The registry books it on the other region's proof, whose hash is part of the act, with the hashes of their evidence.
2. One entry of one region arrives once, whatever the lot is called here.
3. Until the other region has used them up and said so, they are held here: nobody can use them.
4. It ends confirmed (here they are live) or returned (here they are revoked).
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Lot, Movement, Refusal, refuse
from tanhui.core.ledger.encumbering import refuse_used_id
from tanhui.core.ledger.guards import Standing, refuse_buffer_account, refuse_quantity
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.origin import Origin, Season
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import MINT_ACCOUNT, Book, Sort


@dataclass(frozen=True, slots=True)
class CorrespondIn:
    """Take `quantity_mg` in from another region as a new lot. `foreign_entry` is the id that the entry has there."""

    name: ClassVar[str] = "correspond_in"

    entry: str
    lot: str
    account: str
    region: str
    foreign_entry: str
    quantity_mg: int
    survey_hash: bytes
    method_hash: bytes
    estimate_hash: bytes
    proof_hash: bytes

    def __post_init__(self) -> None:
        require_ids(entry=self.entry, lot=self.lot, account=self.account)
        require_ids(region=self.region, foreign_entry=self.foreign_entry)
        require_whole(quantity_mg=self.quantity_mg)
        require_hashes(survey_hash=self.survey_hash, method_hash=self.method_hash)
        require_hashes(estimate_hash=self.estimate_hash, proof_hash=self.proof_hash)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.account}),
            holdings=HoldingKeys((self._mint, self._held)),
            lots=frozenset({self.lot}),
            seasons=frozenset({self._season}),
            encumbrances=frozenset({self.entry}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        refusal = (
            refuse_quantity(self.quantity_mg)
            or refuse_buffer_account(standing, self.account)
            or self._refuse_second_arrival(standing)
            or refuse_used_id(standing, self.entry)
        )
        if refusal:
            return refusal
        origin = Origin(*self._season, self.survey_hash, self.method_hash, self.estimate_hash)
        one = Encumbrance(self.entry, Sort.IN, self.account, self.lot, Book.HELD, self.quantity_mg, party=self.region)
        movement = Movement(self._mint, self._held, self.quantity_mg)
        return Change((movement,), lots=(Lot(self.lot, origin, self.quantity_mg, 0),), encumbrances=(one,))

    def _refuse_second_arrival(self, standing: Standing) -> Refusal | None:
        if standing.lot(self.lot) is not None:
            return refuse("lot_exists", lot=self.lot)
        if earlier := standing.lot_of(self._season):
            return refuse("origin_already_issued", project=self.region, period=self.foreign_entry, lot=earlier)
        return None

    @property
    def _season(self) -> Season:
        return Season(self.region, self.foreign_entry)

    @property
    def _mint(self) -> Holding:
        return Holding(MINT_ACCOUNT, self.lot, Book.MINT)

    @property
    def _held(self) -> Holding:
        return Holding(self.account, self.lot, Book.HELD)
