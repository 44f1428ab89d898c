"""The register of enhancement works: the list, one work, opening, correcting and closing, and whole tables of them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import shapely
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land import queries
from tanhui.land.export import Sheet, as_file, works_file
from tanhui.land.models import Ecosystem, Works, WorksKind, WorksState
from tanhui.land.pages.map_figures import map_figures
from tanhui.land.pages.uploads import uploaded
from tanhui.land.parcels.ground import ground
from tanhui.land.queries import WorksFilter, shape_feature
from tanhui.land.services import close_works, correct_works, import_works, open_works
from tanhui.land.services.roles import ROLES
from tanhui.land.works.facts import WorksFacts, read_facts
from tanhui.land.works.table import HEADINGS, read_boundary, read_works
from tanhui.people.signing import person_of, signed

MU_M2 = 10_000 / 15


def works_page(request: HttpRequest) -> HttpResponse:
    """List the register; a POST opens a work or takes in a table."""
    if request.method != "POST":
        return _list(request)
    acts = {"open": _open, "import": _import}
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        return _list(request, status=400, refused=unknown_act())
    try:
        return act(request)
    except Problem as problem:
        return _list(request, status=409, refused=problem.document(), typed=request.POST.dict())


def work_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one work; a POST corrects or closes it."""
    found = queries.works(number)
    if request.method != "POST":
        return _show(request, found)
    try:
        match request.POST.get("act"):
            case "correct":
                correct_works(
                    number=number,
                    facts=_facts(request),
                    revision=_revision(request),
                    shape=_shape(request),
                    **signed(request),
                )
                messages.success(request, _("已更正。"))
            case "close":
                close_works(number=number, revision=_revision(request), **signed(request))
                messages.success(request, _("%(number)s 已撤销，仍可查看，不再计入。") % {"number": number})
            case _:
                return _show(request, found, status=400, refused=unknown_act())
    except Problem as problem:
        return _show(request, queries.works(number), status=409, refused=problem.document(), typed=request.POST.dict())
    return redirect("work", number=number)


def works_list_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as it is narrowed, as CSV, Excel or GeoPackage; `template.csv` is an empty table with the headings."""
    if kind == "template":
        titles = [names[0] for names in HEADINGS.values()]
        titles.insert(7, "面积，亩")
        return as_file(Sheet("works-template", titles, [], []), "csv")
    return works_file(queries.works_rows(_wanted(request)).defer(None), kind)


def _open(request: HttpRequest) -> HttpResponse:
    opened = open_works(
        facts=_facts(request),
        key=request.POST.get("command") or get_random_string(32),
        region_code=_region_code(),
        shape=_shape(request),
        **signed(request),
    )
    messages.success(request, _("%(number)s 已登记。") % {"number": opened.number})
    return redirect("work", number=opened.number)


def _import(request: HttpRequest) -> HttpResponse:
    with uploaded(request) as path:
        rows = read_works(path, ground())
    entered = import_works(rows=rows, region_code=_region_code(), **signed(request))
    messages.success(request, _("登记了 %(count)s 项工程。") % {"count": len(entered)})
    return redirect("works")


def _facts(request: HttpRequest) -> WorksFacts:
    """Raises `facts_faulty` with all sentences."""
    facts, faults = read_facts({name: str(value) for name, value in request.POST.items()}, ground())
    if faults:
        raise Problem("facts_faulty", " ".join(fault.sentence for fault in faults), field=faults[0].field)
    return facts


def _shape(request: HttpRequest) -> shapely.Geometry | None:
    """The boundary of a work: all shapes of the file that was sent with the form, joined."""
    if not request.FILES:
        return None
    with uploaded(request) as path:
        return read_boundary(path, ground())


def _revision(request: HttpRequest) -> int:
    told = request.POST.get("revision", "")
    return int(told) if told.isdecimal() else 0


def _region_code() -> str:
    here = queries.region()
    assert here is not None
    return here.code


def _wanted(request: HttpRequest) -> WorksFilter:
    return WorksFilter(**{name: request.GET.get(name, "")[:80] for name in WorksFilter._fields})


def _list(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    wanted = _wanted(request)
    rows = queries.works_rows(wanted)
    role = person_of(request).role
    context = {
        **placed("works", (_("工作台"), reverse("desk")), (_("增汇工程"), "")),
        "works": list(rows[:500]),
        "sums": queries.works_sums(rows),
        "totals": queries.works_totals(list(rows)),
        "wanted": wanted,
        "query": urlencode({name: value for name, value in wanted._asdict().items() if value}),
        "may_open": role in ROLES["open_works"],
        "command": get_random_string(32),
        "typed": {},
        "refused": None,
        "figures": _figures(),
        **_lists(),
        **more,
    }
    return render(request, "land/works.html", context, status=status)


def _figures() -> dict[str, Any]:
    """The map of the list opens on all works."""
    figures = map_figures(reverse("parcel_features"))
    return {**figures, "open_on": figures["works"]}


def _show(request: HttpRequest, found: Works, status: int = 200, **more: object) -> HttpResponse:
    role = person_of(request).role
    chosen = None
    if found.geometry is not None:
        chosen = shape_feature(bytes(found.geometry), {"ecosystem": found.ecosystem})
    context = {
        **placed("works", (_("增汇工程"), reverse("works")), (found.number, "")),
        "work": found,
        "revisions": list(found.revisions.select_related("by").order_by("-revision")),
        "may_correct": role in ROLES["correct_works"] and found.state != WorksState.CLOSED,
        "may_close": role in ROLES["close_works"] and found.state != WorksState.CLOSED,
        "typed": _typed(found),
        "refused": None,
        "figures": map_figures(reverse("parcel_features"), chosen=chosen) if chosen else None,
        **_lists(),
        **more,
    }
    return render(request, "land/work.html", context, status=status)


def _lists() -> dict[str, Any]:
    return {
        "kinds": WorksKind.choices,
        "ecosystems": Ecosystem.choices,
        "states": [choice for choice in WorksState.choices if choice[0] != WorksState.CLOSED],
        "all_states": WorksState.choices,
        "counties": queries.counties(),
        "zones": queries.zones(),
        "years": queries.works_years(),
    }


def _typed(found: Works) -> Mapping[str, Any]:
    """The form filled with what the register says."""
    return {
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "kind": found.kind,
        "ecosystem": found.ecosystem,
        "state": found.state,
        "begun_year": found.begun_year,
        "done_year": found.done_year or "",
        "area": "" if found.area_m2 is None else f"{found.area_m2 / MU_M2:.2f}".rstrip("0").rstrip("."),
        "area_unit": "mu",
        "funder_zh": found.funder_zh,
        "funder_en": found.funder_en,
        "county": found.county_id or "",
        "zone": found.zone_id or "",
        "parcel_codes": " ".join(found.parcel_codes),
        "cost_yuan": "" if found.cost_fen is None else f"{found.cost_fen / 100:.2f}",
        "expected_t": "" if found.expected_kg is None else f"{found.expected_kg / 1000:g}",
        "expected_until_year": found.expected_until_year or "",
        "source": found.source,
    }
