"""What a rule answers: a change to be booked, or a refusal. Both are plain values."""

from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple

from tanhui.core.ledger.origin import Origin
from tanhui.core.ledger.terms import Book


class Holding(NamedTuple):
    """What one account holds of one lot in one book."""

    account: str
    lot: str
    book: Book


class Serials(NamedTuple):
    """The numbers of retired milligrams within their lot, both ends included. The first of a lot is 1."""

    first: int
    last: int


class Movement(NamedTuple):
    """Milligrams of one lot that leave one holding and arrive in another."""

    source: Holding
    target: Holding
    quantity_mg: int
    serials: Serials | None = None


class Spread(NamedTuple):
    """Movements out of one holding, one into the same book of each of many accounts, none of them twice.

    It says what as many movements say, in columns, so that a long list can be booked and written as a whole.
    """

    source: Holding
    book: Book
    accounts: tuple[str, ...]
    quantities_mg: tuple[int, ...]

    def targets(self) -> list[Holding]:
        keys = zip(self.accounts, repeat(self.source.lot), repeat(self.book))
        return list(map(tuple.__new__, repeat(Holding), keys))

    def each(self) -> Iterator[Movement]:
        return map(Movement, repeat(self.source), self.targets(), self.quantities_mg)


def each_of(movements: "tuple[Movement, ...] | Spread") -> Iterator[Movement]:
    """Yield movements one by one."""
    return movements.each() if isinstance(movements, Spread) else iter(movements)


class Lot(NamedTuple):
    """One certified period of one project, issued once. `retired_mg` is also the last serial given out.

    `lessened_mg` was taken back because it was not there (any more), in whatever lot it was paid; `drawn_mg` of it
    came out of the buffer's share of this lot.
    """

    lot: str
    origin: Origin
    issued_mg: int
    buffer_mg: int
    retired_mg: int = 0
    lessened_mg: int = 0
    drawn_mg: int = 0

    @property
    def standing_mg(self) -> int:
        """What the lot still stands for."""
        return self.issued_mg - self.lessened_mg


class Account(NamedTuple):
    account: str
    kind: str


class Encumbrance(NamedTuple):
    """What binds milligrams, or a whole account, until another act ends it. Its id is given once.

    `book` is where the bound milligrams stand, `left_mg` how many are still bound. A freeze of a whole account
    (`lot` is None) or of one whole lot of it has no book: it stops what is there and what arrives. `until_ms` is the
    expiry of a hold; `party` the purpose of a hold, the pledgee of a pledge, the other region of an entry.
    """

    id: str
    sort: str
    account: str
    lot: str | None
    book: Book | None
    left_mg: int
    until_ms: int = 0
    party: str = ""
    ended: bool = False

    def less(self, quantity_mg: int) -> "Encumbrance":
        """Return it with so much less bound; it ends with its last milligram."""
        left_mg = self.left_mg - quantity_mg
        return self._replace(left_mg=left_mg, ended=left_mg == 0)


class Change(NamedTuple):
    """What an accepted act does: movements of milligrams, and records that are new or stand differently."""

    movements: tuple[Movement, ...] | Spread = ()
    accounts: tuple[Account, ...] = ()
    closed: tuple[str, ...] = ()
    lots: tuple[Lot, ...] = ()
    encumbrances: tuple[Encumbrance, ...] = ()

    def then(self, other: "Change") -> "Change":
        """Return both, one after the other."""
        return Change(
            (*each_of(self.movements), *each_of(other.movements)),
            self.accounts + other.accounts,
            self.closed + other.closed,
            self.lots + other.lots,
            self.encumbrances + other.encumbrances,
        )


class Refusal(NamedTuple):
    """Why an act was not done. The code is stable; the params are what a sentence about it needs."""

    code: str
    params: tuple[tuple[str, str | int], ...] = ()


def refuse(code: str, **params: str | int) -> Refusal:
    return Refusal(code, tuple(sorted(params.items())))
