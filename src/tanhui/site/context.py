"""What every page knows: the region, the registry's name, and, in the workplace, the frame around the page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from tanhui.certification.models import State
from tanhui.certification.queries import project_count
from tanhui.kit import clock
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.queries import told_to
from tanhui.land.queries import region
from tanhui.monitoring.queries import programmes
from tanhui.people.signing import person_of
from tanhui.registry.models import OrderState
from tanhui.registry.queries import books_of, checkpoint, lot_count, order_count
from tanhui.registry.queries.statements import accounts_of
from tanhui.site.pages.turns import waiting_for
from tanhui.site.permissions import HOLDERS

OPEN = [state for state in State.values if state not in {State.ISSUED, State.RETURNED}]


def site(request: HttpRequest) -> dict[str, object]:
    here = region()
    return {
        "region": here,
        "registry_name": settings.REGISTRY_NAME,
        "demonstration": bool(here and here.demonstration),
        "english": getattr(request, "LANGUAGE_CODE", "zh-hans").startswith("en"),
    }


def workplace(request: HttpRequest) -> dict[str, Any]:
    """The rail's counts, the ledger's height and the day; asked for only by pages that show them."""
    if not request.user.is_authenticated:
        return {}
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> dict[str, Any]:
    return {
        "rail": {
            "waiting": len(waiting_for(person_of(request))),
            "orders": order_count(OrderState.WAITING),
            "projects": project_count(*OPEN),
            "programmes": len(programmes()),
            "lots": lot_count(),
            "accounts": accounts_of(person_of(request).organisation) if person_of(request).role in HOLDERS else [],
        },
        "checkpoint": checkpoint(),
        "even": books_of().difference_mg == 0,
        "today": clock.now(),
        "jobs": _jobs_told(request),
    }


def _jobs_told(request: HttpRequest) -> list[Job]:
    """Long work that this page should speak of: not of what it shows itself."""
    told = told_to(person_of(request).username)
    return [job for job in told if request.path not in {job.page, reverse("job", args=[job.key])}]
