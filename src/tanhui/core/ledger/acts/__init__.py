"""What can be ordered: one file per act, each with its shape and its whole rule.

An act says what it reads and decides on that alone. It changes nothing itself: it answers with a
change, which the block books, or with a refusal.
"""

from typing import Final

from tanhui.core.ledger.acts.issue import Issue
from tanhui.core.ledger.acts.open_account import OpenAccount
from tanhui.core.ledger.acts.retire import Retire
from tanhui.core.ledger.acts.transfer import Transfer

Act = OpenAccount | Issue | Transfer | Retire

ACTS: Final[dict[str, type[Act]]] = {act.name: act for act in (OpenAccount, Issue, Transfer, Retire)}

__all__ = ["ACTS", "Act", "Issue", "OpenAccount", "Retire", "Transfer"]
