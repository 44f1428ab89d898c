"""Holdings by shelf: one lot in one book is a shelf, and on it stands what each account has there.

A distribution touches one shelf and thousands of accounts. Kept so, they are taken in, looked up and booked as a whole,
and an account is found by its name alone.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Union

from tanhui.core.ledger.decision import Holding
from tanhui.core.ledger.terms import Book

Shelf = tuple[str, Book]


class HoldingKeys:
    """A set of holdings."""

    __slots__ = ("shelves",)

    def __init__(self, holdings: Iterable[Holding] = ()) -> None:
        self.shelves: dict[Shelf, set[str]] = {}
        for holding in holdings:
            self.add(holding)

    @classmethod
    def on_shelf(cls, lot: str, book: Book, accounts: Iterable[str]) -> "HoldingKeys":
        """Return what many accounts have of one lot in one book."""
        keys = cls()
        keys.shelves[lot, book] = set(accounts)
        return keys

    @classmethod
    def union(cls, parts: Iterable["HoldingKeys"]) -> "HoldingKeys":
        keys = cls()
        for part in parts:
            keys.update(part)
        return keys

    def add(self, holding: Holding) -> None:
        account, lot, book = holding
        self.shelves.setdefault((lot, book), set()).add(account)

    def update(self, other: Union["HoldingKeys", "Holdings"]) -> None:
        for shelf, accounts in other.shelves.items():
            self.shelves.setdefault(shelf, set()).update(accounts)

    def __sub__(self, other: "HoldingKeys") -> "HoldingKeys":
        left = HoldingKeys()
        for shelf, accounts in self.shelves.items():
            if rest := accounts - other.shelves.get(shelf, set()):
                left.shelves[shelf] = rest
        return left

    def __ge__(self, other: "HoldingKeys") -> bool:
        return not other - self

    def __contains__(self, holding: Holding) -> bool:
        account, lot, book = holding
        return account in self.shelves.get((lot, book), ())

    def __iter__(self) -> Iterator[Holding]:
        return (Holding(account, *shelf) for shelf, accounts in self.shelves.items() for account in accounts)

    def __len__(self) -> int:
        return sum(map(len, self.shelves.values()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HoldingKeys) and len(self) == len(other) and self >= other

    __hash__ = None  # type: ignore[assignment]  # it grows


class Holdings(MutableMapping[Holding, int]):
    """How many milligrams stand in each holding. It compares with any mapping of holdings."""

    __slots__ = ("shelves",)

    def __init__(self, holdings: Mapping[Holding, int] | Iterable[tuple[Holding, int]] = ()) -> None:
        self.shelves: dict[Shelf, dict[str, int]] = {}
        if isinstance(holdings, Holdings):
            self.shelves = {shelf: dict(accounts) for shelf, accounts in holdings.shelves.items()}
        else:
            self.update(holdings)

    def shelf(self, lot: str, book: Book) -> dict[str, int]:
        """Return what stands on a shelf by account, to look at and to change."""
        return self.shelves.setdefault((lot, book), {})

    def take_in(self, other: "Holdings") -> None:
        for shelf, accounts in other.shelves.items():
            self.shelf(*shelf).update(accounts)

    def without(self, keys: HoldingKeys) -> "Holdings":
        """Return those that are not among the keys."""
        left = Holdings()
        for shelf, accounts in self.shelves.items():
            known = keys.shelves.get(shelf, set())
            left.shelves[shelf] = {account: mg for account, mg in accounts.items() if account not in known}
        return left

    def __getitem__(self, holding: Holding) -> int:
        account, lot, book = holding
        return self.shelves[lot, book][account]

    def __setitem__(self, holding: Holding, quantity_mg: int) -> None:
        account, lot, book = holding
        self.shelf(lot, book)[account] = quantity_mg

    def __delitem__(self, holding: Holding) -> None:
        account, lot, book = holding
        del self.shelves[lot, book][account]

    def __iter__(self) -> Iterator[Holding]:
        return (Holding(account, *shelf) for shelf, accounts in self.shelves.items() for account in accounts)

    def __len__(self) -> int:
        return sum(map(len, self.shelves.values()))
