"""The field data of a programme: upload, and everything that was uploaded."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.monitoring.intake.words import language
from tanhui.monitoring.models import Programme, Upload, UploadState
from tanhui.monitoring.queries import latest_survey, programme
from tanhui.monitoring.queries.intake import WAITING, upload, uploads
from tanhui.monitoring.services import upload_survey
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.workbook import ECOSYSTEM_TEMPLATES
from tanhui.monitoring.workbook.shape import workbook_shape
from tanhui.people.models import Person
from tanhui.people.signing import person_of, signed

SHOWN_WAITING = 6


def intake_context(found: Programme, person: Person) -> dict[str, Any]:
    """What the programme's page says of its field data."""
    waiting = uploads(found, *WAITING)
    return {
        "waiting": waiting[:SHOWN_WAITING],
        "waiting_count": len(waiting),
        "can_upload": person.role in ROLES["upload_survey"],
        "command": get_random_string(32),
        "templates": [
            {"code": code, "title": workbook_shape(code).title.spoken(language())} for code in ECOSYSTEM_TEMPLATES
        ],
        "photos_count": found.photos.count(),
        "has_survey": found.surveys.exists(),
    }


def files_of(request: HttpRequest, field: str = "files") -> dict[str, bytes]:
    """Return the files of a form by name; two of one name are told apart."""
    taken: dict[str, bytes] = {}
    for place, sent in enumerate(request.FILES.getlist(field)):
        name = str(sent.name)
        taken[f"{place}-{name}" if name in taken else name] = sent.read()
    return taken


def uploads_page(request: HttpRequest, number: str) -> HttpResponse:
    """List the uploads of a programme; a POST uploads."""
    found = programme(number)
    if request.method == "POST":
        return _upload(request, found)
    return _show(request, found)


def _upload(request: HttpRequest, found: Programme) -> HttpResponse:
    posted = request.POST
    try:
        made = upload_survey(
            programme=found,
            files=files_of(request),
            key=posted.get("command") or get_random_string(32),
            complete=bool(posted.get("complete")),
            replaces=upload(posted["replaces"]) if posted.get("replaces") else None,
            **signed(request),
        )
    except Problem as problem:
        return _show(request, found, status=409, refused=problem.document(), typed=posted.dict())
    return to_upload(request, made)


def to_upload(request: HttpRequest, made: Upload) -> HttpResponse:
    """Say what came of sending it, on the page of the upload."""
    if made.state == UploadState.CHECKING:
        messages.success(request, _("收到了，正在查。关掉网页也会查完。"))
    elif made.summary["errors"]:
        messages.warning(request, _("收到了，有 %(count)s 处错，一格也没有入库。") % {"count": made.summary["errors"]})
    else:
        messages.success(request, _("收到了，没有错，等另一位计量人员入库。"))
    return redirect("upload", number=made.programme.number, code=made.code)


def _show(request: HttpRequest, found: Programme, status: int = 200, **more: object) -> HttpResponse:
    context = {
        **placed(
            "monitoring",
            (_("监测计划"), reverse("programmes")),
            (found.number, reverse("programme", args=[found.number])),
            (_("外业数据"), ""),
        ),
        "programme": found,
        "survey": latest_survey(found),
        "uploads": uploads(found),
        "intake": intake_context(found, person_of(request)),
        "refused": None,
        **more,
    }
    return render(request, "monitoring/uploads.html", context, status=status)
