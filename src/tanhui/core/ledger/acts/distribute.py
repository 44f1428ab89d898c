"""Distribute: one command, one giver, one lot, and thousands who receive.

1. The registry books it for the giver: backing of coins, rewards, shares of a village. The list enters as a hash.
2. It is booked as a whole or not at all: one receiver who cannot receive, and nobody does.
3. Every receiver stands on the list once. A name twice is a mistake in the list, and so is the giver's own.
4. The rules of a transfer hold for every line.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Holding, Refusal, Spread, refuse
from tanhui.core.ledger.guards import (
    Standing,
    refuse_buffer_account,
    refuse_frozen,
    refuse_quantity,
    refuse_shortfall,
    refuse_unknown_lot,
)
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids, require_parts
from tanhui.core.ledger.terms import MAX_QUANTITY_MG, AccountKind, Book


@dataclass(frozen=True, slots=True)
class Distribute:
    """Give each receiver its milligrams out of one account. `parts` are (account, quantity_mg), 1 to 2,000 of them.

    The whole command has at most 65,455 bytes. With ids of up to 21 letters, 2,000 always fit; with 64, 850 do.
    """

    name: ClassVar[str] = "distribute"

    lot: str
    source: str
    parts: tuple[tuple[str, int], ...]
    list_hash: bytes
    accounts: tuple[str, ...] = field(init=False, repr=False, compare=False)
    quantities_mg: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """The parts as columns."""

    def __post_init__(self) -> None:
        require_ids(lot=self.lot, source=self.source)
        require_parts(self.parts)
        require_hashes(list_hash=self.list_hash)
        accounts, quantities_mg = zip(*self.parts, strict=True)
        object.__setattr__(self, "accounts", accounts)
        object.__setattr__(self, "quantities_mg", quantities_mg)

    def reads(self) -> Scope:
        accounts = frozenset((self.source, *self.accounts))
        return Scope(
            accounts=accounts,
            holdings=HoldingKeys.in_pile(self.lot, Book.LIVE, accounts),
            lots=frozenset({self.lot}),
        )

    def decide(self, standing: Standing) -> Change | Refusal:
        given = Holding(self.source, self.lot, Book.LIVE)
        refusal = (
            refuse_buffer_account(standing, self.source)
            or refuse_unknown_lot(standing, self.lot)
            or self._refuse_part(standing)
            or refuse_frozen(standing, given)
            or refuse_shortfall(standing, given, sum(self.quantities_mg))
        )
        if refusal:
            return refusal
        return Change(Spread(given, Book.LIVE, self.accounts, self.quantities_mg))

    def _refuse_part(self, standing: Standing) -> Refusal | None:
        """Look at the list as a whole first; only one with something to refuse is gone through line by line."""
        accounts, quantities_mg = self.accounts, self.quantities_mg
        if (
            min(quantities_mg) > 0
            and max(quantities_mg) <= MAX_QUANTITY_MG
            and len({self.source, *accounts}) == len(accounts) + 1
            and standing.kinds_of(accounts).isdisjoint({None, AccountKind.BUFFER})
            and not standing.any_closed(accounts)
        ):
            return None
        return self._first_refusal(standing)

    def _first_refusal(self, standing: Standing) -> Refusal | None:
        seen: set[str] = set()
        for target, quantity_mg in self.parts:
            if refusal := refuse_quantity(quantity_mg) or refuse_buffer_account(standing, target):
                return refusal
            if target == self.source:
                return refuse("same_account", account=target)
            if target in seen:
                return refuse("repeated_recipient", account=target)
            seen.add(target)
        return None
