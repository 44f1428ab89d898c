"""Dry runs: what a version of a method would change on a booked survey, plot by plot. Nothing of it is booked."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.certification.sentences import spoken
from tanhui.core.carbon.codes import Note
from tanhui.core.carbon.method import TRIAL, Method, shipped_methods
from tanhui.kit import clock
from tanhui.kit.jobs.models import JobState
from tanhui.kit.jobs.services import see_job
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.people.jobs import may_stop
from tanhui.people.signing import person_of
from tanhui.site import dry_run_job
from tanhui.site.dry_run_job import CSV, JSON, ask_dry_run, document_json, job_of_dry_run, plots_csv, summary_of
from tanhui.site.dry_runs import booked_surveys, dry_run, named_method, standing_of
from tanhui.site.method_words import TOTALS
from tanhui.site.pages.methods import shipped

FILES = {"csv": CSV, "json": JSON}
MIME = {"csv": "text/csv", "json": "application/json"}


def method_dry_run_page(request: HttpRequest, method: str, version: str) -> HttpResponse:
    """Ask which survey, or show what the version would change on it; `format` csv or json is the same to keep."""
    found = shipped(method, version)
    here = f"{found.id} {found.version}"
    context: dict[str, Any] = {
        **placed("methods", (_("方法学"), reverse("methods")), (here, reverse("method", args=[method, version]))),
        "method": {
            "id": found.id,
            "version": found.version,
            "trial": found.status == TRIAL,
            "title_zh": found.title_zh,
            "title_en": found.title_en,
        },
        "surveys": booked_surveys(),
        "known": ["@".join(name) for name in shipped_methods()],
        "on": request.GET.get("on", ""),
        "against": request.GET.get("against", ""),
        "refused": None,
        "result": None,
        "large": False,
        "job": None,
    }
    if not context["on"]:
        return render(request, "method_dry_run.html", context)
    try:
        return _answer(request, found, context)
    except Problem as problem:
        return render(request, "method_dry_run.html", context | {"refused": problem.document()}, status=404)


def _answer(request: HttpRequest, found: Method, context: dict[str, Any]) -> HttpResponse:
    """A small survey is run over at once, a large one by the worker: asked for by a POST, watched and shown here."""
    on, named, person = context["on"], context["against"], person_of(request)
    against, standing = named_method(named) if named else None, standing_of(on)
    wanted = request.GET.get("format", "")
    if standing.size <= dry_run_job.LARGE:
        result = dry_run(number=on, after=found, against=against)
        if wanted in FILES:
            return _file(found, wanted, {"csv": plots_csv, "json": document_json}[wanted](result).encode())
        return render(request, "method_dry_run.html", context | {"result": _shown(summary_of(result))})
    job = job_of_dry_run(standing, found, named)
    if request.method == "POST":
        job = ask_dry_run(standing=standing, after=found, against=named, by=person, at=clock.now())
        return redirect(job.page)
    if job is None or job.state != JobState.DONE:
        stoppable = job is not None and may_stop(job, person)
        return render(request, "method_dry_run.html", context | {"large": True, "job": job, "may_stop": stoppable})
    if wanted in FILES:
        return _file(found, wanted, bytes(job.files.get(name=FILES[wanted]).content))
    if job.asked_by == person.username:
        see_job(job=job, at=clock.now())
    return render(request, "method_dry_run.html", context | {"result": _shown(job.result["summary"])})


def _file(method: Method, kind: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=f"{MIME[kind]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dry-run-{method.id}-{method.version}.{kind}"'
    return response


def _shown(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A dry run in the reader's words."""
    named = {side: f"{summary[side]['id']} {summary[side]['version']}" for side in ("before", "after")}
    totals = [(words, summary["totals"][name]) for name, words in TOTALS.items()]
    return {
        **named,
        "totals": [
            {"words": words, "unit": unit, **total, "changed": total["before"] != total["after"]}
            for (words, unit), total in totals
        ],
        "strata": summary["strata"],
        "plots": summary["plots"],
        "plots_changed": summary["plots_changed"],
        "plots_all": summary["plots_all"],
        "plots_left": summary["plots_changed"] - len(summary["plots"]),
        "reasons": _notes(summary["reasons"]),
        "flags": _notes(summary["flags"]),
    }


def _notes(notes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Notes that come, then notes that go, each with its sentence."""
    sides = (("added", True), ("removed", False))
    return [
        {"came": came, **spoken(Note(row["code"], tuple(row["params"].items())))}
        for side, came in sides
        for row in notes[side]
    ]
