"""What a page of the workplace says of itself: its place in the rail and the way back. The frame comes by itself."""

from typing import Any

from django.utils.translation import gettext as _


def placed(rail_now: str, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """Return the context that `work.html` needs of each page. Crumbs are names with their addresses."""
    return {"rail_now": rail_now, "crumbs": [{"name": name, "url": url} for name, url in crumbs]}


def unknown_act() -> dict[str, str]:
    """Return what is said of a form that asks for an act which does not exist."""
    return {
        "code": "unknown_act",
        "message": _("没有这种操作，什么都没有改。"),
        "field": "",
        "help": _("刷新页面再做一次。"),
    }
