"""The desk: what waits for this person first, then every matter in one table."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.certification.models import Project, State
from tanhui.certification.pages.outlines import Outline, outlines_of
from tanhui.certification.queries import projects
from tanhui.certification.services import apply
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.land.queries import region
from tanhui.people.models import Organisation, Person, Role
from tanhui.people.queries import organisation, organisations_with_role, recent_acts, spoken
from tanhui.people.signing import person_of, signed
from tanhui.registry.models import Order
from tanhui.registry.queries import orders
from tanhui.registry.queries.checks import alarm
from tanhui.registry.services.booking import draw_salt
from tanhui.site.pages.order_words import order_title
from tanhui.site.pages.turns import turn_of, waiting_for
from tanhui.site.permissions import READERS

Row = dict[str, Any]
MAY_APPLY = (Role.OWNER, Role.OPERATOR)
ALARMED = (Role.OPERATOR, Role.SUPERVISOR)
RECENT_DAYS = 7
MOST_PROJECTS = 100
"""How many projects a desk lists; of orders `registry.queries` says it."""

ORDER_BADGE = {"waiting": "wait", "done": "go", "refused": "stop", "withdrawn": "end"}


def desk_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method == "POST":
        return _apply(request, person)
    return _show(request, person)


def _apply(request: HttpRequest, person: Person) -> HttpResponse:
    here, posted = region(), request.POST
    assert here is not None
    try:
        project = apply(
            name_zh=posted.get("name_zh", ""),
            name_en=posted.get("name_en", ""),
            owner=_chosen_owner(posted.get("owner", "")),
            region_code=here.code,
            key=posted.get("command") or draw_salt().hex(),
            **signed(request),
        )
    except Problem as problem:
        return _show(request, person, status=409, refused=problem.document(), apply_open=True, typed=posted.dict())
    messages.success(request, _("%(number)s 已申请。") % {"number": project.number})
    return redirect("work_project", number=project.number)


def _chosen_owner(code: str) -> Organisation:
    found = organisation(code)
    if found is None:
        raise Problem("unknown_owner", _("没有选业主。"), field="owner")
    return found


def _show(request: HttpRequest, person: Person, status: int = 200, **more: object) -> HttpResponse:
    waiting = waiting_for(person)
    mine = {row.number for row in waiting}
    chosen = _filter(request)
    matters = _matters(person, mine, chosen["text"])
    shown = [row for row in matters if _fits(row, chosen)]
    context = {
        **placed("desk", (_("工作台"), "")),
        "alarm": alarm() if person.role in ALARMED else None,
        "waiting": [row._asdict() for row in waiting],
        "waiting_count": len(waiting),
        "done_count": recent_acts(person, days=RECENT_DAYS, now=clock.now()),
        "matters": shown,
        "cut": max(Counter(row["kind"] == "project" for row in matters).values(), default=0) >= MOST_PROJECTS,
        "filter": chosen,
        "counts": {"mine": sum(row["mine"] for row in matters), "all": len(matters)},
        "can_apply": person.role in MAY_APPLY,
        "owners": _owners(person),
        "command": draw_salt().hex(),
        **more,
    }
    return render(request, "desk.html", context, status=status)


def _owners(person: Person) -> list[Any]:
    if person.role == Role.OWNER:
        return [person.organisation]
    return list(organisations_with_role(Role.OWNER)) if person.role in MAY_APPLY else []


def _filter(request: HttpRequest) -> Row:
    mine = request.GET.get("mine", "all")
    kind = request.GET.get("kind", "")
    return {
        "mine": mine if mine in {"mine", "all"} else "all",
        "kind": kind if kind in {"project", "order"} else "",
        "text": request.GET.get("text", "").strip()[:80],
    }


def _fits(row: Row, chosen: Row) -> bool:
    is_project = row["kind"] == "project"
    if chosen["mine"] == "mine" and not row["mine"]:
        return False
    if chosen["kind"] and is_project != (chosen["kind"] == "project"):
        return False
    text = chosen["text"].lower()
    return not text or any(text in str(row[name]).lower() for name in ("title", "number", "party"))


def _matters(person: Person, mine: set[str], text: str) -> list[Row]:
    """Return the latest matters, those that wait for this person, and whatever older one a text names by its number."""
    latest = [*projects(most=MOST_PROJECTS), *projects(number=text)]
    latest = list({found.pk: found for found in latest}.values())
    told = outlines_of(latest)
    rows = [_project(found, told.get(found.pk), person, mine) for found in latest]
    if person.role in READERS["order"]:
        asked = {found.pk: found for found in (*orders(), *orders(numbers={*mine, text}))}
        rows += [_order(found, mine) for found in asked.values()]
    return sorted(rows, key=lambda row: (not row["mine"], -row["since"].timestamp()))


def _project(found: Project, estimate: Outline | None, person: Person, mine: set[str]) -> Row:
    turn = turn_of(found, person)
    issued = found.state == State.ISSUED
    badge = "go" if turn.mine else {State.ISSUED: "end", State.RETURNED: "stop"}.get(State(found.state), "wait")
    return {
        "url": reverse("work_project" if person.role in READERS["work_project"] else "project", args=[found.number]),
        "title": found.name_en if _speaks_english() else found.name_zh,
        "number": found.number,
        "party": spoken(found.owner),
        "kind": "project",
        "ecosystem": estimate.ecosystem if estimate else "",
        "quantity_mg": estimate.issuable_mg if estimate and issued else None,
        "estimate_t": estimate.removal_tco2e if estimate and not issued else None,
        "state": badge,
        "said": _("等你办") if turn.mine else State(found.state).label,
        "since": found.applied_at,
        "mine": found.number in mine,
    }


def _order(found: Order, mine: set[str]) -> Row:
    waits = found.number in mine
    return {
        "url": reverse("order", args=[found.number]),
        "title": order_title(found),
        "number": found.number,
        "party": spoken(found.requested_by),
        "kind": found.kind,
        "ecosystem": "",
        "quantity_mg": found.quantity_mg,
        "estimate_t": None,
        "state": "go" if waits else ORDER_BADGE[found.state],
        "said": _("等你签名") if waits else found.get_state_display(),
        "since": found.requested_at,
        "mine": waits,
    }


def _speaks_english() -> bool:
    return get_language() == "en"
