"""Pack a result with all it came from, and take it apart again. The same parts always give the same bytes.

Members are stored without compression, because compressors differ between versions, under one fixed date. The
manifest names the SHA-256 of every other member, and a short mark of every line of the survey, so that a changed line
can be named.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

FORMAT = "tanhui-recompute 1"
MANIFEST, PLAN, DOCUMENT, README = "manifest.json", "plan.json", "document.json", "README.txt"
SURVEY, METHOD = "survey/", "method/"
MARK_LENGTH = 8
_LOCAL_HEADER, _NAME_AT, _EXTRA_AT = 30, 26, 28
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_TOLD = """碳汇 Tanhui: recompute file

survey/         外业数据，原样 · field data, byte for byte
method/         方法：方程、参数、规则 · the method: equations, parameters, rules
plan.json       怎么算：估计量、抽样次数、种子 · how it is computed: estimators, draws, seed
document.json   声称的结果 · the result that is claimed
manifest.json   每个文件的 SHA-256，外业数据每一行的记号 · SHA-256 of each file, a mark of each line of field data

再算一遍，不联网 · compute it again, offline:

    tanhui verify FILE
"""


class DamagedFile(ValueError):  # noqa: N818 - it names what was found
    """Not a recompute file, or one whose directory is damaged. `member` is what is missing or wrong, if known."""

    def __init__(self, code: str, member: str = "") -> None:
        super().__init__(f"{code} {member}".strip())
        self.code = code
        self.member = member


@dataclass(frozen=True, slots=True)
class Parts:
    """What a recompute file holds. `plan` and `document` are the exact JSON texts."""

    survey: Mapping[str, bytes]
    method: Mapping[str, bytes]
    plan: bytes
    document: bytes


def pack(parts: Parts) -> bytes:
    """Return the bytes of the file."""
    return _zipped({**_members(parts), MANIFEST: manifest(parts), README: _TOLD.encode()})


def manifest(parts: Parts) -> bytes:
    """Return what the manifest of these parts says."""
    told = {
        "format": FORMAT,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(_members(parts).items())},
        "lines": {name: "".join(line_marks(content)) for name, content in sorted(parts.survey.items())},
    }
    return json.dumps(told, indent=1, sort_keys=True).encode() + b"\n"


def line_marks(content: bytes) -> list[str]:
    """Return the first eight digits of the SHA-256 of each line."""
    return [hashlib.sha256(line).hexdigest()[:MARK_LENGTH] for line in content.split(b"\n")]


def is_recompute_file(content: bytes) -> bool:
    """Whether these bytes look like a recompute file, damaged or not."""
    return content.startswith(b"PK") and MANIFEST.encode() in content and DOCUMENT.encode() in content


def unpack(content: bytes) -> tuple[Parts, bytes]:
    """Return the parts and the manifest as they stand, unchecked. Raises DamagedFile."""
    members = _raw_members(content)
    for name in (PLAN, DOCUMENT, MANIFEST, README):
        if name not in members:
            raise DamagedFile("member_missing", name)
    survey = {name.removeprefix(SURVEY): members[name] for name in members if name.startswith(SURVEY)}
    method = {name.removeprefix(METHOD): members[name] for name in members if name.startswith(METHOD)}
    return Parts(survey, method, members[PLAN], members[DOCUMENT]), members[MANIFEST]


def _members(parts: Parts) -> dict[str, bytes]:
    return {
        **{SURVEY + name: content for name, content in parts.survey.items()},
        **{METHOD + name: content for name, content in parts.method.items()},
        PLAN: parts.plan,
        DOCUMENT: parts.document,
    }


def _zipped(members: Mapping[str, bytes]) -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, members[name])
    return room.getvalue()


def _raw_members(content: bytes) -> dict[str, bytes]:
    """Return the members without asking their check sums: the manifest knows better which of them was changed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise DamagedFile("container_damaged") from error
    members: dict[str, bytes] = {}
    for entry in entries:
        header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER]
        if len(header) < _LOCAL_HEADER or entry.compress_type != zipfile.ZIP_STORED or entry.filename in members:
            raise DamagedFile("container_damaged", entry.filename)
        name_length = int.from_bytes(header[_NAME_AT:_EXTRA_AT], "little")
        extra_length = int.from_bytes(header[_EXTRA_AT:], "little")
        start = entry.header_offset + _LOCAL_HEADER + name_length + extra_length
        members[entry.filename] = content[start : start + entry.file_size]
    return members
