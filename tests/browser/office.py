"""One computer at which people take turns. Everything is done by looking and clicking."""

import re

from chromium import Window
from playwright.sync_api import Page

SIGN_INS = {
    "zhaogang": "赵刚",
    "batu": "巴图",
    "naren": "娜仁",
    "temur": "特木尔",
    "chenli": "陈立",
    "surina": "苏日娜",
    "limin": "李敏",
    "wangqiang": "王强",
    "wuyun": "乌云",
}


class Office:
    """The window, and whoever sits before it."""

    def __init__(self, window: Window) -> None:
        self.window, self.page = window, window.page

    def sits(self, username: str) -> Page:
        """Sign out whoever was there, and sign this person in with the button of the demonstration."""
        self.page.goto("/sign-in/")
        if self.page.url.endswith("/desk/"):
            self.page.get_by_role("button", name="退出登录").first.click()
            self.page.goto("/sign-in/")
        self.page.get_by_role("button", name=SIGN_INS[username]).click()
        self.page.wait_for_url("**/desk/")
        return self.page

    def takes_up(self, username: str, title: str) -> Page:
        """Open the first thing on the desk that waits for this person under this title."""
        page = self.sits(username)
        page.locator(".todo").get_by_role("link", name=title).first.click()
        page.wait_for_url(re.compile(r"/desk/(projects|orders)/"))
        return page

    def signs(self, reason: str, button: str | re.Pattern[str], *, label: str = "理由") -> None:
        """Write the reason into the form of this button, and press it."""
        form = self.page.locator("main form").filter(has=self.page.get_by_role("button", name=button)).first
        form.get_by_label(label).fill(reason)
        form.get_by_role("button", name=button).click()
        self.page.wait_for_load_state("load")
