"""What a rule answers: a change to be booked, or a refusal. Both are plain values."""

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


class Lot(NamedTuple):
    """One certified period of one project, issued once. `retired_mg` is also the last serial given out."""

    lot: str
    origin: Origin
    issued_mg: int
    buffer_mg: int
    retired_mg: int = 0


class Account(NamedTuple):
    account: str
    kind: str


class Change(NamedTuple):
    """What an accepted act does: movements of milligrams, and a new account or lot record."""

    movements: tuple[Movement, ...] = ()
    account: Account | None = None
    lot: Lot | None = None


class Refusal(NamedTuple):
    """Why an act was not done. The code is stable; the params are what a sentence about it needs."""

    code: str
    params: tuple[tuple[str, str | int], ...] = ()


def refuse(code: str, **params: str | int) -> Refusal:
    return Refusal(code, tuple(sorted(params.items())))
