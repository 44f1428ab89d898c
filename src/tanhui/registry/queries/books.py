"""The eight books: where every issued milligram stands, of one lot or of all."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Sum

from tanhui.core.ledger import Book
from tanhui.kit import clock
from tanhui.kit.shares import shares_percent
from tanhui.registry.models import Block, Holding
from tanhui.registry.writer.projections import projected_height

BOOKS = tuple(book.value for book in Book if book is not Book.MINT)


class BookLine(NamedTuple):
    code: str
    quantity_mg: int
    share_percent: float


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


class SignedPoint(NamedTuple):
    """A checkpoint: how far the ledger has been signed, and the books have followed."""

    height: int
    size: int
    root_hex: str
    at: datetime
    signer: str


def books_of(lot: str | None = None) -> Books:
    """Return the books of a lot, or of all lots together."""
    rows = Holding.objects.filter(lot=lot) if lot else Holding.objects.all()
    sums = dict(rows.values_list("book").annotate(Sum("quantity_mg")))
    quantities = [int(sums.get(book, 0)) for book in BOOKS]
    shares = shares_percent(quantities)
    lines = [BookLine(*line) for line in zip(BOOKS, quantities, shares, strict=True)]
    return Books(lines, -int(sums.get(Book.MINT.value, 0)))


def checkpoint() -> SignedPoint | None:
    """Return the signed block up to which the books stand. The journal may be a moment ahead of them."""
    last = Block.objects.filter(height=projected_height()).first()
    if last is None:
        return None
    return SignedPoint(last.height, last.size, last.root_hex, clock.from_ms(last.time_ms), settings.REGISTRY_NAME)
