"""The suites: which hash the tree has, and how its checkpoints are signed. A ledger has one, from its first block on.

`ed25519-sha256` is what tlog clients everywhere read. `sm2-sm3` is for deployments that must use the commercial
algorithms of China (国密). C2SP keeps the byte 0xff for signatures that it does not name; a longer name follows it. By
these bytes a key says of which suite it is, and so does everything that it signs.

Of the suite are the hashes of leaves and tree, those by which repeated commands are known, and the seal of audit files.
SHA-256 in every suite are the hashes of documents (surveys, estimates, reports, certificates, reasons, names), which
stand in the leaves as they are, and the short ids of keys, which only say which key to try.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tanhui.core.ledger import sm2
from tanhui.core.ledger.sm2 import Content, Hashing

SEED_LENGTH: Final = 32
_ED25519_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class Suite:
    """A hash and a way to sign.

    `new` begins a hash with some bytes; `note_type` and `cosignature_type` stand before a public key and say what
    its signatures are over; `sign` takes a secret of 32 bytes and a message.
    """

    name: str
    new: Callable[[Content], Hashing]
    note_type: bytes
    cosignature_type: bytes
    key_length: int
    public_of: Callable[[bytes], bytes]
    sign: Callable[[bytes, bytes], bytes]
    holds: Callable[[bytes, bytes, bytes], bool]
    is_public: Callable[[bytes], bool]

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Callable[[str], "Suite"], tuple[str]]:
        """Travel to another process as a name."""
        return suite_named, (self.name,)

    @property
    def empty_root(self) -> bytes:
        """The root of a tree without leaves."""
        return self.new(b"").digest()


@lru_cache(16)
def _ed25519_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(16)
def _ed25519_public(seed: bytes) -> bytes:
    return _ed25519_key(seed).public_key().public_bytes_raw()


def _ed25519_sign(seed: bytes, message: bytes) -> bytes:
    return _ed25519_key(seed).sign(message)


def _ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


ED25519_SHA256: Final = Suite(
    "ed25519-sha256",
    hashlib.sha256,
    b"\x01",
    b"\x04",
    _ED25519_LENGTH,
    _ed25519_public,
    _ed25519_sign,
    _ed25519_holds,
    lambda public: len(public) == _ED25519_LENGTH,
)
SM2_SM3: Final = Suite(
    "sm2-sm3",
    sm2.sm3,
    b"\xfftanhui/sm2-sm3/note/v1\n",
    b"\xfftanhui/sm2-sm3/cosignature/v1\n",
    sm2.KEY_LENGTH,
    sm2.public_of,
    sm2.sign,
    sm2.holds,
    sm2.is_public,
)
SUITES: Final[Mapping[str, Suite]] = {suite.name: suite for suite in (ED25519_SHA256, SM2_SM3)}


def suite_named(name: str) -> Suite:
    """Return the suite of this name. Raises KeyError."""
    return SUITES[name]
