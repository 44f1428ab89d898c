"""What every page of the workplace shows around its own content: the rail, the day, the ledger's height."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tanhui.certification.models import State
from tanhui.certification.queries import projects
from tanhui.kit import clock
from tanhui.registry.models import OrderState
from tanhui.registry.queries import books_of, checkpoint, lots, orders
from tanhui.site.pages.signing import person_of
from tanhui.site.pages.turns import waiting_for

OPEN = [state for state in State.values if state not in {State.ISSUED, State.RETURNED}]


def around(request: HttpRequest, rail_now: str, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """Return the context that `work.html` needs. Crumbs are names with their addresses."""
    return {
        "rail": {
            "waiting": len(waiting_for(person_of(request))),
            "orders": len(orders(OrderState.WAITING)),
            "projects": len(projects(*OPEN)),
            "lots": len(lots()),
        },
        "rail_now": rail_now,
        "checkpoint": checkpoint(),
        "even": books_of().difference_mg == 0,
        "crumbs": [{"name": name, "url": url} for name, url in crumbs],
        "today": clock.now(),
    }


def unknown_act() -> dict[str, str]:
    """Return what is said of a form that asks for an act which does not exist."""
    return {
        "code": "unknown_act",
        "message": _("没有这种操作，什么都没有改。"),
        "field": "",
        "help": _("刷新页面再做一次。"),
    }
