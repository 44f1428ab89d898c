"""Imports of parcels: sending a file, what was found in it, choosing what it does not say, confirming."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.core.geometry.systems import known_systems
from tanhui.kit import clock
from tanhui.kit.jobs.models import OPEN_STATES, Job
from tanhui.kit.jobs.services import ask_job, see_page
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land import queries
from tanhui.land.export import Sheet, as_file
from tanhui.land.jobs import CHECK, IMPORT
from tanhui.land.mapping.lists import PARCEL_FIELDS, columns
from tanhui.land.models import Defect, Ecosystem, Holds, ImportState, ParcelImport
from tanhui.land.pages.uploads import uploaded
from tanhui.land.parcels.choices import Choices
from tanhui.land.places.attributes import FIELD_TABLES
from tanhui.land.places.prepare import WHOLE
from tanhui.land.services import choose_parcels, drop_import, upload_parcels
from tanhui.land.services.roles import ROLES
from tanhui.land.wording import ADVICE, DEFECTS, REMEDIES, TABLES, cancelled, column_titles, defect_sentence
from tanhui.people.jobs import may_stop
from tanhui.people.signing import person_of, signed

MOST_DEFECTS = 200_000


def imports_page(request: HttpRequest) -> HttpResponse:
    """List all imports; a POST sends a file."""
    if request.method == "POST":
        return _upload(request)
    return _list(request)


def _upload(request: HttpRequest) -> HttpResponse:
    here = queries.region()
    assert here is not None
    by, at = person_of(request), clock.now()
    try:
        with uploaded(request) as path:
            found = upload_parcels(
                path=path, choices=_choices(request), region_code=here.code, by=by, at=at, holds=_holds(request)
            )
    except Problem as problem:
        return _list(request, status=409, refused=problem.document())
    if found.state == ImportState.UPLOADED:
        _ask(request, found, CHECK)
    elif found.state == ImportState.IMPORTED:
        messages.success(request, _("这个文件已经入库过，就是 %(number)s。") % {"number": found.number})
    return redirect("land_import", number=found.number)


def _holds(request: HttpRequest) -> str:
    told = request.POST.get("holds", "")
    return told if told in Holds.values else Holds.PARCELS


def _list(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    context = {
        **placed("imports", (_("小班"), reverse("parcels")), (_("导入"), "")),
        "imports": queries.imports(),
        "may_import": person_of(request).role in ROLES["import_parcels"],
        "ecosystems": Ecosystem.choices,
        "zones": queries.zones(),
        "holds": Holds.choices,
        "refused": None,
        **more,
    }
    return render(request, "land/imports.html", context, status=status)


def import_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one import; a POST chooses, checks again, imports or drops."""
    found = queries.parcel_import(number)
    if request.method == "POST":
        return _act(request, found)
    return _show(request, found)


def _act(request: HttpRequest, found: ParcelImport) -> HttpResponse:
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _show(request, found, status=400, refused=unknown_act())
    try:
        act(request, found)
    except Problem as problem:
        return _show(request, queries.parcel_import(found.number), status=409, refused=problem.document())
    return redirect("land_import", number=found.number)


def _choose(request: HttpRequest, found: ParcelImport) -> None:
    choose_parcels(number=found.number, choices=_choices(request), by=person_of(request))
    _ask(request, found, CHECK)


def _confirm(request: HttpRequest, found: ParcelImport) -> None:
    posted = request.POST
    reason = posted.get("reason", "").strip()
    if not reason:
        raise Problem("reason_missing", _("没有写理由，什么都没有做。写一句为什么，再交一次。"), field="reason")
    arguments = {
        "shown": posted.get("shown", ""),
        "reason": reason,
        "leave_out": bool(posted.get("leave_out")),
        "accept_mends": bool(posted.get("accept_mends")),
        "valid_from": _valid_from(posted.get("valid_from", "")),
    }
    _agreed(found, arguments)
    _ask(request, found, IMPORT, **arguments)


def _valid_from(text: str) -> str:
    """The day as it was typed, or nothing. Raises `bad_valid_from` where it is no day."""
    try:
        return date.fromisoformat(text.strip()).isoformat() if text.strip() else ""
    except ValueError as error:
        text = _("“从哪一天起”要写成 2026-07-01 这样。")
        raise Problem("bad_valid_from", text, field="valid_from") from error


def _agreed(found: ParcelImport, arguments: Mapping[str, Any]) -> None:
    """Say at once what the import itself would refuse later."""
    if found.findings.get("refused") and not arguments["leave_out"]:
        text = _("有 %(count)s 个图斑不能入库，什么都没有写入。") % {"count": found.findings["refused"]}
        raise Problem("defects_refused", text, remedy=_("改好文件再传，或者勾选“不要这些图斑”。"), field="leave_out")
    if found.findings.get("asked") and not arguments["accept_mends"]:
        text = _("有 %(count)s 个图斑修好以后面积变了，什么都没有写入。") % {"count": found.findings["asked"]}
        remedy = _("看过面积变化，勾选“认可”，或者改好文件再传。")
        raise Problem("mends_unaccepted", text, remedy=remedy, field="accept_mends")


def _drop(request: HttpRequest, found: ParcelImport) -> None:
    drop_import(number=found.number, **signed(request))
    messages.success(request, _("%(number)s 已放弃，没有入库。") % {"number": found.number})


_ACTS: Mapping[str, Callable[[HttpRequest, ParcelImport], None]] = {
    "choose": _choose,
    "import": _confirm,
    "drop": _drop,
}


def _ask(request: HttpRequest, found: ParcelImport, kind: str, **arguments: object) -> None:
    """Queue the work, once for each press of the button."""
    zh, en = {CHECK: ("检查", "Check"), IMPORT: ("导入", "Import")}[kind]
    ask_job(
        kind=kind,
        key=request.POST.get("command") or get_random_string(32),
        subject=found.number,
        title=(f"{zh} {found.file_name}", f"{en} {found.file_name}"),
        page=reverse("land_import", args=[found.number]),
        asked_by=person_of(request).username,
        at=clock.now(),
        arguments=arguments,
    )


def _choices(request: HttpRequest) -> Choices:
    posted = request.POST
    year, epsg = posted.get("survey_year", ""), posted.get("epsg", "")
    known = {column for table in TABLES for column in columns(table)}
    mapping = {column: posted[f"field-{column}"] for column in known if f"field-{column}" in posted}
    return Choices.of(
        {
            "layer": posted.get("layer", "")[:120],
            "epsg": int(epsg) if epsg.isdecimal() else 0,
            "mapping": mapping,
            "ecosystem": posted.get("ecosystem", "") if posted.get("ecosystem", "") in Ecosystem.values else "",
            "zone": posted.get("zone", "")[:20],
            "survey_year": int(year) if year.isdecimal() and len(year) == 4 else None,  # noqa: PLR2004 - a year
            "replaces": posted["replaces"] if posted.get("replaces") in {"counties", WHOLE} else "codes",
        }
    )


def _show(request: HttpRequest, found: ParcelImport, status: int = 200, **more: object) -> HttpResponse:
    person = person_of(request)
    job = Job.objects.filter(subject=found.number, kind__in=(CHECK, IMPORT)).first()
    if job is not None and not job.open:
        see_page(page=reverse("land_import", args=[found.number]), asked_by=person.username, at=clock.now())
    after = request.GET.get("after", "")
    code = request.GET.get("defect", "") if request.GET.get("defect", "") in DEFECTS else ""
    context = {
        **placed("imports", (_("导入"), reverse("land_imports")), (found.number, "")),
        "found": found,
        "job": job if job is not None and (job.state in OPEN_STATES or job.state in {"failed", "stopped"}) else None,
        "may_stop": job is not None and may_stop(job, person),
        "may_import": person.role in ROLES["import_parcels"],
        "defects": queries.defect_page(found, code=code, after=int(after) if after.isdecimal() else 0),
        "defect": code,
        "command": get_random_string(32),
        "refused": None,
        "names": _names(),
        **_form(found),
        **more,
    }
    return render(request, "land/import.html", context, status=status)


def _form(found: ParcelImport) -> dict[str, Any]:
    """What the form of choices offers: those that fit first."""
    offers = found.question.get("offers", [])
    systems = [epsg for epsg in map(str, known_systems()) if epsg not in offers] if found.question else known_systems()
    table = FIELD_TABLES.get(found.holds, PARCEL_FIELDS)
    names = [row["field"] for row in found.findings.get("fields", [])]
    used = {row["column"]: row["field"] for row in found.findings.get("fields", []) if row["column"]}
    return {
        "systems": list(systems),
        "ecosystems": Ecosystem.choices,
        "zones": queries.zones(),
        "mapping": [(column, title, used.get(column, "")) for column, title in column_titles(table)],
        "file_fields": names,
    }


def _names() -> dict[str, object]:
    """Counties, zones and ecosystems by their keys."""
    counties: dict[str, object] = {county.adcode: county for county in queries.counties()}
    return counties | {zone.zone: zone for zone in queries.zones()}


def defects_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The whole list of defects, to mend the file by."""
    found = queries.parcel_import(number)
    titles = [_("第几个"), _("小班编号"), _("缺陷"), _("代码"), _("怎么处理的")]
    titles += [_("原面积，平方米"), _("现面积，平方米"), _("说明"), _("怎么改")]
    rows = [_defect_row(defect) for defect in Defect.objects.filter(batch=found).order_by("id")[:MOST_DEFECTS]]
    return as_file(Sheet(f"{number}-defects", titles, rows, []), "csv")


def _defect_row(defect: Defect) -> list[object]:
    return [
        defect.row,
        defect.parcel_code,
        str(DEFECTS.get(defect.code, defect.code)),
        defect.code,
        str(REMEDIES.get(defect.remedy, defect.remedy)),
        cancelled(defect.code, defect.before_m2, defect.after_m2) or defect.before_m2,
        defect.after_m2,
        defect_sentence(defect.code, defect.facts),
        str(ADVICE.get(defect.code, "")),
    ]
