"""The form that a design is typed into: its land, its figures, the live count of plots, and the draw."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.core.sampling import KeptPlot, SizePlan, layouts_of
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.monitoring.design import wording
from tanhui.monitoring.design.asked import (
    REQUEST_LIMIT,
    TimeLimitError,
    Watch,
    chosen,
    counted,
    is_large,
    land_asked,
    read_back,
    request_asked,
    too_long,
)
from tanhui.monitoring.design.figures import (
    StratumFigures,
    figures_by_stratum,
    figures_source,
    known_plots,
    layout_by_stratum,
    located,
)
from tanhui.monitoring.design.sentences import spoken_strata
from tanhui.monitoring.design.strata import GROUPINGS, Land, land_of, parcels_known
from tanhui.monitoring.design.typed import DEFAULTS, Typed, TypedStratum
from tanhui.monitoring.models import Design, Programme
from tanhui.monitoring.queries import design_land, design_lands, latest_survey, programme
from tanhui.monitoring.services import add_design_land, draw_design
from tanhui.monitoring.services.draw_jobs import ask_draw, draw_of
from tanhui.people.signing import signed

CHOSEN = ("quantity", "number_by", "domain", "allocation", "placement", "turn", "edge", "schedule")
ROW_FIELDS = ("stratum", "mean", "sd", "cost", "layout", "figures")
SEEDS = 10**9


def design_new_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the form for the land that is asked for; a POST draws the design, or keeps a file of strata."""
    found = programme(number)
    if request.method != "POST":
        left = draw_of(found) if request.GET.get("again") else None
        typed = read_back(left.arguments) if left else None
        return _show(request, found, typed.fields if typed else request.GET.dict(), typed=typed)
    if request.POST.get("act") == "add_land":
        return _add_land(request, found)
    return _draw(request, found)


def design_preview_part(request: HttpRequest, number: str) -> HttpResponse:
    """Count what is typed so far: plots by stratum, the steps of the sum, or what stands against it."""
    found = programme(number)
    context: dict[str, Any]
    try:
        land, kept = land_asked(found, request.POST.dict(), watch := Watch(REQUEST_LIMIT))
        plans = counted(_typed(request), land, kept, watch)
        context = preview_context(plans, land, kept)
    except TimeLimitError as slow:
        context = {"refused": too_long(slow).document()}
    except Problem as problem:
        context = {"refused": problem.document()}
    return render(request, "monitoring/partials/design_preview.html", context)


def preview_context(
    plans: Sequence[tuple[str, SizePlan]], land: Land, kept: Mapping[str, Sequence[KeptPlot]]
) -> dict[str, Any]:
    """What the preview shows of the plans of each domain."""
    names = spoken_strata(land.strata)
    return {
        "refused": None,
        "plots": sum(plan.plots for _domain, plan in plans),
        "by_worker": is_large(land, plans),
        "sizes": [
            {
                "domain": domain,
                "plots": plan.plots,
                "steps": [
                    {"df": step.df, "t": step.t, "exact": float(step.exact), "plots": step.plots}
                    for step in (plan.size.steps if plan.size else ())
                ],
                "formula_plots": plan.size.plots if plan.size else None,
                "expected_percent": None if plan.expected_error is None else 100 * plan.expected_error,
                "confidence_percent": float(plan.goal.confidence * 100),
                "rows": [
                    {
                        "stratum": names[facts.name],
                        "plots": count,
                        "kept": len(kept.get(facts.name, ())),
                        "population": facts.population,
                    }
                    for facts, count in zip(plan.strata, plan.counts, strict=True)
                ],
            }
            for domain, plan in plans
        ],
    }


def _draw(request: HttpRequest, found: Programme) -> HttpResponse:
    """Draw at once what is small; leave to the worker what is large, or turns out to take too long."""
    typed = _typed(request)
    try:
        drawn = _at_once(request, found, typed)
        if drawn is None:
            key = request.POST.get("command") or get_random_string(32)
            ask_draw(programme=found, typed=typed, key=key, **signed(request))
            return redirect("programme", number=found.number)
    except Problem as problem:
        return _show(request, found, typed.fields, refused=problem.document(), status=409)
    messages.success(request, _("第 %(revision)s 版设计已抽出。") % {"revision": drawn.revision})
    return redirect("design", number=found.number, revision=drawn.revision)


def _at_once(request: HttpRequest, found: Programme, typed: Typed) -> Design | None:
    """The design, drawn in this request; None where that would take too long, and then nothing was kept."""
    watch = Watch(REQUEST_LIMIT)
    try:
        land, kept = land_asked(found, typed.fields, watch)
        if is_large(land, counted(typed, land, kept, watch)):
            return None
        asked = request_asked(found, typed, watch)
        return draw_design(programme=found, request=asked, **signed(request), progress=watch)
    except TimeLimitError:
        return None


def _add_land(request: HttpRequest, found: Programme) -> HttpResponse:
    sent = request.FILES.get("file")
    name, content = (str(sent.name), sent.read()) if sent else ("", b"")
    try:
        added = add_design_land(programme=found, name=name, content=content, **signed(request))
    except Problem as problem:
        return _show(request, found, {}, refused=problem.document(), status=409)
    return redirect(f"{reverse('design_new', args=[found.number])}?source=file&by=stratum&land={added.pk}")


def _typed(request: HttpRequest) -> Typed:
    columns = [request.POST.getlist(name) for name in ROW_FIELDS]
    rows = [TypedStratum(*row) for row in zip(*columns, strict=False)]
    return Typed(request.POST.dict(), rows)


def _show(
    request: HttpRequest,
    found: Programme,
    fields: Mapping[str, str],
    *,
    typed: Typed | None = None,
    refused: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    if request.method == "POST":
        typed = _typed(request)
    source, by = chosen(fields)
    context = {
        **placed(
            "monitoring",
            (_("监测计划"), reverse("programmes")),
            (found.number, reverse("programme", args=[found.number])),
            (_("样地设计"), ""),
        ),
        "programme": found,
        "source": source,
        "by": by,
        "land": fields.get("land", ""),
        "lands": design_lands(found),
        "groupings": [(value, wording.word("by", value)) for value in GROUPINGS.get(source, ())],
        "sources": _sources(),
        "refused": refused,
        "fields": {**_usual(), **fields},
        "choices": {name: wording.options(name) for name in CHOSEN},
        "survey": latest_survey(found),
        "keep": fields.get("keep", "" if typed else "on") == "on",
        "command": get_random_string(32),
    }
    try:
        rows = _rows(found, land_of(source, by, design_land(found, fields.get("land", ""))), fields, typed)
    except Problem as problem:
        rows, context["refused"] = [], refused or problem.document()
    return render(request, "monitoring/design_new.html", context | {"rows": rows}, status=status)


def _usual() -> dict[str, str]:
    """What stands in the fields of a form that nobody has filled in."""
    return {**DEFAULTS, "first_year": str(clock.now().year + 1), "seed": str(secrets.randbelow(SEEDS))}


def _sources() -> list[tuple[str, str]]:
    return [(value, said) for value, said in wording.options("source") if value != "parcels" or parcels_known()]


def _rows(found: Programme, land: Land, fields: Mapping[str, str], typed: Typed | None) -> list[dict[str, Any]]:
    """The table of strata: what was typed, or else what the last survey says."""
    told = {row.name: row for row in typed.strata} if typed else {}
    survey = latest_survey(found)
    figures: Mapping[str, StratumFigures] = {}
    usual: Mapping[str, str] = {}
    if survey is not None:
        known = known_plots(survey)
        where = located(known, land)
        figures = figures_by_stratum(known, where, fields.get("quantity") or DEFAULTS["quantity"])
        usual = layout_by_stratum(known, land, where)
    rows = []
    for stratum in land.strata:
        known_figures = figures.get(stratum.name, StratumFigures(0, "", ""))
        row = told.get(stratum.name)
        rows.append(
            {
                "stratum": stratum,
                "area_ha": stratum.area_m2 / 10_000,
                "layouts": layouts_of(stratum.ecosystem),
                "layout": row.layout if row else usual.get(stratum.name, layouts_of(stratum.ecosystem)[0].id),
                "mean": row.mean if row else known_figures.mean,
                "sd": row.sd if row else known_figures.sd,
                "cost": row.cost if row else "1",
                "figures": row.source if row else figures_source(survey, known_figures),
                "figures_said": wording.figures_said(row.source if row else figures_source(survey, known_figures)),
            }
        )
    return rows
