"""The ledger as it would stand after some acts, without anything being booked: what linked acts are decided on."""

from collections.abc import Iterable

from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Lot, each_of
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.origin import Season
from tanhui.core.ledger.stops import Stops
from tanhui.core.ledger.terms import END_BOOKS


class Overlay:
    """A standing with changes laid over it. It satisfies `guards.Standing` itself and never touches what lies below."""

    def __init__(self, below: Standing) -> None:
        self._below = below
        self._kinds: dict[str, str] = {}
        self._closed: set[str] = set()
        self._lots: dict[str, Lot] = {}
        self._seasons: dict[Season, str] = {}
        self._moved: dict[Holding, int] = {}
        self._encumbrances: dict[str, Encumbrance] = {}
        self._stops = Stops()

    @property
    def time_ms(self) -> int:
        return self._below.time_ms

    def take(self, change: Change) -> None:
        """Lay one more change over it."""
        for source, target, quantity_mg, _ in each_of(change.movements):
            self._moved[source] = self._moved.get(source, 0) - quantity_mg
            self._moved[target] = self._moved.get(target, 0) + quantity_mg
        self._kinds.update(change.accounts)
        self._closed.update(change.closed)
        for lot in change.lots:
            self._lots[lot.lot] = lot
            self._seasons[lot.origin.season] = lot.lot
        for one in change.encumbrances:
            self._encumbrances[one.id] = one
            self._stops.take(one)

    def kind_of(self, account: str) -> str | None:
        return self._kinds.get(account) or self._below.kind_of(account)

    def kinds_of(self, accounts: Iterable[str]) -> set[str | None]:
        return set(map(self.kind_of, accounts))

    def is_closed(self, account: str) -> bool:
        return account in self._closed or self._below.is_closed(account)

    def any_closed(self, accounts: Iterable[str]) -> bool:
        return any(map(self.is_closed, accounts))

    def lot(self, lot: str) -> Lot | None:
        return self._lots.get(lot) or self._below.lot(lot)

    def lot_of(self, season: Season) -> str | None:
        return self._seasons.get(season) or self._below.lot_of(season)

    def encumbrance(self, key: str) -> Encumbrance | None:
        return self._encumbrances.get(key) or self._below.encumbrance(key)

    def freezes(self, account: str, lot: str | None) -> int:
        return self._below.freezes(account, lot) + self._stops.count(account, lot)

    def balance_mg(self, holding: Holding) -> int:
        return self._below.balance_mg(holding) + self._moved.get(holding, 0)

    def unfinished(self, account: str) -> frozenset[Holding]:
        touched = {holding for holding in self._moved if holding.account == account and holding.book not in END_BOOKS}
        standing = {holding for holding in touched if self.balance_mg(holding)}
        return frozenset((self._below.unfinished(account) - touched) | standing)
