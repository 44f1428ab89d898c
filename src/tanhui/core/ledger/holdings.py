"""Holdings by pile: all that stands in one book of one lot is a pile, and in it each account has its milligrams.

A distribution touches one pile and thousands of accounts. Kept so, they are taken in, looked up and booked as a whole,
and an account is found by its name alone. `piles` has the root over all of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Union

from tanhui.core.ledger.decision import Holding
from tanhui.core.ledger.terms import Book

PileKey = tuple[str, Book]


@dataclass(init=False, slots=True)
class HoldingKeys:
    """A set of holdings. No pile in it is empty."""

    piles: dict[PileKey, set[str]]

    def __init__(self, holdings: Iterable[Holding] = ()) -> None:
        self.piles = {}
        for holding in holdings:
            self.add(holding)

    @classmethod
    def in_pile(cls, lot: str, book: Book, accounts: Iterable[str]) -> "HoldingKeys":
        """Return what many accounts have of one lot in one book."""
        keys = cls()
        if chosen := set(accounts):
            keys.piles[lot, book] = chosen
        return keys

    @classmethod
    def union(cls, parts: Iterable["HoldingKeys"]) -> "HoldingKeys":
        keys = cls()
        for part in parts:
            keys.update(part)
        return keys

    def add(self, holding: Holding) -> None:
        account, lot, book = holding
        self.piles.setdefault((lot, book), set()).add(account)

    def add_to_pile(self, lot: str, book: Book, accounts: Collection[str]) -> None:
        if accounts:
            self.piles.setdefault((lot, book), set()).update(accounts)

    def update(self, other: Union["HoldingKeys", "Holdings"]) -> None:
        for pile, accounts in other.piles.items():
            self.add_to_pile(*pile, accounts)

    def __sub__(self, other: "HoldingKeys") -> "HoldingKeys":
        left = HoldingKeys()
        for pile, accounts in self.piles.items():
            if rest := accounts - other.piles.get(pile, set()):
                left.piles[pile] = rest
        return left

    def __ge__(self, other: "HoldingKeys") -> bool:
        return not other - self

    def __contains__(self, holding: Holding) -> bool:
        account, lot, book = holding
        return account in self.piles.get((lot, book), ())

    def __iter__(self) -> Iterator[Holding]:
        return (Holding(account, *pile) for pile, accounts in self.piles.items() for account in accounts)

    def __len__(self) -> int:
        return sum(map(len, self.piles.values()))


class Holdings(MutableMapping[Holding, int]):
    """How many milligrams stand in each holding. It compares with any mapping of holdings."""

    __slots__ = ("piles",)

    def __init__(self, holdings: Mapping[Holding, int] | Iterable[tuple[Holding, int]] = ()) -> None:
        self.piles: dict[PileKey, dict[str, int]] = {}
        if isinstance(holdings, Holdings):
            self.piles = {pile: dict(accounts) for pile, accounts in holdings.piles.items()}
        else:
            self.update(holdings)

    def pile(self, lot: str, book: Book) -> dict[str, int]:
        """Return what stands on a pile by account, to look at and to change."""
        return self.piles.setdefault((lot, book), {})

    def take_in(self, other: "Holdings") -> None:
        for pile, accounts in other.piles.items():
            self.pile(*pile).update(accounts)

    def without(self, keys: HoldingKeys) -> "Holdings":
        """Return those that are not among the keys."""
        left = Holdings()
        for pile, accounts in self.piles.items():
            known = keys.piles.get(pile, set())
            left.piles[pile] = {one: mg for one, mg in accounts.items() if one not in known} if known else accounts
        return left

    def __getitem__(self, holding: Holding) -> int:
        account, lot, book = holding
        return self.piles[lot, book][account]

    def __setitem__(self, holding: Holding, quantity_mg: int) -> None:
        account, lot, book = holding
        self.pile(lot, book)[account] = quantity_mg

    def __delitem__(self, holding: Holding) -> None:
        account, lot, book = holding
        del self.piles[lot, book][account]

    def __iter__(self) -> Iterator[Holding]:
        return (Holding(account, *pile) for pile, accounts in self.piles.items() for account in accounts)

    def __len__(self) -> int:
        return sum(map(len, self.piles.values()))
