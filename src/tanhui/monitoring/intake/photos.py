"""Look at a photo from the field: is it one, when was it taken, of which plot; and make what may be shown of it.

What is shown is made anew from the pixels: upright, smaller, without the camera's notes, so without the position of a
plot that nobody outside may know.
"""

import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from tanhui.kit.clock import LOCAL
from tanhui.kit.problems import Problem
from tanhui.monitoring.workbook.vocabulary import folded

LARGEST_PHOTO = 25 * 1024 * 1024
MOST_PIXELS = 120_000_000
SHOWN_SIDE, THUMBNAIL_SIDE = 1600, 320
QUALITY = 82
FORMATS = ("JPEG", "PNG", "MPO")
_EXIF, _TAKEN, _CHANGED = 0x8769, 0x9003, 0x0132
_ROUND_AFTER = re.compile(r"^[\s_\-.]*(?:第|r|round)?[\s_\-]*([1-9]\d?)(?!\d)(?:[轮期次]|[\s_\-.]|$)", re.IGNORECASE)
_ROUND_BEFORE = re.compile(r"(?:^|[\s_\-])(?:第|r|round)[\s_\-]*([1-9]\d?)[轮期次]?[\s_\-]*$", re.IGNORECASE)


class Seen(NamedTuple):
    """What may be shown of a photo as JPEG, and when its camera says that it was taken."""

    shown: bytes
    thumbnail: bytes
    taken_at: datetime | None


def look_at(name: str, content: bytes) -> Seen:
    """Open a photo. Raises `photo_too_large`, `photo_unknown_format` (HEIC among them), `photo_broken`."""
    if len(content) > LARGEST_PHOTO:
        text = _("照片 %(name)s 超过 25 MB，没有收。") % {"name": name}
        raise Problem("photo_too_large", text, field="files", remedy=_("在手机上选小一点的尺寸再传。"))
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                text = _("照片 %(name)s 的像素太多，没有收。") % {"name": name}
                raise Problem("photo_too_large", text, field="files", remedy=_("在手机上选小一点的尺寸再传。"))
            taken_at = _taken_at(picture)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except UnidentifiedImageError as unknown:
        text = _("照片 %(name)s 不是 JPEG 或 PNG，没有收。") % {"name": name}
        remedy = _("苹果手机的 HEIC：设置里把相机格式选成“兼容性最佳”，或另存为 JPEG 再传。")
        raise Problem("photo_unknown_format", text, field="files", remedy=remedy) from unknown
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        text = _("照片 %(name)s 打不开，多半没有传完整。") % {"name": name}
        raise Problem("photo_broken", text, field="files", remedy=_("重新导出再传。")) from broken
    return Seen(_jpeg(upright, SHOWN_SIDE), _jpeg(upright, THUMBNAIL_SIDE), taken_at)


def _taken_at(picture: Image.Image) -> datetime | None:
    notes = picture.getexif()
    said = notes.get_ifd(_EXIF).get(_TAKEN) or notes.get(_CHANGED)
    try:
        return datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=LOCAL)
    except ValueError:
        return None


def _jpeg(upright: Image.Image, side: int) -> bytes:
    smaller = upright.copy()
    smaller.thumbnail((side, side))
    stream = io.BytesIO()
    smaller.save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()


def placed_by_name(name: str, plots: Iterable[str]) -> tuple[str, int]:
    """The plot and round that a file's name tells (`F-001_2_north.jpg`, `F-001 第2轮.jpg`); blank and 0 if it does not.

    Of several plots that the name holds, the longest counts: F-0012 is not F-001.
    """
    stem = name.rsplit(".", 1)[0]
    for plot in sorted(plots, key=len, reverse=True):
        at = stem.casefold().find(plot.casefold())
        if at < 0 or not _stands_alone(stem, at, len(plot)):
            continue
        after = _ROUND_AFTER.search(stem[at + len(plot) :])
        before = _ROUND_BEFORE.search(stem[:at])
        found = after or before
        return plot, int(found[1]) if found else 0
    return "", 0


def _stands_alone(stem: str, at: int, length: int) -> bool:
    before, after = stem[at - 1 : at] if at else "", stem[at + length : at + length + 1]
    return not (before and folded(before).isalnum() and before.isascii()) and not after.isdecimal()
