"""The desk of one project: where it stands, and the one act that is due."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.certification import services as certification
from tanhui.certification.models import Project, State
from tanhui.certification.pages.projects import project_context
from tanhui.certification.queries import latest_estimate, project
from tanhui.certification.services.rules import lock_project
from tanhui.core.carbon.digest import survey_digest
from tanhui.core.carbon.method import load_method, shipped_methods
from tanhui.core.carbon.survey import SurveyFaults
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land.queries import region
from tanhui.monitoring.queries import booked_files, programme
from tanhui.monitoring.queries.intake import all_revisions, booked_survey
from tanhui.monitoring.sentences import fault_row
from tanhui.people.models import Role
from tanhui.people.signing import person_of, posted_command, signed
from tanhui.registry.models import Order, OrderState
from tanhui.registry.services import approve, request_issue, withdraw
from tanhui.registry.services.booking import draw_salt
from tanhui.registry.services.refusals import refusal_sentence
from tanhui.site.pages.checks import checks_of
from tanhui.site.pages.entries import issue_entries
from tanhui.site.pages.receipts import receipt_page
from tanhui.site.pages.turns import Turn, turn_of, waiting_issue

LARGEST_UPLOAD = 64 * 1024 * 1024
NOTICE_DAYS = 7

Posted = Mapping[str, Any]


def work_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the project; a POST does the act that is due and shows what came of it."""
    found = project(number)
    if request.method == "POST":
        return _do(request, found)
    return _show(request, found)


def _do(request: HttpRequest, found: Project) -> HttpResponse:
    try:
        if request.POST.get("act") == "approve_issue":
            return _approve(request, found)
        _ACTS[request.POST.get("act", "")](request, found)
    except SurveyFaults as faults:
        return _show(
            request, found, status=422, faults=[fault_row(fault) for fault in faults.faults], **_typed(request)
        )
    except Problem as problem:
        return _show(request, found, status=409, refused=problem.document(), **_typed(request))
    except KeyError:
        return _show(request, found, status=400, refused=unknown_act())
    messages.success(request, _("已经记下。"))
    return redirect("work_project", number=found.number)


def _typed(request: HttpRequest) -> dict[str, str]:
    """Return what was typed, for the form that is shown again."""
    posted = request.POST
    return {
        "reason": posted.get("reason", ""),
        "method_chosen": posted.get("method", ""),
        "booked_chosen": posted.get("booked", ""),
    }


def _show(request: HttpRequest, found: Project, status: int = 200, **more: object) -> HttpResponse:
    found.refresh_from_db()
    person = person_of(request)
    turn = turn_of(found, person)
    context = {
        **placed("project", (_("工作台"), reverse("desk")), (found.number, "")),
        **project_context(found),
        "turn": turn._asdict(),
        "checks": checks_of(found, recompute=turn.mine and turn.act in {"review", "request_issue", "approve_issue"}),
        "faults": [],
        "refused": None,
        "methods": [load_method(*known) for known in shipped_methods()],
        "method_chosen": "",
        "booked": _booked_rows() if turn.act == "measure" else [],
        "notice": {"days": NOTICE_DAYS, "until": found.notice_until},
        "command": draw_salt().hex(),
        "can_return": person.role in {Role.OPERATOR, Role.REVIEWER} and bool(turn.act),
        **_entries(found, turn),
        **more,
    }
    return render(request, "project_work.html", context, status=status)


def _entries(found: Project, turn: Turn) -> dict[str, Any]:
    if turn.act not in {"request_issue", "approve_issue"}:
        return {}
    estimate, order = latest_estimate(found), waiting_issue(found)
    assert estimate is not None
    return {**issue_entries(found, estimate), "order": order.number if order else ""}


def _accept(request: HttpRequest, found: Project) -> None:
    survey_only = request.POST.get("survey_only") == "yes"
    certification.accept(number=found.number, survey_only=survey_only, **signed(request))


def _measure(request: HttpRequest, found: Project) -> None:
    booked = request.POST.get("booked", "")
    files = _booked_files(booked) if booked else uploaded_files(request)
    method = request.POST.get("method") or None
    with transaction.atomic():
        if not _measured_already(request, lock_project(found.number), files, method):
            certification.measure(number=found.number, files=files, method=method, **signed(request))


def _booked_rows() -> list[dict[str, Any]]:
    """What a project may be measured on, by programme and revision."""
    return [
        {"code": f"{survey.programme.number}@{survey.revision}", "programme": survey.programme, "survey": survey}
        for survey in all_revisions()
    ]


def _booked_files(name: str) -> dict[str, bytes]:
    """Return a booked survey by programme and revision, as in BT-MP-2026-0001@2. Raises NotFoundProblem."""
    number, _at, revision = name.partition("@")
    return booked_files(booked_survey(programme(number), int(revision) if revision.isdecimal() else 0))


def _measured_already(request: HttpRequest, found: Project, files: Mapping[str, bytes], method: str | None) -> bool:
    """Whether this person has just measured these very files: a form that was sent twice is one measurement."""
    estimate = latest_estimate(found)
    return (
        estimate is not None
        and found.state == State.MEASURED
        and estimate.computed_by_id == person_of(request).pk
        and estimate.survey.root_hex == survey_digest(files).root_hex
        and method in {None, estimate.method}
    )


def _review(request: HttpRequest, found: Project) -> None:
    certification.review(number=found.number, estimate_hash=request.POST.get("estimate"), **signed(request))


def _certify(request: HttpRequest, found: Project) -> None:
    certification.certify(number=found.number, estimate_hash=request.POST.get("estimate"), **signed(request))


def _publish_notice(request: HttpRequest, found: Project) -> None:
    days = request.POST.get("days", "")
    # What is no number becomes one that the service refuses, with its sentence.
    whole = int(days) if days.isdecimal() and len(days) < 4 else -1  # noqa: PLR2004 - no notice has 1,000 days
    certification.publish_notice(number=found.number, days=whole, **signed(request))


def _give_back(request: HttpRequest, found: Project) -> None:
    waiting = waiting_issue(found)
    with transaction.atomic():
        if waiting is not None:
            withdraw(number=waiting.number, **signed(request))
        certification.give_back(number=found.number, **signed(request))


def _request_issue(request: HttpRequest, found: Project) -> None:
    here = region()
    assert here is not None
    command_id = posted_command(request)
    request_issue(number=found.number, region_code=here.code, command_id=command_id, **signed(request))


def _approve(request: HttpRequest, found: Project) -> HttpResponse:
    number = request.POST.get("order", "")
    if not Order.objects.filter(number=number, project=found, kind=Order.Kind.ISSUE).exists():
        text = _("这笔制发已经不在等签名，什么都没有记。")
        raise Problem("order_changed", text, remedy=_("刷新页面，看它到哪一步了。"))
    order = approve(number=number, **signed(request))
    if order.state == OrderState.SIGNED:
        return redirect("order", number=number)
    if order.refusal:
        return _show(request, found, status=409, refused={**order.refusal, "message": _refusal_of(order), "help": ""})
    return receipt_page(request, order)


def _refusal_of(order: Order) -> str:
    assert order.refusal
    return refusal_sentence(order.refusal["code"], order.refusal["params"])


def uploaded_files(request: HttpRequest) -> dict[str, bytes]:
    """Return the CSV files of an upload; a ZIP is taken apart. Raises `no_files`, `file_too_large`, `bad_zip`."""
    found: dict[str, bytes] = {}
    for sent in request.FILES.getlist("files"):
        if (sent.size or 0) > LARGEST_UPLOAD:
            text = _("%(name)s 超过 64 MB，没有收。") % {"name": sent.name}
            raise Problem("file_too_large", text, field="files")
        name, content = str(sent.name), sent.read()
        found |= _unzipped(name, content) if name.lower().endswith(".zip") else {name: content}
    if not found:
        raise Problem("no_files", _("没有收到文件。"), field="files", remedy=_("选好 CSV 或一个 ZIP 再传。"))
    return found


def _unzipped(name: str, content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
            if sum(entry.file_size for entry in inside) > LARGEST_UPLOAD:
                text = _("%(name)s 解开后超过 64 MB，没有收。") % {"name": name}
                raise Problem("file_too_large", text, field="files")
            return {entry.filename.rsplit("/", 1)[-1]: archive.read(entry) for entry in inside}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as broken:  # damaged, unknown, or locked
        text = _("%(name)s 不是好的 ZIP 文件。") % {"name": name}
        raise Problem("bad_zip", text, field="files", remedy=_("重新打包，或者直接传 CSV。")) from broken


_ACTS: Mapping[str, Callable[[HttpRequest, Project], None]] = {
    "accept": _accept,
    "measure": _measure,
    "review": _review,
    "certify": _certify,
    "publish_notice": _publish_notice,
    "request_issue": _request_issue,
    "give_back": _give_back,
}
