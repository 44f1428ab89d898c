"""Well-formedness: what can be written into a command at all.

A command that is not well-formed cannot be built, and so never reaches a rule. The rules refuse;
this module raises, because a malformed command is a mistake of the sender's program.
Ids are opaque ASCII: a name or a telephone number of a person does not fit in here by intention.
"""

import re
import string
from typing import Any, Final

from tanhui.core.ledger.terms import HASH_LENGTH, MAX_PARTS, MAX_WHOLE

_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_LETTERS: Final = (string.ascii_letters + string.digits + "._:-").encode()
LONGEST_ID: Final = 64
_PAIR: Final = 2


class Malformed(ValueError):  # noqa: N818 - it names what was found, as the refusals do
    """Bytes or values that are no command, journal leaf, note or proof of this ledger."""


def require_ids(**ids: object) -> None:
    """Raise Malformed unless every value is an opaque ASCII id of at most 64 characters."""
    for name, value in ids.items():
        if not (isinstance(value, str) and _ID.fullmatch(value)):
            raise Malformed(f"{name} is not an id of 1 to 64 characters from A-Z a-z 0-9 . _ : -")


def require_hashes(**hashes: object) -> None:
    """Raise Malformed unless every value is a SHA-256 hash."""
    for name, value in hashes.items():
        require_bytes(name, value, HASH_LENGTH)


def require_bytes(name: str, value: object, length: int) -> None:
    """Raise Malformed unless the value is a byte string of this length."""
    if not (isinstance(value, bytes) and len(value) == length):
        raise Malformed(f"{name} is not a string of {length} bytes")


def require_whole(**numbers: object) -> None:
    """Raise Malformed unless every value is a whole number that fits 64 bits.

    Whether it is a sensible quantity is for the rules to say. True and False are no numbers here.
    """
    for name, value in numbers.items():
        if type(value) is not int or not -MAX_WHOLE <= value <= MAX_WHOLE:
            raise Malformed(f"{name} is not a whole number of 64 bits")


def require_parts(parts: object) -> None:
    """Raise Malformed unless this is a tuple of pairs, each an id and a whole number that fits 64 bits."""
    if not (isinstance(parts, tuple) and 0 < len(parts) <= MAX_PARTS):
        raise Malformed(f"a list has 1 to {MAX_PARTS} parts")
    if set(map(type, parts)) != {tuple} or set(map(len, parts)) != {_PAIR}:
        raise Malformed("a part is an account and a quantity")
    accounts, quantities_mg = zip(*parts, strict=True)
    if _all_ids(accounts) and _all_whole(quantities_mg):
        return
    for account, quantity_mg in parts:
        require_ids(account=account)
        require_whole(quantity_mg=quantity_mg)


def _all_ids(values: tuple[Any, ...]) -> bool:
    """Say whether all are ids, looking at all their letters at once: what `_ID` says of each."""
    if set(map(type, values)) != {str} or not 0 < min(map(len, values)) <= max(map(len, values)) <= LONGEST_ID:
        return False
    letters = "".join(values)
    return letters.isascii() and not letters.encode().translate(None, _LETTERS)


def _all_whole(values: tuple[Any, ...]) -> bool:
    return set(map(type, values)) == {int} and min(values) >= -MAX_WHOLE and max(values) <= MAX_WHOLE
