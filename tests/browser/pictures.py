"""Pictures for the guides: taken by the same browser that tests the pages, so that no guide shows a page that is gone.

`make docs` takes them anew into docs/guide/pictures. Without it a test only asks that the picture is there.
"""

import io
import os

from chromium import ROOT
from PIL import Image
from playwright.sync_api import Page

PICTURES = ROOT / "docs/guide/pictures"
TAKING = bool(os.environ.get("TANHUI_PICTURES"))
COLOURS = 96
SHARE = 0.75


def keep_picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Take a picture of what the window shows, or of the whole page; small enough to live in the repository."""
    path = PICTURES / f"{name}.png"
    if not TAKING:
        assert path.is_file(), f"{path.relative_to(ROOT)} is missing: run `make docs`"
        return
    page.evaluate("() => document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    small = picture.resize((round(picture.width * SHARE), round(picture.height * SHARE)), Image.Resampling.LANCZOS)
    PICTURES.mkdir(parents=True, exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
