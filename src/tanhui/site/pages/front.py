"""The front page: what is measured, where the issued tonnes are, the zones, and what was used lately."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.certification.models import Estimate, State
from tanhui.certification.pages.outlines import outlines_of
from tanhui.certification.pages.readout import counted_plots
from tanhui.certification.queries import document_of, projects
from tanhui.kit.drawing import TreeDot
from tanhui.land.models import Ecosystem
from tanhui.monitoring.readout.spread import confidence_percent
from tanhui.registry.pages.books import retirement_rows
from tanhui.registry.pages.now import now_context
from tanhui.registry.queries import retirements
from tanhui.site.pages.zones import map_context

LATEST = 5
LOOKED_AT = 500
"""Among so many of the latest projects is the one that the front page shows."""

KNOWN = (State.ISSUED, State.ISSUING, State.ON_NOTICE, State.CERTIFIED, State.REVIEWED)


def home_page(request: HttpRequest) -> HttpResponse:
    shown = _shown_estimate()
    context = {
        "nav": "home",
        "headline": _headline(*shown) if shown else None,
        "tree": _tree(shown[1]) if shown else [],
        "tree_counts": _counts(shown[1]) if shown else [],
        **now_context(),
        "retirements": retirement_rows(retirements(most=LATEST).retirements),
        **map_context(),
    }
    return render(request, "home.html", context)


def _shown_estimate() -> tuple[Estimate, Mapping[str, Any]] | None:
    """Return the certified estimate with the most plots behind it: the one number of the front page."""
    known = outlines_of(projects(*KNOWN, most=LOOKED_AT)).values()
    chosen = max(known, key=lambda one: (one.plots, -one.estimate), default=None)
    if chosen is None:
        return None
    found = Estimate.objects.select_related("survey__project").defer("report_zh", "report_en")
    estimate = found.get(pk=chosen.estimate)
    return estimate, document_of(estimate)


def _headline(estimate: Estimate, document: Mapping[str, Any]) -> dict[str, Any]:
    project = estimate.survey.project
    return {
        "removal_tco2e": document["removal_tco2e"],
        "half_width_tco2e": document["half_width_tco2e"],
        "uncertainty_percent": document["uncertainty_percent"],
        "confidence_percent": confidence_percent(document),
        "plots": counted_plots(document),
        "year_from": document["period"]["from"][:4],
        "year_to": document["period"]["to"][:4],
        "project": project.number,
        "name_zh": project.name_zh,
        "name_en": project.name_en,
    }


def _tree(document: Mapping[str, Any]) -> Sequence[TreeDot]:
    """One dot per plot, as large as its carbon density in the last round."""
    last = max((told["round"] for told in document["rounds"]), default=1)
    sums: dict[str, float] = {}
    ecosystems: dict[str, str] = {}
    for row in document["plot_densities"]:
        if row["round"] == last and row["pool"] != "all":
            sums[row["plot"]] = sums.get(row["plot"], 0.0) + float(row["carbon_t_ha"] or 0)
            ecosystems[row["plot"]] = row["ecosystem"]
    return [TreeDot(ecosystems[plot], sums[plot]) for plot in sorted(sums)]


def _counts(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    dots = _tree(document)
    counts = {ecosystem: sum(dot.ecosystem == ecosystem for dot in dots) for ecosystem in Ecosystem.values}
    return [{"ecosystem": ecosystem, "plots": plots} for ecosystem, plots in counts.items() if plots]
