"""Whether a backup is what was written: each file against the hash that was noted as it was copied.

PostgreSQL's own pg_verifybackup does the same for whole copies, but the one that comes from the package index does not
start. The list that it would read is here read by us. Finished segments of changes have a list of our own beside them.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MANIFEST: Final = "backup_manifest"
SEGMENTS: Final = "wal.json"
UNFINISHED: Final = ".partial"
_LAST: Final = '"Manifest-Checksum": "'


def damaged_files(base: Path) -> Iterator[str]:
    """Yield what differs from the list of a whole copy: changed, missing, added; the list itself first."""
    manifest = base / MANIFEST
    if not manifest.is_file():
        yield MANIFEST
        return
    text = manifest.read_text(encoding="utf-8")
    listed, found, rest = text.rpartition(_LAST)
    if not found or rest.partition('"')[0] != hashlib.sha256(listed.encode()).hexdigest():
        yield MANIFEST
        return
    expected = {one["Path"]: one["Checksum"] for one in json.loads(text)["Files"]}
    present = {str(path.relative_to(base)) for path in base.rglob("*") if path.is_file()}
    for name in sorted(expected.keys() | {one for one in present if not _beside_the_list(one)}):
        if name not in expected or name not in present or _hash(base / name) != expected[name]:
            yield name


def note_segments(folder: Path) -> None:
    """Note the hashes of the segments that were finished since the last time."""
    path = folder / SEGMENTS
    noted = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    fresh = {one.name: _hash(one) for one in _finished(folder) if one.name not in noted}
    part = path.with_name(f"{SEGMENTS}.part")
    part.write_text(json.dumps({**noted, **fresh}, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def damaged_segments(folder: Path) -> Iterator[str]:
    """Yield the finished segments that are not there any more, or not as they were."""
    path = folder / SEGMENTS
    for name, expected in json.loads(path.read_text(encoding="utf-8")).items() if path.exists() else ():
        one = folder / "wal" / name
        if not one.is_file() or _hash(one) != expected:
            yield f"wal/{name}"


def _finished(folder: Path) -> Iterator[Path]:
    return (one for one in sorted((folder / "wal").glob("*")) if one.suffix != UNFINISHED)


def _beside_the_list(name: str) -> bool:
    """What a whole copy has beside its list: the changes made while it was copied; they carry checksums themselves."""
    return name == MANIFEST or name.startswith(("pg_wal/", ".s.PGSQL."))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
