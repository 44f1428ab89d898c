"""What can be ordered: one file per act, each with its shape and its whole rule.

An act says what it reads and decides on that alone. It changes nothing itself: it answers with a
change, which the block books, or with a refusal.
"""

from typing import Final, get_args

from tanhui.core.ledger.acts.close_account import CloseAccount
from tanhui.core.ledger.acts.close_day import CloseDay
from tanhui.core.ledger.acts.correct import Correct
from tanhui.core.ledger.acts.correspond_confirm import CorrespondConfirm
from tanhui.core.ledger.acts.correspond_in import CorrespondIn
from tanhui.core.ledger.acts.correspond_out import CorrespondOut
from tanhui.core.ledger.acts.correspond_return import CorrespondReturn
from tanhui.core.ledger.acts.distribute import Distribute
from tanhui.core.ledger.acts.expire import Expire
from tanhui.core.ledger.acts.foreclose import Foreclose
from tanhui.core.ledger.acts.freeze import Freeze
from tanhui.core.ledger.acts.hold import Hold
from tanhui.core.ledger.acts.issue import Issue
from tanhui.core.ledger.acts.linked import Linked
from tanhui.core.ledger.acts.open_account import OpenAccount
from tanhui.core.ledger.acts.pledge import Pledge
from tanhui.core.ledger.acts.post import Post
from tanhui.core.ledger.acts.release import Release
from tanhui.core.ledger.acts.retire import Retire
from tanhui.core.ledger.acts.reverse import Reverse
from tanhui.core.ledger.acts.revoke import Revoke
from tanhui.core.ledger.acts.transfer import Transfer
from tanhui.core.ledger.acts.unfreeze import Unfreeze
from tanhui.core.ledger.acts.void import Void

SingleAct = (
    OpenAccount
    | CloseAccount
    | Issue
    | Transfer
    | Distribute
    | Hold
    | Post
    | Void
    | Expire
    | Pledge
    | Release
    | Foreclose
    | Freeze
    | Unfreeze
    | Retire
    | Revoke
    | Reverse
    | Correct
    | CorrespondOut
    | CorrespondIn
    | CorrespondConfirm
    | CorrespondReturn
    | CloseDay
)
"""An act by itself. A link is made of these."""

Act = SingleAct | Linked

SINGLE_ACTS: Final[dict[str, type[SingleAct]]] = {act.name: act for act in get_args(SingleAct)}
ACTS: Final[dict[str, type[Act]]] = {**SINGLE_ACTS, Linked.name: Linked}


def acts_of(act: Act) -> tuple[SingleAct, ...]:
    """Return the acts that are linked, or the one act itself."""
    return act.acts if isinstance(act, Linked) else (act,)


__all__ = [
    "ACTS",
    "SINGLE_ACTS",
    "Act",
    "CloseAccount",
    "CloseDay",
    "Correct",
    "CorrespondConfirm",
    "CorrespondIn",
    "CorrespondOut",
    "CorrespondReturn",
    "Distribute",
    "Expire",
    "Foreclose",
    "Freeze",
    "Hold",
    "Issue",
    "Linked",
    "OpenAccount",
    "Pledge",
    "Post",
    "Release",
    "Retire",
    "Reverse",
    "Revoke",
    "SingleAct",
    "Transfer",
    "Unfreeze",
    "Void",
    "acts_of",
]
