"""Pictures for the guides: taken by the same browser that tests the pages, so that no guide shows a page that is gone.

`make docs` takes them anew into docs/guide/pictures, in both languages. Without it a test asks that they are there.
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
LANGUAGES = ("zh", "en")
FIELDS = "main input:not([type=hidden]):not([type=file]), main select, main textarea"
TYPED = f"""() => [...document.querySelectorAll({FIELDS!r})].map((field) => [field.checked, field.value])"""
TYPE_IN = f"""(typed) => [...document.querySelectorAll({FIELDS!r})].forEach((field, place) => {{
  const [checked, value] = typed[place] ?? [];
  if (["checkbox", "radio"].includes(field.type)) field.checked = checked;
  else if (value !== undefined) field.value = value;
  field.dispatchEvent(new Event("input", {{ bubbles: true }}));
  field.dispatchEvent(new Event("change", {{ bubbles: true }}));
}})"""


def keep_picture(page: Page, name: str, *, query: str = "") -> None:
    """Take a picture of what the window shows, and the same in English; small enough to live in the repository.

    `query` is added to the address where a part of the page was fetched without changing it.
    """
    if not TAKING:
        assert missing_pictures(name) == [], "run `make docs`"
        return
    _keep(page, f"{name}.zh")
    browser, size = page.context.browser, page.viewport_size
    assert browser is not None
    context = browser.new_context(storage_state=page.context.storage_state(), viewport=size)
    context.add_cookies([{"name": "django_language", "value": "en", "url": page.url}])
    english = context.new_page()
    english.goto(page.url + query)
    english.evaluate(TYPE_IN, page.evaluate(TYPED))
    english.wait_for_timeout(2000)  # What was typed is answered by parts of the page.
    english.evaluate("(top) => scrollTo(0, top)", page.evaluate("() => scrollY"))
    _keep(english, f"{name}.en")
    context.close()


def missing_pictures(name: str) -> list[str]:
    paths = [PICTURES / f"{name}.{language}.png" for language in LANGUAGES]
    return [str(path.relative_to(ROOT)) for path in paths if not path.is_file()]


def _keep(page: Page, name: str) -> None:
    page.evaluate("() => document.fonts.ready.then(() => true)")
    if page.locator(".live-map:visible").count():
        page.locator(".live-map:visible canvas").first.wait_for(state="visible")
        page.wait_for_timeout(1500)  # Its canvas is there before its ground is drawn.
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = picture.resize((round(picture.width * SHARE), round(picture.height * SHARE)), Image.Resampling.LANCZOS)
    PICTURES.mkdir(parents=True, exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)
