"""Close an account: from now on nothing arrives in it and nothing leaves it.

1. The registry closes accounts.
2. Only an account that is open, not frozen, and empty is closed. What was retired or revoked in it stays for good.
3. A closed account is never opened again, and its id is not given to anybody else.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.decision import Change, Refusal, refuse
from tanhui.core.ledger.guards import Standing, refuse_unknown_account
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_ids


@dataclass(frozen=True, slots=True)
class CloseAccount:
    """Close `account` for good."""

    name: ClassVar[str] = "close_account"

    account: str

    def __post_init__(self) -> None:
        require_ids(account=self.account)

    def reads(self) -> Scope:
        return Scope(accounts=frozenset({self.account}), emptied=frozenset({self.account}))

    def decide(self, standing: Standing) -> Change | Refusal:
        if refusal := refuse_unknown_account(standing, self.account):
            return refusal
        if standing.freezes(self.account, None):
            return refuse("account_frozen", account=self.account, lot="")
        if left := standing.unfinished(self.account):
            first = min(left)
            return refuse("account_not_empty", account=self.account, lot=first.lot, book=first.book.value)
        return Change(closed=(self.account,))
