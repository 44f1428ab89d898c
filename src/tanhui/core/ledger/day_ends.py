"""What every day ended with, found while a history is replayed: only who has all holdings can tell."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from tanhui.core.ledger.acts import CloseDay, acts_of
from tanhui.core.ledger.days import day_of
from tanhui.core.ledger.decision import Holding
from tanhui.core.ledger.draft import Booking, Draft
from tanhui.core.ledger.holdings import Holdings, PileKey
from tanhui.core.ledger.merkle import Frontier
from tanhui.core.ledger.piles import Pile, chunk_values, pile_of, piles_root
from tanhui.core.ledger.state import State
from tanhui.core.ledger.suites import ED25519_SHA256, Suite


class Replaying(Draft):
    """A draft that stood at every day's end: it begins before the first block and has all holdings.

    Of a pile that nobody touched in a day the old value is taken. So a day costs one leaf a pile, and of each pile that
    was touched its whole length.
    """

    def __init__(self, suite: Suite = ED25519_SHA256) -> None:
        super().__init__(State(frontier=Frontier(suite=suite)))
        self._piles: dict[tuple[str, str], Pile] = {}
        self._touched: set[PileKey] = set()
        self._last_closed: dict[tuple[str, str], Pile] = {}
        self.day_end: CloseDay | None = None

    def turn_day(self, time_ms: int) -> None:
        """Look at the holdings, if the next block, of this time, is the first one of its day."""
        day = day_of(time_ms) - 1
        if self.day_end is None or day > self.day_end.day:
            self._count_touched()
            piles = [self._piles[key] for key in sorted(self._piles)]
            self.day_end = CloseDay(
                day, self.height, len(self._holdings), len(piles), piles_root(piles, self.frontier.suite)
            )

    def mark(self) -> None:
        """Remember which piles the last block has touched."""
        self._touched.update(self.touched.holdings.piles)

    def _count_touched(self) -> None:
        self._piles = {key: pile for key, pile in self._piles.items() if key not in self._touched}
        self._piles |= {
            (pile.lot, pile.book): pile for pile in piles_in(self._holdings, self._touched, self.frontier.suite)
        }
        self._touched.clear()

    def closed_piles(self, bookings: Iterable[Booking]) -> list[tuple[int, Pile]]:
        """Return the piles of the day that these commands have closed, which are not as on the day closed before it.

        A pile that is gone is one without holdings. To be asked once after each block.
        """
        acts = (act for command, outcome, _ in bookings if outcome.done for act in acts_of(command.act))
        if self.day_end is None or not any(isinstance(act, CloseDay) for act in acts):
            return []
        before, self._last_closed = self._last_closed, dict(self._piles)
        changed = [pile for key, pile in self._last_closed.items() if before.get(key) != pile]
        gone = [Pile(*key, 0, 0, self.frontier.suite.empty_root) for key in before if key not in self._last_closed]
        return [(self.day_end.day, pile) for pile in (*changed, *gone)]

    def wrong_ends(self, bookings: Iterable[Booking]) -> Iterable[tuple[int, CloseDay, CloseDay]]:
        """Yield where a day was closed with something else than it ended with: leaf, what it says, what is so."""
        for command, outcome, _ in bookings:
            for act in acts_of(command.act) if outcome.done else ():
                if isinstance(act, CloseDay) and act != self.day_end:
                    assert outcome.leaf is not None
                    assert self.day_end is not None
                    yield outcome.leaf, act, self.day_end


def piles_in(
    holdings: Mapping[Holding, int], keys: AbstractSet[PileKey] | None = None, suite: Suite = ED25519_SHA256
) -> list[Pile]:
    """Return the piles that these holdings make, or those of them that are named, sorted by lot and book."""
    piles = (holdings if isinstance(holdings, Holdings) else Holdings(holdings)).piles
    chosen = piles.keys() if keys is None else piles.keys() & keys
    return [
        pile_of(lot, str(book), len(accounts), chunk_values(sorted(accounts.items()), suite), suite)
        for (lot, book), accounts in sorted((key, piles[key]) for key in chosen)
        if accounts
    ]
