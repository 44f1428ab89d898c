"""The workplace of monitoring: all programmes, opening one, and the page of one programme."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.jobs.services import see_page
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.land.queries import region
from tanhui.monitoring.pages.designs import design_context
from tanhui.monitoring.pages.intake import intake_context
from tanhui.monitoring.pages.runs import runs_context
from tanhui.monitoring.queries import latest_survey, programme, programmes
from tanhui.monitoring.queries.intake import standing
from tanhui.monitoring.services import open_programme
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.signing import person_of, signed


def programmes_page(request: HttpRequest) -> HttpResponse:
    """List the programmes; a POST opens one."""
    if request.method == "POST":
        return _open(request)
    return _show(request)


def _open(request: HttpRequest) -> HttpResponse:
    here, posted = region(), request.POST
    assert here is not None
    try:
        opened = open_programme(
            name_zh=posted.get("name_zh", ""),
            name_en=posted.get("name_en", ""),
            region_code=here.code,
            key=posted.get("command") or get_random_string(32),
            **signed(request),
        )
    except Problem as problem:
        return _show(request, status=409, refused=problem.document(), typed=posted.dict())
    messages.success(request, _("%(number)s 已建立。") % {"number": opened.number})
    return redirect("programme", number=opened.number)


def _show(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    context = {
        **placed("monitoring", (_("工作台"), reverse("desk")), (_("监测计划"), "")),
        "programmes": [{"programme": found, "survey": latest_survey(found)} for found in programmes()],
        "can_open": person_of(request).role in ROLES["open_programme"],
        "command": get_random_string(32),
        "refused": None,
        **more,
    }
    return render(request, "monitoring/programmes.html", context, status=status)


def programme_page(request: HttpRequest, number: str) -> HttpResponse:
    found, person = programme(number), person_of(request)
    see_page(page=request.path, asked_by=person.username, at=clock.now())
    context = {
        **placed("monitoring", (_("监测计划"), reverse("programmes")), (found.number, "")),
        "programme": found,
        "survey": latest_survey(found),
        "standing": standing(found),
        **design_context(found, person),
        "intake": intake_context(found, person),
        **runs_context(found, person),
    }
    return render(request, "monitoring/programme.html", context)
