"""The words of the ledger: its books, its kinds of account, its roles, its limits.

The words are stored and hashed as they stand here, so none may ever change its spelling.
"""

from enum import StrEnum
from typing import Final


class Book(StrEnum):
    """Where milligrams of a lot stand: eight books that people hold in, and the mint.

    The mint is nobody's: it holds, as a negative number, everything that was ever issued of a lot.
    That is why the sum over a lot is always zero.
    This version moves milligrams between mint, live, buffer and retired; the other five are empty.
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

MAX_QUANTITY_MG: Final = 10**18
"""A billion tonnes: more than any project can hold, and still a signed 64-bit integer."""

MAX_WHOLE: Final = 2**63 - 1
HASH_LENGTH: Final = 32
COMMAND_ID_LENGTH: Final = 16
