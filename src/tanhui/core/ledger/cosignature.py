"""What a witness signs (c2sp.org/tlog-cosignature): this is the largest checkpoint of this log that I have seen by now.

A witness checks that each checkpoint continues the one before it, and only then co-signs. So whoever sees signatures
of enough witnesses knows that nobody was shown another history. A co-signature is one more line of the note.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tanhui.core.ledger.note import (
    KEY_ID_LENGTH,
    BadSignature,
    NamedKey,
    read_signature,
    signature_line,
    split_note,
)
from tanhui.core.ledger.shape import Malformed, require_bytes
from tanhui.core.ledger.suites import ED25519_SHA256, SEED_LENGTH, Suite

_TIME_LENGTH: Final = 8
_LATEST_S: Final = 2**63 - 1


class Cosignature(NamedTuple):
    """A co-signature that holds: of whom, from when (seconds since 1970), and its line of the note."""

    key: "WitnessKey"
    at_s: int
    line: str


class WitnessKey(NamedKey):
    """The public key of a witness: it signs checkpoints together with a time."""

    __slots__ = ()
    SORT = "the key of a witness"

    @staticmethod
    def algorithm_of(suite: Suite) -> bytes:
        return suite.cosignature_type

    def check(self, text: str, signature: bytes) -> int:
        """Return when this witness co-signed the text, in seconds since 1970. Raises BadSignature."""
        if signature[:KEY_ID_LENGTH] != self.id or len(signature) <= KEY_ID_LENGTH + _TIME_LENGTH:
            raise BadSignature(f"not a co-signature of {self.name}")
        at_s = int.from_bytes(signature[KEY_ID_LENGTH : KEY_ID_LENGTH + _TIME_LENGTH])
        if not 0 < at_s <= _LATEST_S:
            raise BadSignature(f"{self.name} gave no time")
        if not self.suite.holds(self.public, _message(text, at_s), signature[KEY_ID_LENGTH + _TIME_LENGTH :]):
            raise BadSignature(f"the co-signature of {self.name} does not fit the checkpoint")
        return at_s


@dataclass(frozen=True, slots=True)
class WitnessSigner:
    """The secret half. The seed is 32 secret bytes, which the caller draws and keeps."""

    name: str
    seed: bytes = field(repr=False)
    suite: Suite = ED25519_SHA256

    def __post_init__(self) -> None:
        require_bytes("seed", self.seed, SEED_LENGTH)

    @property
    def public(self) -> WitnessKey:
        return WitnessKey(self.name, self.suite.public_of(self.seed), self.suite)

    def cosign(self, text: str, at_s: int) -> str:
        """Return the line by which this witness co-signs the text of a checkpoint."""
        signature = self.suite.sign(self.seed, _message(text, at_s))
        return signature_line(self.name, self.public.id + at_s.to_bytes(_TIME_LENGTH) + signature)


def read_line(line: str, text: str, key: WitnessKey) -> Cosignature:
    """Read one line with its newline as the co-signature of this text. Raises BadSignature or Malformed."""
    if not line.endswith("\n"):
        raise Malformed("a signature line ends in a newline")
    name, signature = read_signature(line[:-1])
    if name != key.name:
        raise BadSignature(f"signed by {name}, not by {key.name}")
    return Cosignature(key, key.check(text, signature), line)


def cosignatures(note: str, keys: Iterable[WitnessKey]) -> tuple[Cosignature, ...]:
    """Return the co-signatures of these witnesses on a checkpoint that hold, one for each key. Raises Malformed.

    Lines of strangers are left alone, and so is one that does not hold: it only does not count.
    """
    text, signatures = split_note(note)
    found: dict[str, Cosignature] = {}
    for key in keys:
        for name, signature in signatures:
            if name == key.name and signature[:KEY_ID_LENGTH] == key.id and str(key) not in found:
                try:
                    at_s = key.check(text, signature)
                except BadSignature:
                    continue
                found[str(key)] = Cosignature(key, at_s, signature_line(name, signature))
    return tuple(found.values())


def _message(text: str, at_s: int) -> bytes:
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()
