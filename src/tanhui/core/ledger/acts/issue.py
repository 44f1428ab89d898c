"""Issue a lot: bring certified milligrams into being, once.

1. The registry issues; nobody else can.
2. A lot id is used once. One period of one project is issued once, whatever the lot is called.
3. The whole quantity leaves the mint. The buffer's share goes to a buffer account and stays there
   against reversals; the rest goes to the owner, who may use it freely.
4. The owner always receives something: a lot cannot go to the buffer as a whole.
5. The hashes of survey, method and estimate are part of the act, so the evidence can never be exchanged.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Holding, Lot, Movement, Refusal, refuse
from tanhui.core.ledger.guards import Standing, refuse_quantity, refuse_unless_kind
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.origin import Origin, require_origin
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_ids, require_whole
from tanhui.core.ledger.terms import MINT_ACCOUNT, AccountKind, Book


@dataclass(frozen=True, slots=True)
class Issue:
    """Issue `quantity_mg` as a new lot; `buffer_mg` of it goes to the buffer, the rest to the owner."""

    name: ClassVar[str] = "issue"

    lot: str
    owner: str
    buffer_account: str
    quantity_mg: int
    buffer_mg: int
    origin: Origin

    def __post_init__(self) -> None:
        require_ids(lot=self.lot, owner=self.owner, buffer_account=self.buffer_account)
        require_whole(quantity_mg=self.quantity_mg, buffer_mg=self.buffer_mg)
        require_origin(self.origin)

    def reads(self) -> Scope:
        return Scope(
            accounts=frozenset({self.owner, self.buffer_account}),
            holdings=HoldingKeys((self._mint, self._owners, self._buffers)),
            lots=frozenset({self.lot}),
            seasons=frozenset({self.origin.season}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        refusal = (
            refuse_quantity(self.quantity_mg)
            or self._refuse_buffer_share()
            or refuse_unless_kind(standing, self.owner, AccountKind.OWNER)
            or refuse_unless_kind(standing, self.buffer_account, AccountKind.BUFFER)
            or self._refuse_second_issue(standing)
        )
        if refusal:
            return refusal
        movements = [Movement(self._mint, self._owners, self.quantity_mg - self.buffer_mg)]
        if self.buffer_mg:
            movements.append(Movement(self._mint, self._buffers, self.buffer_mg))
        return Change(tuple(movements), lots=(Lot(self.lot, self.origin, self.quantity_mg, self.buffer_mg),))

    def _refuse_buffer_share(self) -> Refusal | None:
        if 0 <= self.buffer_mg < self.quantity_mg:
            return None
        return refuse("bad_buffer_share", buffer_mg=self.buffer_mg, quantity_mg=self.quantity_mg)

    def _refuse_second_issue(self, standing: Standing) -> Refusal | None:
        if standing.lot(self.lot) is not None:
            return refuse("lot_exists", lot=self.lot)
        if earlier := standing.lot_of(self.origin.season):
            project, period = self.origin.season
            return refuse("origin_already_issued", project=project, period=period, lot=earlier)
        return None

    @property
    def _mint(self) -> Holding:
        return Holding(MINT_ACCOUNT, self.lot, Book.MINT)

    @property
    def _owners(self) -> Holding:
        return Holding(self.owner, self.lot, Book.LIVE)

    @property
    def _buffers(self) -> Holding:
        return Holding(self.buffer_account, self.lot, Book.BUFFER)
