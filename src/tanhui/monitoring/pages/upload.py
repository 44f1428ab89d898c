"""One upload: all that is wrong with it, what it would change, and the acts that are open."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.jobs.services import see_page
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.monitoring.intake.words import finding_row
from tanhui.monitoring.models import Upload, UploadState
from tanhui.monitoring.pages.excerpt import excerpt
from tanhui.monitoring.pages.intake import intake_context
from tanhui.monitoring.pages.outcome import changes_context
from tanhui.monitoring.queries import latest_survey
from tanhui.monitoring.queries.intake import WAITING, upload
from tanhui.monitoring.services import book_upload, drop_upload, mend_upload, recheck_upload, return_upload
from tanhui.monitoring.services.book_upload import check_bookable, check_booker, found_before
from tanhui.monitoring.services.mend_upload import Cell
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_jobs import BOOK, CHECK, MEND, ask_upload_job, is_large, job_of_upload
from tanhui.monitoring.services.upload_survey import check_checked, check_waiting
from tanhui.people.jobs import may_stop
from tanhui.people.services import checked_reason, require_role
from tanhui.people.signing import person_of, signed

PER_PAGE = 100
LONGEST_NUMBER = 7
SHOWN = ("all", "errors", "warnings")


def upload_page(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Show an upload; a POST mends cells, checks again, books it or puts it aside."""
    found = upload(code)
    if found.programme.number != number:
        raise NotFoundProblem("upload_not_found", _("没有编号是 %(code)s 的上传。") % {"code": code})
    if request.method == "POST":
        return _do(request, found)
    return _show(request, found)


def _do(request: HttpRequest, found: Upload) -> HttpResponse:
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _show(request, found, status=400, refused=unknown_act())
    try:
        return act(request, found)
    except Problem as problem:
        if problem.code == "outcome_changed":
            recheck_upload(code=found.code)  # A large one is booked by the worker, and does not come here with this.
        return _show(request, found, status=409, refused=problem.document(), typed=request.POST.dict())


def _mend(request: HttpRequest, found: Upload) -> HttpResponse:
    posted = request.POST
    number = _whole(posted.get("at", ""))
    if number is None or number >= len(found.faults) or not found.faults[number]["cell"]:
        raise Problem("cell_unknown", _("这份上传里没有这一格。"), remedy=_("刷新页面再改。"))
    fault = found.faults[number]
    cell = Cell(fault["source"], fault["sheet"], fault["place"][1], fault["place"][2], posted.get("text", ""))
    act = signed(request)
    act["reason"] = act["reason"] or _("在上传页上改了一格。")
    if is_large(found):
        require_role(by=act["by"], roles=ROLES["upload_survey"])
        return _ask(request, found, MEND, cells=[list(cell)], reason=act["reason"])
    mended = mend_upload(code=found.code, cells=[cell], **act)
    messages.success(request, _("改好了 %(cell)s，又查了一遍。") % {"cell": f"{fault['sheet']}!{fault['cell']}"})
    return _back(mended)


def _recheck(request: HttpRequest, found: Upload) -> HttpResponse:
    if is_large(found):
        return _ask(request, found, CHECK)
    return _back(recheck_upload(code=found.code))


def _ask(request: HttpRequest, found: Upload, kind: str, **arguments: object) -> HttpResponse:
    """Leave the act on a large upload to the worker, once for each press of the button."""
    check_waiting(found)
    if kind != CHECK:
        check_checked(found)
    key = request.POST.get("command") or get_random_string(32)
    ask_upload_job(kind=kind, upload=found, key=key, by=person_of(request), at=clock.now(), arguments=arguments)
    return _back(found)


def _drop(request: HttpRequest, found: Upload) -> HttpResponse:
    drop_upload(code=found.code, **signed(request))
    messages.success(request, _("放下了。文件留着，不会入库。"))
    return _back(found)


def _return(request: HttpRequest, found: Upload) -> HttpResponse:
    return_upload(code=found.code, **signed(request))
    messages.success(request, _("退回了。传的人在工作台上看得到理由。"))
    return _back(found)


def _book(request: HttpRequest, found: Upload) -> HttpResponse:
    posted = request.POST
    places = [name.removeprefix("why-") for name in posted if name.startswith("why-")]
    reasons = {int(place): posted.get(f"why-{place}", "") for place in places if _whole(place) is not None}
    told = {"outcome": posted.get("outcome", ""), "warnings_reason": posted.get("warnings_reason", "").strip()}
    if is_large(found):
        return _leave_booking(request, found, told | {"cell_reasons": reasons})
    booked = book_upload(
        code=found.code,
        outcome_hex=told["outcome"],
        warnings_reason=told["warnings_reason"],
        cell_reasons=reasons,
        **signed(request),
    )
    messages.success(request, _("已入库，是第 %(revision)s 版。") % {"revision": booked.revision})
    return redirect("survey", number=found.programme.number, revision=booked.revision)


def _leave_booking(request: HttpRequest, found: Upload, told: Mapping[str, Any]) -> HttpResponse:
    """Say at once what the booking itself would refuse later, and leave the rest to the worker."""
    act = signed(request)
    check_booker(found, act["by"])
    checked_reason(reason=act["reason"])
    check_bookable(found_before(found), told["outcome"], told["warnings_reason"])
    return _ask(request, found, BOOK, **told, reason=act["reason"])


def _back(found: Upload) -> HttpResponse:
    return redirect("upload", number=found.programme.number, code=found.code)


_ACTS: Mapping[str, Callable[[HttpRequest, Upload], HttpResponse]] = {
    "mend": _mend,
    "recheck": _recheck,
    "drop": _drop,
    "book": _book,
    "return": _return,
}


def _show(request: HttpRequest, found: Upload, status: int = 200, **more: object) -> HttpResponse:
    found.refresh_from_db()
    programme, person = found.programme, person_of(request)
    latest = latest_survey(programme)
    waits, job = found.state in WAITING, job_of_upload(found)
    see_page(page=request.path, asked_by=person.username, at=clock.now())
    idle = waits and found.state != UploadState.CHECKING and not (job and job.open)
    context = {
        **placed(
            "monitoring",
            (programme.number, reverse("programme", args=[programme.number])),
            (_("外业数据"), reverse("uploads", args=[programme.number])),
            (found.code, ""),
        ),
        "programme": programme,
        "upload": found,
        "waits": waits,
        "stale": idle and found.checked_upon != (latest.revision if latest else 0),
        "job": job if job and (job.open or job.state in {"failed", "stopped"}) else None,
        "may_stop": job is not None and may_stop(job, person),
        "command": get_random_string(32),
        "unchecked": found.state == UploadState.CHECKING,
        "can_drop": waits and person.role in ROLES["drop_upload"],
        "can_mend": idle and person.role in ROLES["upload_survey"],
        "can_book": idle and found.state == UploadState.READY and person.role in ROLES["book_survey"],
        "own": found.uploaded_by_id == person.pk,
        "refused": None,
        "intake": intake_context(programme, person),
        "files": list(found.files.values_list("name", flat=True)),
        "mends": list(found.mends.select_related("mended_by")),
        **_findings(request, found),
        **(changes_context(found) if found.state == UploadState.READY else {}),
        **more,
    }
    return render(request, "monitoring/upload.html", context, status=status)


def _findings(request: HttpRequest, found: Upload) -> dict[str, Any]:
    """The findings of the page that is asked for, grouped by sheet; one may be open with the cells around it."""
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    wanted = [
        (number, fault)
        for number, fault in enumerate(found.faults)
        if show == "all" or fault["severity"] == show.removesuffix("s")
    ]
    pages = max(1, -(-len(wanted) // PER_PAGE))
    page = min(max(_whole(request.GET.get("page", "")) or 1, 1), pages)
    opened = _whole(request.GET.get("at", ""))
    rows = [
        {**finding_row(fault), "number": number, "excerpt": excerpt(found, fault) if number == opened else None}
        for number, fault in wanted[(page - 1) * PER_PAGE : page * PER_PAGE]
    ]
    return {
        "show": show,
        "page": page,
        "pages": range(1, pages + 1),
        "groups": _grouped(rows),
        "kept": len(found.faults),
    }


def _grouped(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        name = _("已入库的数据") if row["booked"] else row["sheet"] or _("整份上传")
        groups.setdefault(name, []).append(row)
    return [{"sheet": sheet, "rows": found} for sheet, found in groups.items()]


def _whole(text: str) -> int | None:
    plain = text.isdecimal() and text.isascii() and len(text) <= LONGEST_NUMBER
    return int(text) if plain else None
