"""Signed notes (c2sp.org/signed-note): a text, a blank line, and lines of Ed25519 signatures.

Existing tools read and write the same format: Go's checksum database, tlog witnesses, Sigstore. A key is named, so
a note can carry the signatures of several parties, and each reader looks for the ones that they know.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import ClassVar, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tanhui.core.ledger.shape import Malformed, require_bytes

_ED25519: Final = b"\x01"
KEY_LENGTH: Final = 32
KEY_ID_LENGTH: Final = 4
_MAX_SIGNATURES: Final = 100
_NAME: Final = re.compile(r"[^\s+\x00-\x1f]{1,255}")
_SIGNATURE_LINE: Final = re.compile("— ([^ ]+) ([^ ]+)")
_SIGNER_PREFIX: Final = "PRIVATE+KEY+"


class BadSignature(ValueError):  # noqa: N818 - it names what was found
    """A note that the key at hand did not sign."""


@dataclass(frozen=True, slots=True)
class NamedKey:
    """The public half of a named key. Its text form is `name+hex of the key id+base64`."""

    name: str
    public: bytes

    ALGORITHM: ClassVar[bytes]
    """The byte before the key that says what its signatures are over."""

    SORT: ClassVar[str]

    def __post_init__(self) -> None:
        require_bytes("public", self.public, KEY_LENGTH)
        require_name(self.name)

    @property
    def id(self) -> bytes:
        """The first four bytes of a hash over name and key: a hint which key to try."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.ALGORITHM + self.public).digest()[:KEY_ID_LENGTH]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encode(self.ALGORITHM + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form. Raises Malformed, for a key of another algorithm too."""
        name, _, rest = text.partition("+")
        key = cls(name, _key_bytes(rest.partition("+")[2], cls.ALGORITHM, cls.SORT))
        if str(key) != text:
            raise Malformed("the key id does not belong to this name and key")
        return key


class VerifyingKey(NamedKey):
    """The public key of a log: it signs notes."""

    __slots__ = ()
    ALGORITHM = _ED25519
    SORT = "an Ed25519 key"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A named Ed25519 key. The seed is 32 secret bytes, which the caller draws and keeps."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require_bytes("seed", self.seed, KEY_LENGTH)

    @property
    def public(self) -> VerifyingKey:
        return VerifyingKey(self.name, self._key().public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the text as a note with one signature. The text ends in a newline."""
        require_text(text)
        return f"{text}\n{self.line(text)}"

    def line(self, text: str) -> str:
        """Return the line that this key adds to a note of this text."""
        return signature_line(self.name, self.public.id + self._key().sign(text.encode()))

    def secret_text(self) -> str:
        """Return the key in the form in which Go's tools store it. Whoever reads it can sign."""
        return f"{_SIGNER_PREFIX}{self.name}+{self.public.id.hex()}+{_encode(_ED25519 + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        name, _, rest = text.removeprefix(_SIGNER_PREFIX).partition("+")
        key = cls(name, _key_bytes(rest.partition("+")[2], _ED25519, VerifyingKey.SORT))
        if key.secret_text() != text:
            raise Malformed("the key id does not belong to this name and key")
        return key

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def open_note(note: str, key: VerifyingKey) -> str:
    """Return the text of a note that this key signed. Raises BadSignature, or Malformed if it is no note.

    Signatures of other keys are left alone: they are for those who know these keys.
    """
    text, signatures = split_note(note)
    found = [signature for name, signature in signatures if name == key.name and signature[:KEY_ID_LENGTH] == key.id]
    if len(found) != 1:
        raise BadSignature(f"{len(found)} signatures of {key.name}, not one")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(found[0][KEY_ID_LENGTH:], text.encode())
    except InvalidSignature as error:
        raise BadSignature(f"the signature of {key.name} does not fit the text") from error
    return text


def is_signed(note: str, key: VerifyingKey) -> bool:
    """Say whether this key signed a note. Raises Malformed if it is no note."""
    try:
        open_note(note, key)
    except BadSignature:
        return False
    return True


def require_text(text: str) -> None:
    """Raise Malformed unless the text can stand in a note."""
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise Malformed("the text of a note ends in a newline and has no other control characters")


def decode_base64(text: str) -> bytes:
    """Read base64 in its one canonical spelling, so that no changed letter goes unnoticed."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("not base64") from error
    if _encode(content) != text:
        raise Malformed("not the canonical spelling in base64")
    return content


def require_name(name: str) -> None:
    """Raise Malformed unless this can be the name of a key."""
    if not _NAME.fullmatch(name):
        raise Malformed("a key name has no spaces and no plus sign")


def signature_line(name: str, signature: bytes) -> str:
    """Return a line of a note: who signed, and the signature with the key id before it."""
    return f"— {name} {_encode(signature)}\n"


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text of a note and its signatures as (name, key id and signature). Raises Malformed."""
    body, blank, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or lines.pop() or not 0 < len(lines) <= _MAX_SIGNATURES:
        raise Malformed("a note is a text, a blank line, and one line for each signature")
    text = body + "\n"
    require_text(text)
    return text, [read_signature(line) for line in lines]


def read_signature(line: str) -> tuple[str, bytes]:
    """Read one line of signature without its newline. Raises Malformed."""
    found = _SIGNATURE_LINE.fullmatch(line)
    if not found:
        raise Malformed("a signature line is a dash, a name and a signature")
    signature = decode_base64(found[2])
    if len(signature) <= KEY_ID_LENGTH:
        raise Malformed("a signature is longer than its key id")
    return found[1], signature


def _key_bytes(text: str, algorithm: bytes, sort: str) -> bytes:
    content = decode_base64(text)
    if content[:1] != algorithm:
        raise Malformed(f"not {sort}: it would have algorithm {algorithm[0]}")
    return content[1:]


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()
