"""The trees of a result that should be looked at, each with its plot."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tanhui.monitoring.pages.run_places import placed_in_run
from tanhui.monitoring.queries import run
from tanhui.monitoring.readout.doubtful import REVIVED, STRAYED, kind_word
from tanhui.monitoring.readout.run_doubtful import doubtful_trees

ON_A_PAGE = 200


def trees_page(request: HttpRequest, number: str, run_number: str) -> HttpResponse:
    """List trees that came back from dead or cut, and trees beyond their equation; `?kind=` chooses."""
    found = run(run_number, number)
    trees = doubtful_trees(found)
    counts = {kind: sum(row["kind"] == kind for row in trees) for kind in (REVIVED, STRAYED)}
    known = [kind for kind, count in counts.items() if count]
    asked = request.GET.get("kind", "")
    chosen = asked if asked in known else (known[0] if known else "")
    pages = Paginator([row for row in trees if row["kind"] == chosen], ON_A_PAGE)
    context = {
        **placed_in_run(found, _("值得再看的树")),
        "programme": found.survey.programme,
        "run": found,
        "kinds": [
            {"code": kind, "name": kind_word(kind), "count": counts[kind], "on": kind == chosen} for kind in known
        ],
        "chosen": chosen,
        "page": pages.get_page(request.GET.get("page")),
    }
    return render(request, "monitoring/run/trees.html", context)
