"""A file that its reader cannot open. What the reader says is for programmers, and names places on the server."""

from pathlib import Path

from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem


def broken(path: Path, *, code: str = "file_broken", remedy: str = "") -> Problem:
    """Say that it is empty, or that it is not what it should be, and what to do."""
    if path.is_file() and not path.stat().st_size:
        text, again = _("%(name)s 是空的，一个字节也没有。"), _("多半没有导出完或没有传完：重新导出一份再传。")
    else:
        text = _("%(name)s 打不开：它坏了、没有传完，或者不是它的后缀说的那种文件。")
        again = remedy or _("在 GIS 软件里打开，另存一份再传。")
    return Problem(code, text % {"name": path.name}, field="file", remedy=again)
