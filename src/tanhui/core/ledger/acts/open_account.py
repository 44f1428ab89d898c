"""Open an account: from now on it can hold milligrams.

1. The registry opens accounts; nobody opens one for themselves.
2. An account has one kind, and keeps it.
3. An account id is given once and never again, and nobody can open the mint.
4. Who the holder is stands elsewhere. The ledger keeps only a hash of it.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Account, Change, Refusal, refuse
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_ids
from tanhui.core.ledger.terms import MINT_ACCOUNT, AccountKind


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """Open `account` as an account of this kind. The hash stands for the holder's file at the registry."""

    name: ClassVar[str] = "open_account"

    account: str
    kind: str
    holder_hash: bytes

    def __post_init__(self) -> None:
        require_ids(account=self.account, kind=self.kind)
        require_hashes(holder_hash=self.holder_hash)

    def reads(self) -> Scope:
        return Scope(accounts=frozenset({self.account}))

    def decide(self, standing: Standing) -> Change | Refusal:
        if self.account == MINT_ACCOUNT:
            return refuse("reserved_account", account=self.account)
        if self.kind not in tuple(AccountKind):
            return refuse("bad_account_kind", kind=self.kind)
        if standing.kind_of(self.account) is not None:
            return refuse("account_exists", account=self.account)
        return Change(accounts=(Account(self.account, self.kind),))
