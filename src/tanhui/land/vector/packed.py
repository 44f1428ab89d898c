"""One file out of what a person has: a shapefile is five files, a geodatabase a folder; they are kept as one ZIP.

The digest is of the contents, not of the ZIP: the same shapefile, zipped by somebody else or not at all, is the same.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem

SIDES = (".shp", ".dbf", ".shx", ".prj", ".cpg")
MOST_BYTES = 8 * 2**30
MOST_MEMBERS = 20_000
_CHUNK = 2**20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UTF8_NAME = 0x800


class Member(NamedTuple):
    """A file and the name that it is kept under."""

    name: str
    path: Path


def gather(path: Path) -> list[Member]:
    """Return the files that belong together with this one. Raises `file_missing`, `file_kind_unknown`."""
    if not path.exists():
        raise Problem("file_missing", _("没有这个文件：%(name)s。") % {"name": path.name}, field="file")
    if path.is_dir():
        within = [found for found in sorted(path.rglob("*")) if found.is_file() and not found.name.endswith(".lock")]
        top = path.parent if path.suffix.lower() == ".gdb" else path
        return [Member(found.relative_to(top).as_posix(), found) for found in within]
    if path.suffix.lower() in SIDES:
        beside = sorted(path.parent.iterdir())
        return [Member(found.name, found) for found in beside if found.stem == path.stem and _side(found)]
    return [Member(path.name, path)]


def pack(members: list[Member], target: Path) -> Path:
    """Write the members into one ZIP whose bytes depend on nothing but them; a single file stays as it is."""
    if len(members) == 1 and members[0].path.suffix.lower() not in SIDES:
        shutil.copyfile(members[0].path, target)
        return target
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in sorted(members):
            entry = zipfile.ZipInfo(member.name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with member.path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as kept:
                shutil.copyfileobj(source, kept, _CHUNK)
    return target


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give a folder with what the file holds; it goes away afterwards. Raises `bad_zip`, `zip_too_large`."""
    with TemporaryDirectory(prefix="tanhui-land-") as name:
        folder = Path(name)
        _check_zip(path)
        if zipfile.is_zipfile(path):
            _extract(path, folder)
        else:
            (folder / path.name).symlink_to(path.resolve())
        yield folder


def content_digest(folder: Path) -> str:
    """Return one SHA-256 over the contents of all files of a folder, by the ends of their names."""
    lines = sorted(f"{_digest(path)} {path.suffix.lower()}" for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _side(path: Path) -> bool:
    return path.suffix.lower() in SIDES


def _check_zip(path: Path) -> None:
    """A file that calls itself ZIP or KMZ and is none has not arrived whole."""
    if path.suffix.lower() in {".zip", ".kmz"} and path.is_file() and not zipfile.is_zipfile(path):
        empty = not path.stat().st_size
        text = _("%(name)s 是空的，一个字节也没有。") if empty else _("%(name)s 不是完整的压缩包：没有传完，或者坏了。")
        remedy = _("在自己的电脑上能解开以后，重新压成 ZIP 再传。")
        raise Problem("bad_zip", text % {"name": path.name}, field="file", remedy=remedy)


def _extract(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > MOST_BYTES or len(entries) > MOST_MEMBERS:
                message = _("压缩包展开后太大，没有读。")
                raise Problem("zip_too_large", message, field="file", remedy=_("分成几个旗县，一个一个导入。"))
            for entry in entries:
                _extract_one(archive, entry, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as fault:
        message = _("压缩包打不开，可能没有传完，或者加了密码。")
        raise Problem(
            "bad_zip", message, field="file", remedy=_("在自己的电脑上能解开以后，重新压成 ZIP 再传。")
        ) from fault


def _extract_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    # Chinese Windows writes names in GBK and does not say so; the reader then takes them for code page 437.
    told = entry.filename if entry.flag_bits & _UTF8_NAME else _as_gbk(entry.filename)
    parts = [part for part in PurePosixPath(told.replace("\\", "/")).parts if part not in {"..", "/", "."}]
    if not parts or parts[0] == "__MACOSX":
        return
    target = folder.joinpath(*(part.replace(":", "_") for part in parts))
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, target.open("wb") as kept:
        shutil.copyfileobj(source, kept, _CHUNK)


def _as_gbk(name: str) -> str:
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
