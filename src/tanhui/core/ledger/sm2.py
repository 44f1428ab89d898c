"""SM2 signatures with SM3 (GB/T 32918, GB/T 32905, GM/T 0009): what the suite `sm2-sm3` is made of.

The curve is the library's; here stand only the bytes. A public key is a compressed point of 33 bytes, a signature r
and s of 32 bytes each. The number that each signature needs is derived from secret and text, as Ed25519 does it:
signing asks for no chance, and the same text gets the same signature. The arithmetic is plain Python, and its time
depends on the secret: a key belongs on a machine where nobody else measures.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Protocol

from cryptography.hazmat.primitives import hashes
from gmalg import SM2
from gmalg.base import PC_MODE
from gmalg.errors import PointNotOnCurveError

KEY_LENGTH: Final = 33
SIGNATURE_LENGTH: Final = 64
USER_ID: Final = b"1234567812345678"
"""The id of the signer that GM/T 0009 names for everybody who has none of his own."""

FIELD: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
ORDER: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_HALF: Final = 32
_REMEMBERED: Final = 4096

Content = bytes | memoryview


class Hashing(Protocol):
    """A hash that has been fed."""

    def digest(self) -> bytes:
        """Return its value."""


class Sm3:
    """SM3 of the package `cryptography`, for a Python whose own OpenSSL has none."""

    __slots__ = ("_hash",)

    def __init__(self, content: Content) -> None:
        self._hash = hashes.Hash(hashes.SM3())
        self._hash.update(content)

    def digest(self) -> bytes:
        return self._hash.finalize()


def _sm3_at_hand() -> Callable[[Content], Hashing]:
    """Choose once between the two SM3 of OpenSSL. Copying an empty hash is twice as fast as asking for one by name."""
    if "sm3" not in hashlib.algorithms_available:
        return Sm3
    empty = hashlib.new("sm3")

    def fed(content: Content) -> Hashing:
        made = empty.copy()
        made.update(content)
        return made

    return fed


sm3: Final = _sm3_at_hand()


@lru_cache(_REMEMBERED)
def public_of(seed: bytes) -> bytes:
    """Return the public key behind 32 secret bytes."""
    return bytes(SM2(pc_mode=PC_MODE.COMPRESS).generate_pk(secret_of(seed)))


def secret_of(seed: bytes) -> bytes:
    """Return the secret number that 32 bytes stand for. Any 32 bytes will do."""
    return (1 + int.from_bytes(seed) % (ORDER - 2)).to_bytes(_HALF)


def sign(seed: bytes, message: bytes) -> bytes:
    """Sign a message. The same secret and message always give the same signature."""
    signer = SM2(secret_of(seed), USER_ID, public_of(seed), rnd_fn=_numbers_for(seed, message))
    r, s = signer.sign(message)
    return bytes(r.rjust(_HALF, b"\0") + s.rjust(_HALF, b"\0"))


@lru_cache(_REMEMBERED)
def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature is of this key. Pages and audits ask for the same ones again and again."""
    if len(signature) != SIGNATURE_LENGTH:
        return False
    try:
        return bool(SM2(uid=USER_ID, pk=public).verify(message, signature[:_HALF], signature[_HALF:]))
    except ArithmeticError:  # its owner chose it to end at the point at infinity, which the library does not count with
        return False


def is_public(public: bytes) -> bool:
    """Say whether these bytes are a compressed point of the curve."""
    if len(public) != KEY_LENGTH or public[0] not in {2, 3} or int.from_bytes(public[1:]) >= FIELD:
        return False
    try:
        SM2(pk=public)
    except PointNotOnCurveError:
        return False
    return True


def _numbers_for(seed: bytes, message: bytes) -> Callable[[int], int]:
    """Return the source of the numbers that signing asks for: a row that secret and message alone determine."""
    secret = sm3(b"tanhui sm2 nonce\n" + seed).digest()
    rest = sm3(message).digest()
    asked = iter(range(2**32))

    def draw(bits: int) -> int:
        drawn = sm3(secret + next(asked).to_bytes(4) + rest).digest()
        return int.from_bytes(drawn) >> (8 * _HALF - bits)

    return draw
