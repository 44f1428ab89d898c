"""The words of the ledger: its books, its kinds of account, its roles, its limits.

The words are stored and hashed as they stand here, so none may ever change its spelling.
"""

from enum import StrEnum
from typing import Final


class Book(StrEnum):
    """Where milligrams of a lot stand: eight books that people hold in, and the mint.

    The mint is nobody's: it holds, as a negative number, everything that was ever issued of a lot.
    That is why the sum over a lot is always zero.
    Nothing leaves the retired and the revoked book.
    """

    LIVE = "live"
    HELD = "held"
    PLEDGED = "pledged"
    FROZEN = "frozen"
    BUFFER = "buffer"
    RESERVE = "reserve"
    RETIRED = "retired"
    REVOKED = "revoked"
    MINT = "mint"


class AccountKind(StrEnum):
    """What an account is for. Only an owner receives a new lot; only a buffer receives its share."""

    OWNER = "owner"
    BUYER = "buyer"
    BUFFER = "buffer"
    REGISTRY = "registry"
    ORGANISER = "organiser"


class Role(StrEnum):
    """In which role an actor orders something."""

    OPERATOR = "operator"
    SURVEYOR = "surveyor"
    ANALYST = "analyst"
    REVIEWER = "reviewer"
    OWNER = "owner"
    BUYER = "buyer"
    BANK = "bank"
    INSURER = "insurer"
    SUPERVISOR = "supervisor"
    ORGANISER = "organiser"


class Purpose(StrEnum):
    """What retired milligrams were used up for."""

    EVENT = "event"
    ENTERPRISE = "enterprise"
    VOLUNTARY = "voluntary"
    JUDICIAL = "judicial"
    COMPLIANCE = "compliance"


MINT_ACCOUNT: Final = "mint"
"""The account id of the mint. Nobody can open it."""


class HoldPurpose(StrEnum):
    """What milligrams are held for until they are posted, voided, or the time runs out."""

    LISTING = "listing"
    AUCTION = "auction"
    PLEDGE = "pledge"
    RESERVE = "reserve"


class Sort(StrEnum):
    """The sorts of encumbrance. `out` and `in` are corresponding entries with another region."""

    HOLD = "hold"
    PLEDGE = "pledge"
    FREEZE = "freeze"
    OUT = "out"
    IN = "in"


END_BOOKS: Final = frozenset({Book.RETIRED, Book.REVOKED})
"""What stands here stays here for good, also when its account is closed."""

MAX_LINKED_ACTS: Final = 200
MAX_PARTS: Final = 2_000
"""How many acts can be linked, and how many recipients one distribution can have."""

MAX_LEAF_LENGTH: Final = 2**16 - 1
"""A leaf's length is written in two bytes where other programs read our log (c2sp.org/tlog-tiles)."""

MAX_QUANTITY_MG: Final = 10**18
"""A billion tonnes: more than any project can hold, and still a signed 64-bit integer."""

MAX_WHOLE: Final = 2**63 - 1
HASH_LENGTH: Final = 32
COMMAND_ID_LENGTH: Final = 16
