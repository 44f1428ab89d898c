"""All plots of a project, and one plot down to each tree and layer that was measured."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.certification.models import Estimate, Project
from tanhui.certification.queries import document_of, latest_estimate, project, stratum_names, survey_files
from tanhui.core.carbon import load_method
from tanhui.monitoring.readout.plot_trees import paired_trees
from tanhui.monitoring.readout.plots import described_plot, files_of_plot, measured_tables

Row = dict[str, Any]
Document = Mapping[str, Any]


def plots_page(request: HttpRequest, number: str) -> HttpResponse:
    """List every plot with its density in each round and its change."""
    found, estimate = _measured(number)
    document = document_of(estimate)
    context = {
        "nav": "books",
        "project": {"number": found.number, "name_zh": found.name_zh, "name_en": found.name_en},
        "plots": plot_rows(document, stratum_names(estimate.survey)),
        "rounds": document["rounds"],
    }
    return render(request, "plots.html", context)


def plots_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The densities of every plot, pool and round as a table to download."""
    _found, estimate = _measured(number)
    rows = document_of(estimate)["plot_densities"]
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{number}-plots.csv"'
    answer.write("\ufeff")  # so that spreadsheet programs read it as UTF-8
    columns = ("plot", "stratum", "ecosystem", "round", "pool", "biomass_t_ha", "carbon_t_ha")
    table = csv.writer(answer)
    table.writerow(columns)
    table.writerows([row[column] for column in columns] for row in rows)
    return answer


def plot_page(request: HttpRequest, number: str, plot: str) -> HttpResponse:
    """Show one plot: its densities, its stem map, and every row that was measured on it."""
    found, estimate = _measured(number)
    document = document_of(estimate)
    files = files_of_plot(plot, survey_files(estimate.survey))
    names = stratum_names(estimate.survey)
    row = next((row for row in plot_rows(document, names) if row["plot"] == plot), None)
    if row is None:
        raise Http404
    method = load_method(document["method"]["id"], document["method"]["version"])
    context = {
        "nav": "books",
        "project": {"number": found.number, "name_zh": found.name_zh, "name_en": found.name_en},
        "row": row,
        "rounds": document["rounds"],
        "trees": paired_trees(plot, files, document, method),
        "plot": described_plot(plot, files, document),
        "tables": measured_tables(plot, files),
        "method": document["method"],
    }
    return render(request, "plot.html", context)


def _measured(number: str) -> tuple[Project, Estimate]:
    found = project(number)
    estimate = latest_estimate(found)
    if estimate is None:
        raise Http404
    return found, estimate


def plot_rows(document: Document, names: Mapping[str, tuple[str, str]]) -> Sequence[Row]:
    """Return one row a plot: all its pools together, first and last round, and the difference."""
    last = max((told["round"] for told in document["rounds"]), default=1)
    found: dict[str, Row] = {}
    for density in document["plot_densities"]:
        if density["pool"] == "all":
            continue
        row = found.setdefault(density["plot"], _empty(density, names))
        place = "second_tc_ha" if density["round"] == last and last > 1 else "first_tc_ha"
        if density["carbon_t_ha"] is not None:
            row[place] = (row[place] or 0.0) + float(density["carbon_t_ha"])
    for row in found.values():
        if row["first_tc_ha"] is not None and row["second_tc_ha"] is not None:
            row["change_tc_ha"] = row["second_tc_ha"] - row["first_tc_ha"]
    return [found[plot] for plot in sorted(found)]


def _empty(density: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> Row:
    name_zh, name_en = names[density["stratum"]]
    return {
        "plot": density["plot"],
        "stratum_zh": name_zh,
        "stratum_en": name_en,
        "ecosystem": density["ecosystem"],
        "first_tc_ha": None,
        "second_tc_ha": None,
        "change_tc_ha": None,
    }
