"""A real Chromium against the real site: started once, watched closely."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tanhui.people.models import Person

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
)
ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "src/tanhui/site/static/dist/test/axe.min.js"
LOOK = Path(__file__).parent / "look.js"
SCREENSHOTS = ROOT / "build/screenshots"
HEIGHTS = {1440: 900, 390: 844}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
PATIENCE_MS = 20_000


def chromium_path() -> str:
    """The browser that `make test` has found or installed."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if named is None:
        pytest.fail("no Chromium on this machine: `make test` installs one, or name yours: CHROMIUM=/path/to/chrome")
    return named


@contextmanager
def started() -> Iterator[Browser]:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS, *root])
        yield browser
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


class Window:
    """One window of a person: everything that goes wrong in it is noted."""

    def __init__(self, browser: Browser, site: str, *, language: str = "zh", width: int = 1440, **options: Any) -> None:
        self.site, self.language, self.width = site, language, width
        self.context: BrowserContext = browser.new_context(
            base_url=site,
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": HEIGHTS[width]},
            reduced_motion="reduce",
            **options,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.wrong: list[str] = []
        self.page: Page = self.context.new_page()
        self._watch(self.page)

    def _watch(self, page: Page) -> None:
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("pageerror", lambda error: self._note("script", str(error)))
        page.on("requestfailed", lambda asked: self._failed(asked.url, str(asked.failure)))
        page.on("request", lambda asked: self._elsewhere(asked.url))
        page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _note(self, kind: str, text: str) -> None:
        self.wrong.append(f"{kind}: {text}")

    def _said(self, kind: str, text: str) -> None:
        # Where there is no graphics card, the driver itself complains of screenshots.
        if kind in {"error", "warning"} and "GL Driver Message" not in text:
            self._note("console", text)

    def _failed(self, url: str, why: str) -> None:
        # Going on to the next page drops what the last one was still loading.
        if "ERR_ABORTED" not in why:
            self._note("failed", f"{url} {why}")

    def _elsewhere(self, url: str) -> None:
        if not url.startswith((self.site, "data:", "blob:")):
            self._note("outside", url)

    def _answered(self, status: int, url: str) -> None:
        if status >= 400:
            self._note("status", f"{status} {url}")

    def sign_in(self, username: str | None) -> None:
        """Take the seat of a person, or of nobody, without going through the sign-in page."""
        self.context.clear_cookies(name="sessionid")
        if username:
            client = Client()
            client.force_login(Person.objects.get(username=username))
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.site}
            self.context.add_cookies([cookie])

    def open(self, path: str) -> Response:
        """Open a page and wait until nothing moves any more."""
        self.wrong.clear()
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        self.page.evaluate("() => document.fonts.ready.then(() => true)")
        return answer

    def close(self) -> None:
        self.context.close()
