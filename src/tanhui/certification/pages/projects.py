"""The public page of a project, and its papers."""

from collections.abc import Mapping
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.certification.dates import period_days
from tanhui.certification.models import Estimate, Project, State
from tanhui.certification.pages import readout
from tanhui.certification.pages.plots import example_plot
from tanhui.certification.queries import STEPS, document_of, latest_estimate, project, steps
from tanhui.kit import clock
from tanhui.land.queries.overlap import commitments_of
from tanhui.people.queries import spoken, trail

Row = dict[str, Any]


def project_page(request: HttpRequest, number: str) -> HttpResponse:
    found = project(number)
    return render(request, "project.html", {"nav": "books", **project_context(found, plot=True)})


def project_context(found: Project, *, plot: bool = False) -> Row:
    """Return all that the pages of a project share."""
    estimate = latest_estimate(found)
    context: Row = {
        "steps": step_rows(found),
        "acts": act_rows(found),
        "estimate": None,
        "strata": [],
        "papers": [],
        "plot": None,
    }
    if estimate is None:
        return {**context, "project": project_row(found, None)}
    document = document_of(estimate)
    return {
        **context,
        "project": project_row(found, document),
        "estimate": readout.estimate_row(estimate, document),
        "strata": readout.strata_rows(estimate.survey, document),
        "strata_total": readout.strata_total(document),
        "years": readout.years(document),
        "pools": readout.pool_rows(document),
        "flags": readout.flag_rows(document),
        "plot": example_plot(estimate.survey, document) if plot else None,
        "papers": _papers(found, estimate),
    }


def project_row(found: Project, document: Mapping[str, Any] | None) -> Row:
    days = found.notice_until - found.notice_from if found.notice_until and found.notice_from else None
    period_from, period_to = (period_days(document) if document else None) or (None, None)
    return {
        "number": found.number,
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "owner_zh": found.owner.name_zh,
        "owner_en": found.owner.name_en,
        "state": found.state,
        "ecosystem": readout.main_ecosystem(document) if document else "",
        "period_from": period_from,
        "period_to": period_to,
        "area_ha": document["area_ha"] if document else None,
        "parcels": len(commitments_of(found.number)),
        "synthetic_zh": found.synthetic_zh,
        "synthetic_en": found.synthetic_en,
        "notice_from": found.notice_from,
        "notice_until": found.notice_until,
        "notice_days": days.days if days is not None else None,
        "lot": _lot(found),
    }


def _lot(found: Project) -> str:
    """Return the lot that was issued on a project."""
    if found.state != State.ISSUED:
        return ""
    return next((entry.facts["lot"] for entry in trail(found.number) if entry.facts.get("lot")), "")


def step_rows(found: Project) -> list[Row]:
    rows = [
        {
            "state": state,
            "status": "done" if step.done else "now" if step.due else "later",
            "when": f"{step.done.at.astimezone(clock.LOCAL):%m-%d %H:%M}" if step.done else "",
            "who": spoken(step.done.person) if step.done else "",
        }
        for step, state in zip(steps(found), [state.value for _act, state in STEPS], strict=True)
    ]
    if found.state == State.RETURNED:
        done = [row for row in rows if row["status"] == "done"]
        return [*done, {"state": State.RETURNED.value, "status": "now", "when": "", "who": ""}]
    return rows


def act_rows(found: Project) -> list[Row]:
    return [
        {
            "act": entry.act,
            "at": entry.at,
            "name_zh": entry.person.name_zh,
            "name_en": entry.person.name_en,
            "role": entry.role,
            "organisation_zh": entry.person.organisation.name_zh,
            "organisation_en": entry.person.organisation.name_en,
            "reason": entry.reason,
            "facts": _("公示 %(days)s 天") % entry.facts if "days" in entry.facts else "",
        }
        for entry in trail(found.number)
    ]


def _papers(found: Project, estimate: Estimate) -> list[Row]:
    report = reverse("report_pdf", args=[found.number])
    return [
        {
            "name": _("监测报告"),
            "url": report,
            "format": "PDF",
            "bytes": len(estimate.report_zh),
            "sha256": estimate.report_zh_sha256,
        },
        {
            "name": _("监测报告，英文"),
            "url": f"{report}?language=en",
            "format": "PDF",
            "bytes": len(estimate.report_en),
        },
        {
            "name": _("全部估算，给程序读"),
            "url": reverse("report_json", args=[found.number]),
            "format": "JSON",
            "bytes": len(estimate.document.encode()),
            "sha256": estimate.hash_hex,
        },
    ]


def report_file(request: HttpRequest, number: str) -> HttpResponse:
    """The monitoring report as it was written when the estimate was computed."""
    estimate = _estimate(number)
    english = request.GET.get("language") == "en"
    answer = HttpResponse(bytes(estimate.report_en if english else estimate.report_zh), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{number}{"-en" if english else ""}.pdf"'
    return answer


def report_document(request: HttpRequest, number: str) -> HttpResponse | FileResponse:
    """The estimate's document, byte for byte what its hash covers."""
    return HttpResponse(_estimate(number).document, content_type="application/json")


def _estimate(number: str) -> Estimate:
    found = latest_estimate(project(number))
    if found is None:
        raise Http404
    return found
