"""More parcels than a request may assess: asked for here, done by the worker, decided once that has been seen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.jobs.models import Job, JobState
from tanhui.kit.jobs.queries import job as job_of
from tanhui.kit.jobs.services import ask_job, see_job
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land.pages.triage_rows import outcome_rows
from tanhui.land.services.triage import ROLES
from tanhui.land.triage_jobs import ASSESS, CSV, DECIDE, KINDS, Choice, choice_of
from tanhui.people.jobs import may_stop
from tanhui.people.services import checked_reason, require_role
from tanhui.people.signing import person_of, signed

_TITLES = {ASSESS: ("对照判定表", "Assess for triage"), DECIDE: ("判定", "Decide triage")}


def large_page(request: HttpRequest, choice: Choice, count: int) -> HttpResponse:
    """Show how many were chosen; a POST asks the worker what the table makes of them."""
    if request.method == "POST":
        if request.POST.get("act") == "assess":
            return redirect(_ask(request, ASSESS, choice, count).page)
        return _show(request, choice, None, status=400, refused=unknown_act(), count=count)
    return _show(request, choice, None, count=count)


def job_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show the work on a choice and what came of it; a POST decides, once the table's word has been seen."""
    person = person_of(request)
    job = job_of(key, person=person.username, role=person.role)
    if job.kind not in KINDS:
        raise Problem("unknown_job", _("没有这件长任务。"))
    choice = choice_of(job)
    if request.method == "POST":
        try:
            return redirect(_decide(request, job, choice).page)
        except Problem as problem:
            return _show(request, choice, job, status=409, refused=problem.document(), typed=request.POST.dict())
    if request.GET.get("format") == "csv" and job.kind == ASSESS and job.state == JobState.DONE:
        answer = HttpResponse(bytes(job.files.get(name=CSV).content), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{CSV}"'
        return answer
    if job.asked_by == person.username:
        see_job(job=job, at=clock.now())
    return _show(request, choice, job)


def _decide(request: HttpRequest, job: Job, choice: Choice) -> Job:
    act = signed(request)
    require_role(by=act["by"], roles=ROLES["decide_triage"])
    if job.kind != ASSESS or job.state != JobState.DONE:
        text = _("还没有看过判定表怎么说，什么都没有判定。")
        raise Problem("not_assessed", text, remedy=_("等它对照完，看过结果再判定。"))
    reason = checked_reason(reason=act["reason"])
    return _ask(request, DECIDE, choice, job.arguments["count"], reason=reason)


def _ask(request: HttpRequest, kind: str, choice: Choice, count: int, **more: object) -> Job:
    """Queue the work, once for each press of the button."""
    (zh, en), days = _TITLES[kind], "–".join(day.isoformat() for day in choice.period)
    key = request.POST.get("command") or get_random_string(32)
    return ask_job(
        kind=kind,
        key=key,
        subject=f"triage {days}",
        title=(f"{zh}：{count:,} 个小班", f"{en}: {count:,} parcels"),
        page=f"{reverse('triage_many')}?job={key}",
        asked_by=person_of(request).username,
        at=clock.now(),
        arguments={"choice": choice.document(), "count": count, **more},
    )


def _show(
    request: HttpRequest, choice: Choice, job: Job | None, *, status: int = 200, count: int = 0, **more: object
) -> HttpResponse:
    person = person_of(request)
    assessed = job is not None and job.kind == ASSESS and job.state == JobState.DONE
    asked = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {
        **placed("triage", (_("分级分类"), reverse("triages")), (_("选小班"), "")),
        "count": job.arguments["count"] if job else count,
        "period_from": choice.period[0],
        "period_to": choice.period[1],
        "asked": {name: asked.get(name, "") for name in ("codes", "project", "county", "from", "to")},
        "job": job,
        "may_stop": job is not None and may_stop(job, person),
        "assessed": assessed,
        "outcomes": _outcomes(job) if assessed and job else [],
        "can_decide": assessed and person.role in ROLES["decide_triage"],
        "command": get_random_string(32),
        "refused": None,
        "typed": {},
        **more,
    }
    return render(request, "land/triage_large.html", context, status=status)


def _outcomes(job: Job) -> list[dict[str, Any]]:
    sums = {outcome: (parcels, area // 10_000) for outcome, (parcels, area) in job.result["outcomes"].items()}
    return outcome_rows(sums)
