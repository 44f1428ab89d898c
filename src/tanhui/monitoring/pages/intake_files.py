"""Files to download: templates, marked copies, revisions."""

import io
import zipfile
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.monitoring.intake.marked import marked_copies
from tanhui.monitoring.intake.words import finding_row, language
from tanhui.monitoring.models import Programme
from tanhui.monitoring.queries import booked_files, programme
from tanhui.monitoring.queries.intake import booked_rows, booked_survey, sent_of, upload
from tanhui.monitoring.workbook import ECOSYSTEM_TEMPLATES, Prefill, write_template
from tanhui.monitoring.workbook.prefill import next_round

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FULL = "full"
_MADE = (2026, 1, 1, 0, 0, 0)


def template_file(request: HttpRequest, number: str, ecosystem: str) -> HttpResponse:
    """A field workbook. With `?round=next` it holds the plots, the visits to come and the trees of the last round."""
    found = programme(number)
    if ecosystem not in ECOSYSTEM_TEMPLATES:
        raise Http404
    prefill = (
        filled_form(found, ecosystem)
        if request.GET.get("round") == "next"
        else Prefill(programme=number, programme_name="")
    )
    return download(write_template(ecosystem, language(), prefill), f"{number}-{ecosystem}.xlsx", XLSX)


def filled_form(found: Programme, ecosystem: str) -> Prefill:
    """The field form of the round after the last one that is booked; `full` is of all ecosystems."""
    plots, strata, trees = (booked_rows(found, f"{name}.csv") for name in ("plots", "strata", "trees"))
    last = max((int(row["round"]) for row in booked_rows(found, "visits.csv")), default=0)
    name = found.name_en if language() == "en" else found.name_zh
    form = next_round(plots, strata, trees, programme=found.number, name=name, round_number=last + 1)
    return form if ecosystem == FULL else form.of_ecosystem(ecosystem)


def marked_file(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The user's own workbook with its faulty cells marked; several of them as a ZIP."""
    found = upload(code)
    if found.programme.number != number:
        raise NotFoundProblem("upload_not_found", _("没有编号是 %(code)s 的上传。") % {"code": code})
    copies = marked_copies(sent_of(found), [finding_row(fault) for fault in found.faults])
    if len(copies) == 1:
        ((name, content),) = copies.items()
        return download(content, name, XLSX)
    return download(zipped(copies), f"{code}.zip", "application/zip")


def revision_file(request: HttpRequest, number: str, revision: int) -> HttpResponse:
    """One revision as a ZIP of its CSV files, byte for byte."""
    files = booked_files(booked_survey(programme(number), revision))
    return download(zipped(files), f"{number}-r{revision}.zip", "application/zip")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a ZIP that is the same every time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _MADE), files[name], zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": str(disposition)})
