"""The seal: what stands behind the last page of an audit file, so that not one byte can change unseen.

It is a signed note by the log's key. Its text has three lines: the seal's format, the number of bytes before it, and
their hash, SHA-256 or that of the key's suite. Any tool that opens SQLite files takes the pages and leaves the seal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from mmap import mmap
from typing import Final

from tanhui.core.ledger import BadSignature, Malformed, VerifyingKey
from tanhui.core.ledger.note import open_note
from tanhui.core.ledger.suites import Suite

SEAL_FORMAT: Final = "tanhui-audit-seal/1"
_SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_HEADER_LENGTH: Final = 100

Sign = Callable[[str], str]


@dataclass(frozen=True)
class SealedFile:
    """An audit file taken apart: its SQLite pages, and the seal behind them as it was found."""

    pages: memoryview
    seal: bytes
    _texts: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def text(self, suite: Suite) -> str:
        """The text that a seal on these pages must have. They may be long, so they are hashed once."""
        if suite.name not in self._texts:
            self._texts[suite.name] = seal_text(len(self.pages), suite.new(self.pages).digest().hex())
        return self._texts[suite.name]

    def is_signed_by(self, key: VerifyingKey) -> bool:
        """Whether this key sealed exactly these pages, and the seal itself is as it was written."""
        try:
            note = self.seal.decode()
            return open_note(note, key) == self.text(key.suite) and note.count("\n— ") == 1
        except (UnicodeDecodeError, Malformed, BadSignature):
            return False


def seal_text(length: int, digest_hex: str) -> str:
    """Return the text of the seal on so many bytes with this hash."""
    return f"{SEAL_FORMAT}\n{length}\n{digest_hex}\n"


def split_seal(content: bytes | mmap) -> SealedFile:
    """Take an audit file apart. Raises Malformed if this is no SQLite file with something behind it."""
    if len(content) < _HEADER_LENGTH or content[: len(_SQLITE_MAGIC)] != _SQLITE_MAGIC:
        raise Malformed("not an SQLite file")
    page_size = int.from_bytes(content[16:18], "big")
    length = page_size * int.from_bytes(content[28:32], "big")
    if not 0 < length < len(content):
        raise Malformed("an SQLite file without a seal behind it")
    return SealedFile(memoryview(content)[:length], bytes(content[length:]))
