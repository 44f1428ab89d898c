"""Files that people send: laid down in a folder of their own while the request lasts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.land.vector.packed import SIDES


@contextmanager
def uploaded(request: HttpRequest) -> Iterator[Path]:
    """Give the one file that was sent, or the folder of a shapefile's parts. Raises `file_needed`, `one_file_only`."""
    sent = [file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]
    if not sent:
        raise Problem("file_needed", _("还没有选文件。"), field="files")
    with TemporaryDirectory(prefix="tanhui-upload-") as name:
        folder = Path(name)
        for file in sent:
            with (folder / (Path(file.name or "file").name or "file")).open("wb") as target:
                target.writelines(file.chunks())
        yield _path(folder, [Path(file.name or "file").name for file in sent])


def _path(folder: Path, names: Sequence[str]) -> Path:
    if len(names) == 1:
        return folder / names[0]
    bases = {Path(name).stem for name in names if Path(name).suffix.lower() == ".shp"}
    if len(bases) != 1 or any(Path(name).suffix.lower() not in SIDES for name in names):
        text = _("一次只能传一个文件，或者一套 Shapefile。")
        raise Problem("one_file_only", text, field="files", remedy=_("几个文件压成一个 ZIP 也可以。"))
    return next(folder / name for name in names if Path(name).suffix.lower() == ".shp")
