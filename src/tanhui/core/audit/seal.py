"""The seal: what stands behind the last page of an audit file, so that not one byte can change unseen.

It is a signed note by the log's key. Its text has three lines: the seal's format, the number of bytes before it, and
their hash, SHA-256 or that of the key's suite. Any tool that opens SQLite files takes the pages and leaves the seal.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tanhui.core.ledger import BadSignature, Malformed, VerifyingKey
from tanhui.core.ledger.note import open_note
from tanhui.core.ledger.suites import ED25519_SHA256, Suite

SEAL_FORMAT: Final = "tanhui-audit-seal/1"
_SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_HEADER_LENGTH: Final = 100

Sign = Callable[[str], str]


class SealedFile(NamedTuple):
    """An audit file taken apart: its SQLite pages, and the seal behind them as it was found."""

    pages: bytes
    seal: bytes

    def text(self, suite: Suite) -> str:
        """The text that a seal on these pages must have."""
        return f"{SEAL_FORMAT}\n{len(self.pages)}\n{suite.new(self.pages).digest().hex()}\n"

    def is_signed_by(self, key: VerifyingKey) -> bool:
        """Whether this key sealed exactly these pages, and the seal itself is as it was written."""
        try:
            note = self.seal.decode()
            return open_note(note, key) == self.text(key.suite) and note.count("\n— ") == 1
        except (UnicodeDecodeError, Malformed, BadSignature):
            return False


def seal(pages: bytes, sign: Sign, suite: Suite = ED25519_SHA256) -> bytes:
    """Return the pages with the seal behind them."""
    return pages + sign(SealedFile(pages, b"").text(suite)).encode()


def split_seal(content: bytes) -> SealedFile:
    """Take an audit file apart. Raises Malformed if this is no SQLite file with something behind it."""
    if len(content) < _HEADER_LENGTH or not content.startswith(_SQLITE_MAGIC):
        raise Malformed("not an SQLite file")
    page_size = int.from_bytes(content[16:18], "big")
    length = page_size * int.from_bytes(content[28:32], "big")
    if not 0 < length < len(content):
        raise Malformed("an SQLite file without a seal behind it")
    return SealedFile(content[:length], content[length:])
