"""The trees of each plot over its last two rounds: who lived, died, vanished, came; and tags that look exchanged."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.monitoring.intake.fates import FATES, PlotFates, Renumbering, plot_fates
from tanhui.monitoring.models import Programme
from tanhui.monitoring.pages.intake import to_upload
from tanhui.monitoring.queries import latest_survey, programme
from tanhui.monitoring.queries.intake import booked_rows
from tanhui.monitoring.services import revise_survey
from tanhui.monitoring.services.revise_survey import Correction
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.signing import person_of, signed


def fates_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the fates of trees by plot (`?plot=` opens one); a POST makes two numbers one tree."""
    found = programme(number)
    if request.method == "POST":
        return _renumber(request, found)
    return _show(request, found)


def _renumber(request: HttpRequest, found: Programme) -> HttpResponse:
    """Give the tree of the later round its earlier number, if that pair is still one of the suggestions."""
    posted = request.POST
    wanted = (posted.get("plot", ""), posted.get("old", ""), posted.get("new", ""))
    try:
        fates, pair = _suggested(found, wanted)
        made = revise_survey(
            key=posted.get("command") or get_random_string(32),
            programme=found,
            revision=int(posted["revision"]) if posted.get("revision", "").isdecimal() else 0,
            corrections=[Correction("trees.csv", (pair.plot, str(fates.after), pair.new), "tree", pair.old)],
            **signed(request),
        )
    except Problem as problem:
        return _show(request, found, status=409, refused=problem.document())
    return to_upload(request, made)


def _suggested(found: Programme, wanted: tuple[str, str, str]) -> tuple[PlotFates, Renumbering]:
    """Find the suggested pair of plot, old and new number. Raises `renumbering_unknown`."""
    for fates in _plots(found):
        for pair in fates.renumberings:
            if pair[:3] == wanted:
                return fates, pair
    raise Problem("renumbering_unknown", _("这两个号现在对不上，什么都没有改。"), remedy=_("刷新页面再看。"))


def _plots(found: Programme) -> tuple[PlotFates, ...]:
    return plot_fates(booked_rows(found, "trees.csv"), booked_rows(found, "visits.csv"))


def _show(request: HttpRequest, found: Programme, status: int = 200, **more: object) -> HttpResponse:
    plots = _plots(found)
    only = request.GET.get("show") == "unmatched"
    context: dict[str, Any] = {
        **placed(
            "monitoring",
            (_("监测计划"), reverse("programmes")),
            (found.number, reverse("programme", args=[found.number])),
            (_("树的去向"), ""),
        ),
        "programme": found,
        "survey": latest_survey(found),
        "plots": [plot for plot in plots if plot.unmatched or not only],
        "opened": next((plot for plot in plots if plot.plot == request.GET.get("plot")), None),
        "only": only,
        "unmatched": sum(bool(plot.unmatched) for plot in plots),
        "total": {fate: sum(plot.counts[fate] for plot in plots) for fate in FATES},
        "renumberings": [pair for plot in plots for pair in plot.renumberings],
        "can_revise": person_of(request).role in ROLES["revise_survey"],
        "refused": None,
        "command": get_random_string(32),
        **more,
    }
    return render(request, "monitoring/fates.html", context, status=status)
