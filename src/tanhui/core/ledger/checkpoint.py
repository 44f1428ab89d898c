"""The checkpoint (c2sp.org/tlog-checkpoint): how long the history is and which root it has, signed.

Whoever holds one checkpoint can tell whether any later history still begins with the same leaves.
"""

import base64
import re
from dataclasses import dataclass
from typing import Final

from tanhui.core.ledger.note import SigningKey, VerifyingKey, decode_base64, open_note, require_text
from tanhui.core.ledger.shape import Malformed, require_bytes
from tanhui.core.ledger.terms import HASH_LENGTH

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_LEAST_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's name, its number of leaves and its root. Extension lines are allowed and rarely wise."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_bytes("root", self.root, HASH_LENGTH)
        lines = (self.origin, *self.extensions)
        if self.size < 0 or not all(lines) or any("\n" in line for line in lines):
            raise Malformed("a checkpoint has an origin, a size, a root, and no empty line")
        require_text(self.text())

    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint. Raises Malformed."""
    *lines, rest = text.split("\n")
    if rest or len(lines) < _LEAST_LINES or not _SIZE.fullmatch(lines[1]):
        raise Malformed("a checkpoint is an origin, a size and a root, each on its line")
    return Checkpoint(lines[0], int(lines[1]), decode_base64(lines[2]), tuple(lines[3:]))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> str:
    """Return the checkpoint as a signed note."""
    return key.sign(checkpoint.text())


def open_checkpoint(note: str, key: VerifyingKey) -> Checkpoint:
    """Return the checkpoint in a note that this key signed. Raises BadSignature or Malformed."""
    return parse_checkpoint(open_note(note, key))
