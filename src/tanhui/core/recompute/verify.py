"""Check a recompute file: that nothing in it was changed, and that the same digits come out again."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tanhui.core.canonical import hash_without
from tanhui.core.carbon.assessment.assess import HASH
from tanhui.core.carbon.assessment.partial_rows import PARTIAL
from tanhui.core.recompute.compute import Compute, NotComputable, compute
from tanhui.core.recompute.differing import differences
from tanhui.core.recompute.packing import (
    MARK_LENGTH,
    SURVEY,
    DamagedFile,
    Parts,
    line_marks,
    manifest,
    pack,
    unpack,
)

FAULT_CODES = (
    "container_damaged",
    "member_missing",
    "manifest_unreadable",
    "file_missing",
    "file_unexpected",
    "file_changed",
    "line_changed",
    "manifest_changed",
    "container_altered",
    "document_unreadable",
    "not_computable",
    "number_differs",
)
SHOWN = 20


class RecomputeFault(NamedTuple):
    """One thing that is wrong. `where` is a member of the file, a line of it, or a path in the document."""

    code: str
    where: str = ""
    claimed: str = ""
    computed: str = ""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The outcome. `differing` counts all places that differ, of which the first are among the faults."""

    faults: tuple[RecomputeFault, ...]
    differing: int
    document: Mapping[str, Any]
    claimed: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        return not self.faults

    @property
    def count(self) -> int:
        """How many things are wrong, those that are not listed included."""
        return self.differing + sum(fault.code != "number_differs" for fault in self.faults)


def verify_recompute(
    content: bytes, progress: Callable[[str, int, int], None] = lambda _stage, _done, _of: None, how: Compute = compute
) -> Recomputed:
    """Check the bytes of a file and compute its result again. Never raises for what the file holds."""
    try:
        parts, told = unpack(content)
    except DamagedFile as damage:
        return Recomputed((RecomputeFault(damage.code, damage.member),), 0, {}, {})
    faults = list(_changed(content, parts, told))
    try:
        claimed = _read(parts.document)
        computed = _as_then(how(parts.survey, parts.method, _read(parts.plan), progress), claimed)
    except ValueError as error:
        code = "not_computable" if isinstance(error, NotComputable) else "document_unreadable"
        return Recomputed((*faults, RecomputeFault(code, str(error))), 0, {}, {})
    found = list(differences(claimed, computed))
    faults += [RecomputeFault("number_differs", at.path, _text(at.claimed), _text(at.computed)) for at in found[:SHOWN]]
    return Recomputed(tuple(faults), len(found), computed, claimed)


def _as_then(computed: Mapping[str, Any], claimed: Mapping[str, Any]) -> Mapping[str, Any]:
    """A result as it was written before documents held their partial sum, where the claimed one is so old."""
    if PARTIAL not in computed or PARTIAL in claimed:
        return computed
    older = {key: value for key, value in computed.items() if key not in (PARTIAL, HASH)}
    return older | {HASH: hash_without(older, HASH)}


def _changed(content: bytes, parts: Parts, told: bytes) -> Iterator[RecomputeFault]:
    """Name every file and line that is not what the manifest says, or else the first byte that is not as it was."""
    expected = manifest(parts)
    if told != expected:
        found = list(_unlike(told, expected, parts))
        yield from found or [RecomputeFault("manifest_changed")]
        return
    again = pack(parts)
    if again != content:
        place = next((at for at, (one, other) in enumerate(zip(again, content, strict=False)) if one != other), None)
        yield RecomputeFault("container_altered", str(min(len(again), len(content)) if place is None else place))


def _unlike(told: bytes, expected: bytes, parts: Parts) -> Iterator[RecomputeFault]:
    try:
        kept, real = _read(told), _read(expected)
        files, lines = dict(kept["files"]), dict(kept["lines"])
    except (ValueError, KeyError, TypeError):
        yield RecomputeFault("manifest_unreadable")
        return
    for name in sorted(files.keys() | real["files"].keys()):
        if name not in real["files"]:
            yield RecomputeFault("file_missing", name)
        elif name not in files:
            yield RecomputeFault("file_unexpected", name)
        elif files[name] != real["files"][name]:
            yield from _lines_unlike(name, parts, str(lines.get(name.removeprefix(SURVEY), "")))


def _lines_unlike(name: str, parts: Parts, kept: str) -> Iterator[RecomputeFault]:
    """Name the lines of a survey file that changed; where lines came or went, the file."""
    content = parts.survey.get(name.removeprefix(SURVEY)) if name.startswith(SURVEY) else None
    marks = line_marks(content) if content is not None else []
    before = [kept[at : at + MARK_LENGTH] for at in range(0, len(kept), MARK_LENGTH)]
    if content is None or len(marks) != len(before) or marks == before:
        yield RecomputeFault("file_changed", name)
        return
    for number, (mark, other) in enumerate(zip(marks, before, strict=True), start=1):
        if mark != other:
            yield RecomputeFault("line_changed", f"{name}:{number}")


def _read(content: bytes) -> dict[str, Any]:
    found = json.loads(content.decode())
    if not isinstance(found, dict):
        raise ValueError("not a document")  # noqa: TRY004 - whoever reads asks only whether it can be read
    return found


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
