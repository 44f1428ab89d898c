"""Dry runs: what a version of a method would change on a booked survey, plot by plot. Nothing is written."""

import csv
import io
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.certification.sentences import spoken
from tanhui.core.carbon.codes import Note
from tanhui.core.carbon.method import TRIAL, shipped_methods
from tanhui.core.carbon.rehearsal import PlotShift, Rehearsal, plot_row
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.site.dry_runs import booked_surveys, dry_run, named_method
from tanhui.site.method_words import TOTALS
from tanhui.site.pages.methods import shipped

LONGEST = 300
"""Rows of plots that a page shows; the files have all."""


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
    }
    if not context["on"]:
        return render(request, "method_dry_run.html", context)
    try:
        against = named_method(context["against"]) if context["against"] else None
        result = dry_run(number=context["on"], after=found, against=against)
    except Problem as problem:
        return render(request, "method_dry_run.html", context | {"refused": problem.document()}, status=404)
    if request.GET.get("format") in {"csv", "json"}:
        return _file(result, request.GET["format"])
    return render(request, "method_dry_run.html", context | {"result": _shown(result)})


def _file(result: Rehearsal, kind: str) -> HttpResponse:
    method = result.after.stocks.method
    name = f"dry-run-{method.id}-{method.version}.{kind}"
    if kind == "json":
        content = json.dumps(result.document(), ensure_ascii=False, indent=1)
        response = HttpResponse(content, content_type="application/json; charset=utf-8")
    else:
        response = HttpResponse(plots_csv(result), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def plots_csv(result: Rehearsal) -> str:
    """Return every plot, pool and round by both methods as CSV."""
    rows = [plot_row(shift) for shift in result.plots]
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


def _shown(result: Rehearsal) -> dict[str, Any]:
    changed = result.changed_plots
    before, after = result.before.stocks.method, result.after.stocks.method
    return {
        "before": f"{before.id} {before.version}",
        "after": f"{after.id} {after.version}",
        "totals": [
            {"words": words, "unit": unit, **result.totals[name].document(), "changed": result.totals[name].changed}
            for name, (words, unit) in TOTALS.items()
        ],
        "strata": [{"stratum": name, **shift.document()} for name, shift in result.strata.items()],
        "plots": [_plot(shift) for shift in changed[:LONGEST]],
        "plots_changed": len(changed),
        "plots_all": len(result.plots),
        "plots_left": max(0, len(changed) - LONGEST),
        "reasons": _notes(result.reasons),
        "flags": _notes(result.flags),
    }


def _plot(shift: PlotShift) -> dict[str, Any]:
    return {**plot_row(shift), "difference": shift.carbon_t_ha.difference}


def _notes(notes: tuple[tuple[Note, ...], tuple[Note, ...]]) -> list[dict[str, Any]]:
    """Notes that come, then notes that go, each with its sentence."""
    came, went = notes
    return [{"came": True, **spoken(note)} for note in came] + [{"came": False, **spoken(note)} for note in went]
