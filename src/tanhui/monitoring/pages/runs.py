"""Asking for a run, and the page of one: how far it is, or what came of it."""

import itertools
import secrets
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.core.carbon import choose_method, load_method, parse_survey, shipped_methods
from tanhui.core.carbon.assessment.plan import ALLOCATIONS, DOMAINS, ESTIMATORS, UNPAIRED
from tanhui.core.carbon.document_rows import measured_rounds
from tanhui.core.carbon.survey import Survey
from tanhui.kit import clock
from tanhui.kit.jobs.services import see_page
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.monitoring.models import BookedSurvey, Programme, Run
from tanhui.monitoring.pages.run_acts import act_on_run
from tanhui.monitoring.pages.run_views import result_context
from tanhui.monitoring.queries import booked_files, latest_remark, latest_survey, programme, run, runs
from tanhui.monitoring.readout import wording
from tanhui.monitoring.readout.plan import plan_rows
from tanhui.monitoring.services import ask_run
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.jobs import may_stop
from tanhui.people.models import Person
from tanhui.people.queries import trail
from tanhui.people.signing import person_of, signed

Row = dict[str, Any]
SEEDS = 10**8


def runs_context(programme: Programme, person: Person) -> Row:
    """What the programme's page shows of its runs."""
    return {
        "runs": runs(programme),
        "can_run": person.role in ROLES["ask_run"],
    }


def new_run_page(request: HttpRequest, number: str) -> HttpResponse:
    """The form that asks for a run; a POST asks."""
    found = programme(number)
    if request.method == "POST":
        return _ask(request, found)
    return _form(request, found)


def _ask(request: HttpRequest, found: Programme) -> HttpResponse:
    posted = request.POST
    try:
        asked = ask_run(
            survey=_survey(found, posted.get("revision", "")),
            method=posted.get("method", ""),
            plan=_plan(request),
            key=posted.get("command") or get_random_string(32),
            deviations=posted.get("deviations", ""),
            quality=posted.get("quality", ""),
            **signed(request),
        )
    except Problem as problem:
        typed = {**posted.dict(), "domains": posted.getlist("domains")}
        return _form(request, found, status=409, refused=problem.document(), typed=typed)
    return redirect("run", number=found.number, run_number=asked.number)


def _survey(found: Programme, revision: str) -> BookedSurvey:
    chosen = found.surveys.filter(revision=revision).first() if revision.isdigit() else latest_survey(found)
    if chosen is None:
        raise Problem("no_survey", _("还没有入库的数据，没有可算的。"), remedy=_("先上传外业数据，核对无误后入库。"))
    return chosen


def _plan(request: HttpRequest) -> Row:
    """The plan as it was typed; what is not a number stays as it is and is refused by name."""
    posted = request.POST
    plan: Row = {name: _whole(posted.get(name, "")) for name in ("seed", "draws")}
    plan |= {name: posted.get(name, "") for name in ("estimator", "unpaired", "allocation")}
    plan |= {name: posted.get(name) == "on" for name in ("finite_population", "collapse")}
    plan["domains"] = [domain for domain in DOMAINS if domain in posted.getlist("domains")]
    plan["confidence"] = _share(posted.get("confidence", ""))
    if posted.get("rounds", ""):
        plan["rounds"] = [_whole(part) for part in posted["rounds"].split(",")]
    plan["precision_percent"] = posted.get("precision_percent", "").strip() or "10"
    return plan


def _whole(text: str) -> int | str:
    plain = text.strip().replace(",", "")
    return int(plain) if plain.isdigit() else text


def _share(text: str) -> str | None:
    """Percent as people write it into the share that the plan wants; nothing is the method's own."""
    plain = text.strip().rstrip("%")
    if not plain:
        return None
    return f"{float(plain) / 100:.6g}" if plain.replace(".", "", 1).isdigit() else plain


def _form(request: HttpRequest, found: Programme, status: int = 200, **more: object) -> HttpResponse:
    methods = [load_method(*known) for known in reversed(shipped_methods())]
    survey = latest_survey(found)
    read = parse_survey(booked_files(survey)) if survey else None
    typed = {
        "method": _suitable(read) if read and not more else "",
        "seed": secrets.randbelow(SEEDS),
        "draws": 10_000,
        "estimator": "stratified",
        "collapse": "on",
        "precision_percent": "10",
        "domains": list(DOMAINS),
    }
    context = {
        **_placed(found, _("算一次")),
        "programme": found,
        "surveys": list(found.surveys.order_by("-revision")),
        "pairs": _pairs(read) if read else [],
        "methods": methods,
        "estimators": _choices(wording.ESTIMATORS, ESTIMATORS),
        "unpaired": _choices(wording.UNPAIRED, UNPAIRED),
        "allocations": _choices(wording.ALLOCATIONS, ALLOCATIONS),
        "domains": _choices(wording.DIVISIONS, DOMAINS),
        "command": get_random_string(32),
        "may_ask": person_of(request).role in ROLES["ask_run"],
        "refused": None,
        "typed": typed,
        **more,
    }
    return render(request, "monitoring/run/new.html", context, status=status)


def _pairs(survey: Survey) -> list[Row]:
    """Every pair of rounds that may be compared, the latest first."""
    rounds = measured_rounds(survey, survey.rounds)
    found = list(itertools.combinations(rounds, 2))
    return [{"value": f"{a['round']},{b['round']}", "first": a, "second": b} for a, b in reversed(found)]


def _suitable(survey: Survey) -> str:
    """The method that suits a survey best, as the first proposal."""
    chosen = choose_method(survey)
    return f"{chosen.id}@{chosen.version}"


def _choices(words: Mapping[str, Any], codes: tuple[str, ...]) -> list[Row]:
    return [{"code": code, "name": wording.word(words, code)} for code in codes]


def run_page(request: HttpRequest, number: str, run_number: str) -> HttpResponse:
    """Show a run; a POST does one of the acts on it."""
    found, person = run(run_number, number), person_of(request)
    if request.method == "POST":
        refused = act_on_run(request, found)
        if refused is None:
            return redirect("run", number=number, run_number=run_number)
        return _show_run(request, run(run_number, number), status=409, refused=refused, typed=request.POST.dict())
    see_page(page=request.path, asked_by=person.username, at=clock.now())
    return _show_run(request, found)


def _show_run(request: HttpRequest, found: Run, status: int = 200, **more: object) -> HttpResponse:
    person, of = person_of(request), found.survey.programme
    context = {
        **_placed(of, found.number),
        "programme": of,
        "run": found,
        "job": found.job,
        "may_stop": may_stop(found.job, person),
        "plan": plan_rows(found.plan),
        "remark": latest_remark(found) or {"deviations": "", "quality": ""},
        "acts": trail(found.number),
        "others": [other for other in runs(of) if other.hash_hex and other.pk != found.pk],
        "may": {act: person.role in ROLES[act] for act in ("remark_run", "sign_run", "publish_run")},
        "has_signed": any(signature.person_id == person.pk for signature in found.signatures.all()),
        "refused": None,
        **more,
    }
    if not found.document:
        return render(request, "monitoring/run/waiting.html", context, status=status)
    return render(request, "monitoring/run/result.html", context | result_context(found), status=status)


def _placed(of: Programme, last: str) -> Row:
    crumbs = ((_("监测计划"), reverse("programmes")), (of.number, reverse("programme", args=[of.number])), (last, ""))
    return placed("monitoring", *crumbs)
