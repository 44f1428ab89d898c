"""Fingerprints of a survey, so fine that a single changed row can be named.

Each physical line of a file, with its line end, is hashed by SHA-256. The line hashes of a file are the leaves
of a Merkle tree as in RFC 6962, and so are the names and roots of all files, sorted by name. Only files of the
survey format count, so a README or the printed figures beside a survey do not change its identity.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tanhui.core.carbon.survey.schema import FILES

_LEAF = b"\x00"
_NODE = b"\x01"


@dataclass(frozen=True, slots=True)
class FileDigest:
    """Root of one file, and the SHA-256 of each of its lines in order (`row_hashes[0]` is line 1)."""

    name: str
    root_hex: str
    row_hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SurveyDigest:
    root_hex: str
    files: tuple[FileDigest, ...]


def survey_digest(files: Mapping[str, bytes]) -> SurveyDigest:
    """The digest of the survey files among `files`, whatever their order."""
    digests = tuple(_file_digest(name, files[name]) for name in sorted(files) if name in FILES)
    leaves = [digest.name.encode() + b"\x00" + bytes.fromhex(digest.root_hex) for digest in digests]
    return SurveyDigest(_merkle_root(leaves).hex(), digests)


def changed_rows(files: Mapping[str, bytes], digest: SurveyDigest) -> list[tuple[str, int]]:
    """File and line of every row that differs from the digest; line 0 for a file that was added or is gone."""
    known = {file.name: file for file in digest.files}
    present = {name for name in files if name in FILES}
    changed = [(name, 0) for name in present ^ set(known)]
    for name in present & set(known):
        before, after = known[name].row_hashes, _row_hashes(files[name])
        longest = max(len(before), len(after))
        changed += [(name, line + 1) for line in range(longest) if before[line : line + 1] != after[line : line + 1]]
    return sorted(changed)


def _file_digest(name: str, content: bytes) -> FileDigest:
    hashes = _row_hashes(content)
    return FileDigest(name, _merkle_root(hashes).hex(), hashes)


def _row_hashes(content: bytes) -> tuple[bytes, ...]:
    pieces = content.split(b"\n")
    lines = [piece + b"\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
    return tuple(hashlib.sha256(line).digest() for line in lines)


def _merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Merkle tree hash of RFC 6962 §2.1: hashing level by level gives the same tree as splitting at powers of two."""
    level = [hashlib.sha256(_LEAF + leaf).digest() for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        joined = [hashlib.sha256(_NODE + left + right).digest() for left, right in zip(level[::2], level[1::2])]  # noqa: B905 - an odd last node is carried up by itself
        level = joined + level[len(joined) * 2 :]
    return level[0]
