"""Files as they came, kept in the database in parts: written once, read back into a file of their own."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tanhui.land.models import LandFile, LandFilePart

PART_BYTES = 8 * 2**20


def keep_file(path: Path) -> LandFile:
    """Keep the bytes of a file, once. The caller holds the transaction."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    file, made = LandFile.objects.get_or_create(sha256=digest, defaults={"size": path.stat().st_size})
    if made or not file.parts.exists():
        with path.open("rb") as source:
            for number, content in enumerate(iter(lambda: source.read(PART_BYTES), b"")):
                LandFilePart.objects.create(file=file, part=number, content=content)
    return file


@contextmanager
def kept_file(file: LandFile, name: str) -> Iterator[Path]:
    """Give the bytes back as a file under a name; it goes away afterwards."""
    with TemporaryDirectory(prefix="tanhui-file-") as folder:
        path = Path(folder) / (Path(name).name or "file")
        with path.open("wb") as target:
            for part in LandFilePart.objects.filter(file=file).order_by("part").values_list("content").iterator(1):
                target.write(part[0])
        yield path


def forget_file(file: LandFile) -> None:
    """Let go of the bytes of a file that no import uses any more; its name and hash stay."""
    LandFilePart.objects.filter(file=file).delete()
