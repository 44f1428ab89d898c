"""Signed notes (c2sp.org/signed-note): a text, a blank line, and lines of signatures.

Existing tools read and write the same format: Go's checksum database, tlog witnesses, Sigstore. A key is named, so
a note can carry the signatures of several parties, and each reader looks for the ones that they know.
"""

import base64
import binascii
import hashlib
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar, Final, Self

from tanhui.core.ledger.shape import Malformed, require_bytes
from tanhui.core.ledger.suites import ED25519_SHA256, SEED_LENGTH, SUITES, Suite

KEY_ID_LENGTH: Final = 4
_MAX_SIGNATURES: Final = 100
_NAME: Final = re.compile(r"[^\s+\x00-\x1f]{1,255}")
_SIGNATURE_LINE: Final = re.compile("— ([^ ]+) ([^ ]+)")
_SIGNER_PREFIX: Final = "PRIVATE+KEY+"


class BadSignature(ValueError):  # noqa: N818 - it names what was found
    """A note that the key at hand did not sign."""


@dataclass(frozen=True, slots=True)
class NamedKey(ABC):
    """The public half of a named key. Its text form is `name+hex of the key id+base64`."""

    name: str
    public: bytes
    suite: Suite = ED25519_SHA256

    SORT: ClassVar[str]

    def __post_init__(self) -> None:
        require_bytes("public", self.public, self.suite.key_length)
        require_name(self.name)
        if not self.suite.is_public(self.public):
            raise Malformed(f"not a public key of {self.suite.name}")

    @property
    def algorithm(self) -> bytes:
        """The bytes before the key that say what its signatures are over."""
        return self.algorithm_of(self.suite)

    @staticmethod
    @abstractmethod
    def algorithm_of(suite: Suite) -> bytes:
        """Return these bytes for a suite."""

    @property
    def id(self) -> bytes:
        """The first four bytes of a hash over name and key: a hint which key to try."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.algorithm + self.public).digest()[:KEY_ID_LENGTH]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode_base64(self.algorithm + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form. Raises Malformed, for a key of another algorithm too."""
        name, _, rest = text.partition("+")
        content = decode_base64(rest.partition("+")[2])
        suite = next((one for one in SUITES.values() if content.startswith(cls.algorithm_of(one))), None)
        if suite is None:
            raise Malformed(f"not {cls.SORT}: it would have algorithm {cls.algorithm_of(ED25519_SHA256)[0]}")
        key = cls(name, content.removeprefix(cls.algorithm_of(suite)), suite)
        if str(key) != text:
            raise Malformed("the key id does not belong to this name and key")
        return key


class VerifyingKey(NamedKey):
    """The public key of a log: it signs notes."""

    __slots__ = ()
    SORT = "a key of a log"

    @staticmethod
    def algorithm_of(suite: Suite) -> bytes:
        return suite.note_type


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A named key of a log. The seed is 32 secret bytes, which the caller draws and keeps."""

    name: str
    seed: bytes = field(repr=False)
    suite: Suite = ED25519_SHA256

    def __post_init__(self) -> None:
        require_bytes("seed", self.seed, SEED_LENGTH)

    @property
    def public(self) -> VerifyingKey:
        return VerifyingKey(self.name, self.suite.public_of(self.seed), self.suite)

    def sign(self, text: str) -> str:
        """Return the text as a note with one signature. The text ends in a newline."""
        require_text(text)
        return f"{text}\n{self.line(text)}"

    def line(self, text: str) -> str:
        """Return the line that this key adds to a note of this text."""
        return signature_line(self.name, self.public.id + self.suite.sign(self.seed, text.encode()))

    def secret_text(self) -> str:
        """Return the key in the form in which Go's tools store it. Whoever reads it can sign."""
        return f"{_SIGNER_PREFIX}{self.name}+{self.public.id.hex()}+{encode_base64(self.suite.note_type + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Read the secret text of a key of the default suite. Raises Malformed."""
        name, _, rest = text.removeprefix(_SIGNER_PREFIX).partition("+")
        content = decode_base64(rest.partition("+")[2])
        if not content.startswith(ED25519_SHA256.note_type):
            raise Malformed("not an Ed25519 key: it would have algorithm 1")
        key = cls(name, content.removeprefix(ED25519_SHA256.note_type))
        if key.secret_text() != text:
            raise Malformed("the key id does not belong to this name and key")
        return key


def open_note(note: str, key: VerifyingKey) -> str:
    """Return the text of a note that this key signed. Raises BadSignature, or Malformed if it is no note.

    Signatures of other keys are left alone: they are for those who know these keys.
    """
    text, signatures = split_note(note)
    found = [signature for name, signature in signatures if name == key.name and signature[:KEY_ID_LENGTH] == key.id]
    if len(found) != 1:
        raise BadSignature(f"{len(found)} signatures of {key.name}, not one")
    if not key.suite.holds(key.public, text.encode(), found[0][KEY_ID_LENGTH:]):
        raise BadSignature(f"the signature of {key.name} does not fit the text")
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
    if encode_base64(content) != text:
        raise Malformed("not the canonical spelling in base64")
    return content


def require_name(name: str) -> None:
    """Raise Malformed unless this can be the name of a key."""
    if not _NAME.fullmatch(name):
        raise Malformed("a key name has no spaces and no plus sign")


def signature_line(name: str, signature: bytes) -> str:
    """Return a line of a note: who signed, and the signature with the key id before it."""
    return f"— {name} {encode_base64(signature)}\n"


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


def encode_base64(content: bytes) -> str:
    """Return bytes as text, in the one spelling that `decode_base64` takes."""
    return base64.b64encode(content).decode()
