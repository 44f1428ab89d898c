"""What can be taken away from a result: tables, the whole workbook, the document, the report, the recompute file."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.core.canonical import canonical_json
from tanhui.core.carbon import method_files
from tanhui.core.recompute import Parts, pack
from tanhui.kit.sheets import CSV_TYPE, EXCEL_TYPE, Column, Sheet, csv_bytes, workbook_bytes
from tanhui.monitoring.models import Run
from tanhui.monitoring.papers.report import report_paper, signed_paper
from tanhui.monitoring.queries import booked_files, result, run
from tanhui.monitoring.readout.named import names_of
from tanhui.monitoring.readout.partial import removal_said
from tanhui.monitoring.readout.plan import plan_rows
from tanhui.monitoring.readout.run_doubtful import doubtful_trees
from tanhui.monitoring.readout.sheets import sheets
from tanhui.monitoring.readout.span import yearly_said, years_said


def table_file(request: HttpRequest, number: str, run_number: str, table: str) -> HttpResponse:
    """One table as CSV, or as a workbook of one sheet with `?excel`."""
    found = run(run_number, number)
    chosen = next((sheet for sheet in run_sheets(found, places=True) if sheet.code == table), None)
    if chosen is None:
        raise Http404
    if "excel" in request.GET:
        return attachment(workbook_bytes([chosen], about_sheet(found)), EXCEL_TYPE, f"{run_number}-{table}.xlsx")
    return attachment(csv_bytes(chosen), CSV_TYPE, f"{run_number}-{table}.csv")


def excel_file(request: HttpRequest, number: str, run_number: str) -> HttpResponse:
    """All tables of a result in one workbook, what it is first."""
    found = run(run_number, number)
    content = workbook_bytes(run_sheets(found, places=True), about_sheet(found))
    return attachment(content, EXCEL_TYPE, f"{run_number}.xlsx")


def run_sheets(found: Run, *, places: bool) -> list[Sheet]:
    trees = doubtful_trees(found) if places else ()
    return sheets(result(found), names_of(found.survey), places=places, trees=trees)


def about_sheet(found: Run) -> Sheet:
    """What a workbook is: whose result, of what data, by which method, plan and seed, with all hashes."""
    document = result(found)
    programme, method = found.survey.programme, document["method"]
    english = (get_language() or "").startswith("en")
    rows = [
        (_("监测计划"), programme.name_en if english else programme.name_zh),
        (_("编号"), found.number),
        (_("方法"), f"{method['title_en' if english else 'title_zh']} {method['id']}@{method['version']}"),
        (_("碳汇量"), removal_said(document, names_of(found.survey))),
        *(
            (name, said)
            for name, said in ((_("每年"), yearly_said(document)), (_("年数"), years_said(document)))
            if said
        ),
        *((row["name"], row["value"]) for row in plan_rows(found.plan)),
        (_("数据修订"), str(found.survey.revision)),
        (_("外业摘要"), found.survey.root_hex),
        (_("方法摘要"), found.method_hash_hex),
        (_("结果摘要"), found.hash_hex),
        (_("申请"), f"{found.asked_at:%Y-%m-%d %H:%M} {found.asked_by.name_en if english else found.asked_by.name_zh}"),
    ]
    synthetic = programme.synthetic_en if english else programme.synthetic_zh
    if synthetic:
        rows.append((_("哪些不是实测"), synthetic))
    columns = (Column("name", _("项目")), Column("value", _("内容")))
    return Sheet("about", _("说明"), columns, rows)


def document_file(request: HttpRequest, number: str, run_number: str) -> HttpResponse:
    """The document of a result, as it was hashed, set out for reading."""
    content = json.dumps(result(run(run_number, number)), ensure_ascii=False, indent=1)
    return attachment(content.encode(), "application/json", f"{run_number}.json")


def recompute_file(request: HttpRequest, number: str, run_number: str) -> HttpResponse:
    """Everything that gives the same digits again on another machine, in one file."""
    return attachment(recompute_bytes(run(run_number, number)), "application/zip", f"{run_number}.tanhui.zip")


def recompute_bytes(found: Run) -> bytes:
    document = result(found)
    method = method_files(found.method, found.method_version)
    return pack(Parts(booked_files(found.survey), method, canonical_json(found.plan), canonical_json(document)))


def report_file(request: HttpRequest, number: str, run_number: str) -> HttpResponse:
    """The report: as it will be signed, or with its signatures once there are some; `?as=signed` what was signed."""
    found = run(run_number, number)
    return paper_answer(request, found)


def paper_answer(request: HttpRequest, found: Run) -> HttpResponse:
    asked = request.GET.get("language") or (get_language() or "zh")
    language = "en" if asked.startswith("en") else "zh"
    kept = found.papers.filter(language=language).first()
    if request.GET.get("as") == "signed" and kept is not None:
        content = bytes(kept.content)
    else:
        content = signed_paper(found, language) if kept is not None else report_paper(found, language)
    return attachment(content, "application/pdf", f"{found.number}-{language}.pdf")


def attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
