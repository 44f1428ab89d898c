"""Where a result is: divisions with a map each, and the plots, each down to what was measured on it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.core.carbon import load_method
from tanhui.kit.workplace import placed
from tanhui.land.queries import ground
from tanhui.monitoring.models import Run
from tanhui.monitoring.queries import booked_files, result, run
from tanhui.monitoring.readout import rows as read
from tanhui.monitoring.readout.maps import maps, plot_marks
from tanhui.monitoring.readout.named import names_of
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.plot_trees import paired_trees
from tanhui.monitoring.readout.plots import described_plot, files_of_plot, measured_tables, plot_pools
from tanhui.monitoring.readout.wording import DIVISIONS, ECOSYSTEMS, SCOPES, STATUSES, word

Row = dict[str, Any]


def places_page(request: HttpRequest, number: str, run_number: str, by: str) -> HttpResponse:
    """One division of a result in full, with maps of density, removal and uncertainty where it has places."""
    found = run(run_number, number)
    document, names = result(found), names_of(found.survey)
    if by not in read.domain_kinds(document):
        raise Http404
    context = {
        **placed_in_run(found, word(DIVISIONS, by)),
        "programme": found.survey.programme,
        "run": found,
        **places_context(document, names, by, request.GET.get("scope", "")),
    }
    return render(request, "monitoring/run/places.html", context)


def places_context(document: Mapping[str, Any], names: Names, by: str, scope: str) -> Row:
    """Return rows and maps of one division; used by the public page too."""
    known = read.scopes(document)
    chosen = scope if scope in known else known[0]
    rows = read.domain_rows(document, names, by, chosen)
    return {
        "division": {"by": by, "name": word(DIVISIONS, by)},
        "rows": rows,
        "years": read.years(document),
        "estimate": {"ecosystem": "" if chosen == read.ISSUED else chosen},
        "scopes": [{"code": code, "name": word(SCOPES, code), "on": code == chosen} for code in known],
        "maps": maps(rows, by, chosen),
        "ground": ground(),
    }


def plots_page(request: HttpRequest, number: str, run_number: str) -> HttpResponse:
    """All plots of a result, filtered as asked, with a map of those that are left."""
    found = run(run_number, number)
    document, names = result(found), names_of(found.survey)
    every = read.plot_rows(document, names)
    asked = {name: request.GET.get(name, "") for name in ("ecosystem", "stratum", "zone", "status", "find")}
    rows = [row for row in every if _wanted(row, asked)]
    context = {
        **placed_in_run(found, _("样地")),
        "programme": found.survey.programme,
        "run": found,
        "plots": rows,
        "all": len(every),
        "asked": asked,
        "filters": _filters(every, names),
        "years": read.years(document),
        "ground": ground(),
        "marks": plot_marks(found, rows),
        "near": "near" if any(asked.values()) else "",
    }
    return render(request, "monitoring/run/plots.html", context)


def _wanted(row: Row, asked: Mapping[str, str]) -> bool:
    exact = all(not asked[name] or row[name] == asked[name] for name in ("ecosystem", "stratum", "zone", "status"))
    return exact and asked["find"].strip().lower() in row["plot"].lower()


def _filters(rows: Sequence[Row], names: Names) -> list[Row]:
    """What can be chosen, each with its words and how many plots it has."""
    says: Mapping[str, Callable[[str], str]] = {
        "ecosystem": lambda code: word(ECOSYSTEMS, code),
        "stratum": lambda code: names.say("stratum", code),
        "zone": lambda code: names.say("zone", code),
        "status": lambda code: word(STATUSES, code),
    }
    titles = {"ecosystem": _("生态系统"), "stratum": _("层"), "zone": _("发展片区"), "status": _("状态")}
    found = []
    for name, say in says.items():
        codes = sorted({row[name] for row in rows if row[name]})
        options = [{"code": code, "name": say(code), "count": sum(row[name] == code for row in rows)} for code in codes]
        found.append({"name": name, "title": titles[name], "options": options})
    return found


def plot_page(request: HttpRequest, number: str, run_number: str, plot: str) -> HttpResponse:
    """One plot: what it held, its stem map, and every row that was measured on it."""
    found = run(run_number, number)
    document, names = result(found), names_of(found.survey)
    row = next((row for row in read.plot_rows(document, names) if row["plot"] == plot), None)
    if row is None:
        raise Http404
    files = files_of_plot(plot, booked_files(found.survey))
    context = {
        **placed_in_run(found, plot, (_("样地"), reverse("run_plots", args=[number, run_number]))),
        "programme": found.survey.programme,
        "run": found,
        "row": {**row, "status_word": word(STATUSES, row["status"])},
        "years": read.years(document),
        "pools": plot_pools(row, document["evaluation"]),
        "trees": paired_trees(plot, files, document["evaluation"], load_method(found.method, found.method_version)),
        "plot": described_plot(plot, files, document["evaluation"]),
        "tables": measured_tables(plot, files),
    }
    return render(request, "monitoring/run/plot.html", context)


def placed_in_run(found: Run, last: str, *between: tuple[str, str]) -> Row:
    """Return where a page about a run stands."""
    of = found.survey.programme.number
    crumbs = ((of, reverse("programme", args=[of])), (found.number, reverse("run", args=[of, found.number])))
    return placed("monitoring", *crumbs, *between, (last, ""))
