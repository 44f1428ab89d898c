"""The sums of the books, of each lot and of all together: what blocks add to them, in two statements."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from tanhui.core.ledger import Block
from tanhui.core.ledger.decision import Spread
from tanhui.core.ledger.draft import Touched
from tanhui.registry.writer.asking import do

ALL_LOTS: Final = ""
"""Under this the sums of all lots together stand."""

_BEGUN: Final = """
INSERT INTO registry_booksum (lot, book, quantity_mg, holdings, arrivals)
SELECT lot, book, 0, 0, 0 FROM unnest(%s::text[], %s::text[]) AS fresh (lot, book) ON CONFLICT (lot, book) DO NOTHING
"""
_ADDED: Final = """
UPDATE registry_booksum stood SET quantity_mg = stood.quantity_mg + more.quantity_mg,
    holdings = stood.holdings + more.holdings, arrivals = stood.arrivals + more.arrivals
FROM unnest(%s::text[], %s::text[], %s::numeric[], %s::bigint[], %s::bigint[])
    AS more (lot, book, quantity_mg, holdings, arrivals)
WHERE stood.lot = more.lot AND stood.book = more.book
"""

Key = tuple[str, str]


def add_sums(blocks: Sequence[Block], touched: Touched) -> None:
    """Add what blocks moved to the sums of their lots and of all lots together; `touched` is what they touched."""
    moved_mg, arrivals = _moved(blocks)
    stand = _stand(touched)
    keys = sorted(moved_mg.keys() | arrivals.keys() | stand.keys())
    if not keys:
        return
    names = [[lot for lot, _ in keys], [book for _, book in keys]]
    counts = [[count[key] for key in keys] for count in (moved_mg, stand, arrivals)]
    do(_BEGUN, *names)
    do(_ADDED, *names, *counts)


def _moved(blocks: Sequence[Block]) -> tuple[Counter[Key], Counter[Key]]:
    """Return by how much each book grew or shrank, in mg, and how many movements came into it."""
    moved_mg: Counter[Key] = Counter()
    arrivals: Counter[Key] = Counter()
    for block in blocks:
        for source, lot, target, quantity_mg, count in _flows(block):
            for name in (lot, ALL_LOTS):
                moved_mg[name, source] -= quantity_mg
                moved_mg[name, target] += quantity_mg
                arrivals[name, target] += count
    return moved_mg, arrivals


def _flows(block: Block) -> Iterator[tuple[str, str, str, int, int]]:
    """Yield from which book of a lot into which how much moved, in how many movements: a spread is one flow."""
    for _command, _outcome, movements in block.bookings:
        if isinstance(movements, Spread):
            _, lot, book = movements.source
            yield book.value, lot, movements.book.value, sum(movements.quantities_mg), len(movements.accounts)
        else:
            for (_, lot, book), target, quantity_mg, _serials in movements:
                yield book.value, lot, target.book.value, quantity_mg, 1


def _stand(touched: Touched) -> Counter[Key]:
    """Return how many holdings more there are in each book than before."""
    more: Counter[Key] = Counter()
    for (lot, book), stand in touched.holdings.piles.items():
        filled = touched.filled.piles.get((lot, book), set())
        fresh = sum(1 for account in filled if stand[account])
        gone = sum(1 for account, quantity_mg in stand.items() if not quantity_mg and account not in filled)
        for name in (lot, ALL_LOTS):
            more[name, book.value] += fresh - gone
    return more
