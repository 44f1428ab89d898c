"""Which parts of the ledger a set of commands can look at or change.

A writer that keeps the ledger in a database asks this first, loads just these keys, and applies the block
on them. Every act names its own keys, so the answer cannot fall behind the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.origin import Season


@dataclass(frozen=True, slots=True)
class Scope:
    """Keys of accounts, holdings, lots, seasons (project and period), commands and encumbrances.

    To know a season means to know the lot that was issued for it, whatever its id. To know an account means to know
    its kind, whether it is closed, and every open freeze of it that has no amount. Of the accounts in `emptied`, every
    holding is looked at.
    """

    accounts: frozenset[str] = frozenset()
    holdings: HoldingKeys = field(default_factory=HoldingKeys)
    lots: frozenset[str] = frozenset()
    seasons: frozenset[Season] = frozenset()
    command_ids: frozenset[bytes] = frozenset()
    encumbrances: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()

    @classmethod
    def union(cls, scopes: Iterable["Scope"]) -> "Scope":
        parts = tuple(scopes)
        return cls(
            frozenset[str]().union(*(part.accounts for part in parts)),
            HoldingKeys.union(part.holdings for part in parts),
            frozenset[str]().union(*(part.lots for part in parts)),
            frozenset[Season]().union(*(part.seasons for part in parts)),
            frozenset[bytes]().union(*(part.command_ids for part in parts)),
            frozenset[str]().union(*(part.encumbrances for part in parts)),
            frozenset[str]().union(*(part.emptied for part in parts)),
        )

    def covers(self, other: "Scope") -> bool:
        return (
            self.accounts >= other.accounts
            and self.holdings >= other.holdings
            and self.lots >= other.lots
            and self.seasons >= other.seasons
            and self.command_ids >= other.command_ids
            and self.encumbrances >= other.encumbrances
            and self.emptied >= other.emptied
        )


class KnownKeys:
    """The keys that somebody holds by now. It only grows."""

    def __init__(self) -> None:
        self.accounts: set[str] = set()
        self.holdings = HoldingKeys()
        self.lots: set[str] = set()
        self.seasons: set[Season] = set()
        self.command_ids: set[bytes] = set()
        self.encumbrances: set[str] = set()
        self.emptied: set[str] = set()

    def __len__(self) -> int:
        return len(self.accounts) + len(self.holdings) + len(self.lots) + len(self.command_ids) + len(self.encumbrances)

    def lacking(self, wanted: Scope) -> Scope:
        """Return the part of a scope that is not known yet."""
        return Scope(
            wanted.accounts - self.accounts,
            wanted.holdings - self.holdings,
            wanted.lots - self.lots,
            wanted.seasons - self.seasons,
            wanted.command_ids - self.command_ids,
            wanted.encumbrances - self.encumbrances,
            wanted.emptied - self.emptied,
        )

    def add(self, scope: Scope) -> None:
        self.accounts |= scope.accounts
        self.holdings.update(scope.holdings)
        self.lots |= scope.lots
        self.seasons |= scope.seasons
        self.command_ids |= scope.command_ids
        self.encumbrances |= scope.encumbrances
        self.emptied |= scope.emptied
