"""The parcels: a list to narrow and page through, one parcel with its map and history, files to take away."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.land import queries
from tanhui.land.export import parcel_file
from tanhui.land.mapping.lists import CODE_LISTS, fields
from tanhui.land.models import Ecosystem, Extent, Origin, Tenure
from tanhui.land.pages.map_figures import map_figures
from tanhui.land.queries import ParcelFilter
from tanhui.land.wording import code_name
from tanhui.people.signing import person_of

MOST_EXPORTED = 300_000
CORNERS = 4
CODED_FIELDS = {field.field.upper(): field.column for field in fields() if field.column in CODE_LISTS}


def parcels_page(request: HttpRequest) -> HttpResponse:
    """List the parcels that this person may see."""
    person, wanted = person_of(request), _wanted(request)
    page = queries.parcel_page(person, wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    kept = {name: value for name, value in wanted._asdict().items() if value}
    context = {
        **placed("parcels", (_("工作台"), reverse("desk")), (_("小班"), "")),
        "page": page,
        "sums": queries.parcel_sums(person, wanted),
        "totals": queries.ecosystem_totals(person),
        "wanted": wanted,
        "narrowed": bool(kept),
        "query": urlencode(kept),
        "choices": _choices(person),
        "figures": map_figures(reverse("parcel_features"), open_on=queries.parcel_reach(person)),
    }
    return render(request, "land/parcels.html", context)


def parcel_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show one parcel as it stands, and what it was before."""
    person = person_of(request)
    found = queries.parcel(code, person)
    shape = queries.shape_feature(
        bytes(found.geometry), {"code": found.code, "ecosystem": found.ecosystem, "area_m2": found.area_m2}
    )
    context = {
        **placed("parcels", (_("小班"), reverse("parcels")), (found.code, "")),
        "parcel": found,
        "history": queries.history(code),
        "works": queries.works_on(found),
        "attributes": [
            {"name": name, "value": value, "said": _said(name, value)} for name, value in found.attributes.items()
        ],
        "figures": map_figures(reverse("parcel_features"), chosen=shape),
    }
    return render(request, "land/parcel.html", context)


def parcel_features(request: HttpRequest) -> HttpResponse:
    """The parcels, or cells of them, in a map's view: `?bbox=west,south,east,north`; without one, everywhere."""
    try:
        edges = [float(part) for part in request.GET.get("bbox", "-180,-90,180,90").split(",")]
    except ValueError:
        edges = []
    if len(edges) != CORNERS or not edges[0] < edges[2] or not edges[1] < edges[3]:
        raise Problem("bad_bbox", _("bbox 要写成 西,南,东,北 四个数。"), field="bbox")
    answer = JsonResponse(queries.parcels_in_view(person_of(request), Extent(*edges)))
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def parcels_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as it is narrowed, as CSV, Excel or GeoPackage. Raises `too_many_rows`."""
    person, wanted = person_of(request), _wanted(request)
    count = queries.parcel_sums(person, wanted).parcels
    if count > MOST_EXPORTED:
        text = _("有 %(count)s 个小班，一次最多下载 %(most)s 个。") % {"count": count, "most": MOST_EXPORTED}
        raise Problem("too_many_rows", text, remedy=_("先按旗县或片区筛选。"))
    rows = queries.narrowed(queries.seen_by(person), wanted).order_by("code")
    return parcel_file(rows.select_related("county", "zone").iterator(2_000), kind)


def _wanted(request: HttpRequest) -> ParcelFilter:
    return ParcelFilter(**{name: request.GET.get(name, "")[:80] for name in ParcelFilter._fields})


def _choices(person: Any) -> dict[str, Any]:  # noqa: ANN401 - a person
    return {
        "counties": queries.counties(),
        "zones": queries.zones(),
        "ecosystems": [*Ecosystem.choices, ("other", _("其他土地"))],
        "species": [(code, code_name("species", code)) for code in queries.used_values(person, "species")],
        "origins": Origin.choices,
        "tenures": Tenure.choices,
    }


def _said(name: str, value: object) -> str:
    """The name of a code, for the fields whose lists are known."""
    column = CODED_FIELDS.get(name.upper())
    told = "" if value is None else str(value)
    named = code_name(column, told) if column and told else told
    return "" if named == told else named
