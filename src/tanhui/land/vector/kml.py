"""KML and KMZ, as phones and map programs write them: looked through before the reader opens them.

A KML can point to other files and to the network, and can blow up small text into gigabytes: such a file is refused.
The reader of KML makes underscores of field names that are not ASCII, so that two Chinese ones become one field: they
are spelled in numbers before it reads, and read back afterwards.
"""

import re
from html import unescape
from pathlib import Path
from xml.parsers import expat

from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.land.vector.broken import broken

MOST_BYTES = 256 * 2**20
_FIELD = re.compile(r'(<(?:\w+:)?(?:Data|SimpleData|SimpleField)\b[^<>]*?\bname\s*=\s*)(["\'])(.*?)\2', re.DOTALL)
_SPELLED = re.compile(r"(?:x_[0-9a-f]+_)+")


def plain_kml(path: Path) -> bytes:
    """Return the file with its field names spelled in ASCII. Raises `kml_too_large`, `kml_unsafe`, `file_broken`."""
    if path.stat().st_size > MOST_BYTES:
        text = _("%(name)s 超过 256 MB，没有读。") % {"name": path.name}
        raise Problem("kml_too_large", text, field="file", remedy=_("在 GIS 软件里另存为 GeoPackage 再传。"))
    _look_through(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise broken(path) from fault
    return _FIELD.sub(lambda found: f'{found[1]}"{spelled(unescape(found[3]))}"', text).encode()


def spelled(name: str) -> str:
    """Spell all but ASCII letters, digits and underscores by their numbers: 备注 is x_5907_x_6ce8_."""
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter == "_") else f"x_{ord(letter):x}_" for letter in name
    )


def read_back(name: str) -> str:
    """What `spelled` had spelled."""
    return _SPELLED.sub(
        lambda found: "".join(chr(int(part, 16)) for part in re.findall(r"x_([0-9a-f]+)_", found[0])), name
    )


def _look_through(path: Path) -> None:
    """Read it once as XML. No entities of its own, and nothing that has to be fetched."""
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = lambda *_told: _refuse(path)
    reader.StartElementHandler = lambda tag, _told: _refuse(path) if tag.rpartition(":")[2] == "NetworkLink" else None
    try:
        with path.open("rb") as file:
            reader.ParseFile(file)
    except expat.ExpatError as fault:
        raise broken(path) from fault


def _refuse(path: Path) -> None:
    text = _("%(name)s 要从别处取内容（网络链接或外部实体），没有读。") % {"name": path.name}
    remedy = _("在地图软件里把图斑本身另存为 KML，或者存成 Shapefile、GeoPackage、GeoJSON 再传。")
    raise Problem("kml_unsafe", text, field="file", remedy=remedy)
