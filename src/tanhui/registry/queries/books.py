"""Sums over the books: where every issued milligram stands, of one lot or of all. The writer keeps them by block."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from tanhui.core.ledger import Book
from tanhui.kit import clock
from tanhui.kit.shares import shares_percent
from tanhui.registry.models import Block, BookSum
from tanhui.registry.writer.projections import projected_height
from tanhui.registry.writer.sums import ALL_LOTS

BOOKS = tuple(book.value for book in Book if book is not Book.MINT)


class BookLine(NamedTuple):
    """One book: what stands in it, in how many holdings, and how many movements ever came into it."""

    code: str
    quantity_mg: int
    share_percent: float
    holdings: int = 0
    arrivals: int = 0


class Books(NamedTuple):
    """The eight books in their order, their sum, and what the mint says was issued. The difference must be zero."""

    lines: Sequence[BookLine]
    issued_mg: int

    @property
    def total_mg(self) -> int:
        return sum(line.quantity_mg for line in self.lines)

    @property
    def difference_mg(self) -> int:
        return self.issued_mg - self.total_mg

    def line(self, code: str) -> BookLine:
        return self.lines[BOOKS.index(code)]

    @property
    def movements(self) -> int:
        """How many movements there ever were. Nothing moves back into the mint, so each came into one of the eight."""
        return sum(line.arrivals for line in self.lines)


class SignedPoint(NamedTuple):
    """A checkpoint: how far the ledger has been signed, and the books have followed."""

    height: int
    size: int
    root_hex: str
    at: datetime
    signer: str


def books_of(lot: str | None = None) -> Books:
    """Return the books of a lot, or of all lots together."""
    return _books(BookSum.objects.filter(lot=lot or ALL_LOTS))


def books_by_lot(lots: Collection[str]) -> dict[str, Books]:
    """Return the books of each of these lots, in one question."""
    rows: dict[str, list[BookSum]] = {lot: [] for lot in lots}
    for row in BookSum.objects.filter(lot__in=lots):
        rows[row.lot].append(row)
    return {lot: _books(found) for lot, found in rows.items()}


def _books(rows: Iterable[BookSum]) -> Books:
    found = {row.book: row for row in rows}
    stand = [found.get(book, BookSum(quantity_mg=0, holdings=0, arrivals=0)) for book in BOOKS]
    quantities_mg = [int(row.quantity_mg) for row in stand]
    lines = [
        BookLine(book, mg, share, row.holdings, row.arrivals)
        for book, mg, share, row in zip(BOOKS, quantities_mg, shares_percent(quantities_mg), stand, strict=True)
    ]
    mint = found.get(Book.MINT.value)
    return Books(lines, -int(mint.quantity_mg) if mint else 0)


def checkpoint() -> SignedPoint | None:
    """Return the signed block up to which the books stand. The journal may be a moment ahead of them."""
    last = Block.objects.filter(height=projected_height()).first()
    if last is None:
        return None
    return SignedPoint(last.height, last.size, last.root_hex, clock.from_ms(last.time_ms), settings.REGISTRY_NAME)
