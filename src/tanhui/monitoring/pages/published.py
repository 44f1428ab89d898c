"""Published results, for everybody: the numbers and the report, and nowhere the place of a plot."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.kit.sheets import EXCEL_TYPE, workbook_bytes
from tanhui.monitoring.models import Run
from tanhui.monitoring.pages.run_files import about_sheet, attachment, paper_answer, run_sheets
from tanhui.monitoring.pages.run_places import places_context
from tanhui.monitoring.pages.run_views import result_context
from tanhui.monitoring.queries import published_runs, result, run
from tanhui.monitoring.readout.named import names_of
from tanhui.monitoring.readout.plan import plan_rows
from tanhui.monitoring.readout.rows import domain_kinds

MAPPED = ("zone", "county")


def results_page(request: HttpRequest) -> HttpResponse:
    """List what was published, the latest first."""
    return render(request, "monitoring/results.html", {"nav": "results", "runs": published_runs()})


def result_page(request: HttpRequest, run_number: str) -> HttpResponse:
    """Show a published result: number, strata, divisions with maps, errors, flags, report."""
    found = _published(run_number)
    document, names = result(found), names_of(found.survey)
    mapped = next((by for by in MAPPED if by in domain_kinds(document)), None)
    context = {
        "nav": "results",
        "run": found,
        "of": found.survey.programme,
        "plan": plan_rows(found.plan),
        **result_context(found),
        "places": places_context(document, names, mapped, "") if mapped else None,
    }
    return render(request, "monitoring/result.html", context)


def result_report(request: HttpRequest, run_number: str) -> HttpResponse:
    """The report with its signatures."""
    return paper_answer(request, _published(run_number))


def result_excel(request: HttpRequest, run_number: str) -> HttpResponse:
    """All tables but the one of plots."""
    found = _published(run_number)
    content = workbook_bytes(run_sheets(found, places=False), about_sheet(found))
    return attachment(content, EXCEL_TYPE, f"{run_number}.xlsx")


def _published(number: str) -> Run:
    """Return a published run; one that is not published does not exist for the public."""
    found = run(number)
    if found.published_at is None:
        raise Http404
    return found
