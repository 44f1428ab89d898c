"""The land of a project at the desk: choose its parcels and period, see their triage and what they overlap."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.certification.models import Project
from tanhui.certification.queries import project
from tanhui.certification.services import choose_parcels
from tanhui.certification.services.rules import FROM_STATES, ROLES
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.land.choosing import Chosen, choose_by_file
from tanhui.land.models import Commitment, Hold, Parcel
from tanhui.land.pages.triage_many import split_codes
from tanhui.land.pages.triage_rows import clash_rows, outcome_row, read_period
from tanhui.land.pages.uploads import uploaded
from tanhui.land.queries.listings import open_likenesses
from tanhui.land.queries.overlap import claim_of, commitments_of, find_clashes
from tanhui.land.queries.triage import current_parcels, standing
from tanhui.people.models import Person, Role
from tanhui.people.signing import person_of, signed

Row = dict[str, Any]
M2_PER_HA = 10_000


def project_land_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the parcels of a project; a POST chooses them."""
    found = project(number)
    if request.method != "POST":
        return _show(request, found)
    posted = request.POST
    try:
        chosen = _chosen(request)
        period = read_period(posted.get("from", ""), posted.get("to", ""))
        choose_parcels(number=number, parcels=chosen.parcels, period=period, **signed(request))
    except Problem as problem:
        return _show(request, found, status=409, refused=problem.document(), typed=posted.dict())
    messages.success(request, _("选定了 %(count)s 个小班。") % {"count": len(chosen.parcels)})
    if chosen.partly:
        messages.info(request, _("有 %(count)s 个小班只有一部分在边界里，没有选。") % {"count": chosen.partly})
    return redirect("project_land", number=number)


def _chosen(request: HttpRequest) -> Chosen:
    """The parcels of the file that was sent, or else of the codes that were typed."""
    if not request.FILES.getlist("files"):
        return Chosen(current_parcels(split_codes(request.POST.get("codes", ""))))
    with uploaded(request) as path:
        return choose_by_file(path, person_of(request))


def _show(request: HttpRequest, found: Project, status: int = 200, **more: object) -> HttpResponse:
    mine = commitments_of(found.number)
    context = {
        **placed("project", (_("工作台"), reverse("desk")), (found.number, _desk(found)), (_("小班"), "")),
        "project": found,
        "rows": _rows(mine),
        "area_ha": sum(row.area_m2 or 0 for row in mine) / M2_PER_HA,
        "period_from": mine[0].period_from if mine else None,
        "period_to": mine[0].period_to if mine else None,
        "state": Hold(mine[0].state).label if mine else "",
        "clashes": _clashes(mine, found.number),
        "likenesses": _likenesses(mine) if found.state in FROM_STATES["choose_parcels"] else [],
        "can_choose": _can_choose(found, person_of(request)),
        "codes": " ".join(row.parcel_code for row in mine),
        "refused": None,
        "typed": {},
        **more,
    }
    return render(request, "project_land.html", context, status=status)


def _desk(found: Project) -> str:
    return reverse("work_project", args=[found.number])


def _can_choose(found: Project, person: Person) -> bool:
    own = person.role != Role.OWNER or person.organisation_id == found.owner_id
    return own and person.role in ROLES["choose_parcels"] and found.state in FROM_STATES["choose_parcels"]


def _rows(mine: list[Commitment]) -> list[Row]:
    if not mine:
        return []
    period = {"period_from": mine[0].period_from, "period_to": mine[0].period_to}
    codes = [row.parcel_code for row in mine]
    outcomes = dict(standing().filter(parcel_code__in=codes, **period).values_list("parcel_code", "outcome"))
    parcels = {parcel.code: parcel for parcel in Parcel.objects.select_related("county").filter(commitments__in=mine)}
    return [
        {
            "code": row.parcel_code,
            "parcel": parcels.get(row.parcel_code),
            "area_m2": row.area_m2,
            "outcome": outcome_row(outcomes[row.parcel_code]) if row.parcel_code in outcomes else None,
        }
        for row in mine
    ]


def _clashes(mine: list[Commitment], number: str) -> list[Row]:
    if not mine:
        return []
    period = (mine[0].period_from, mine[0].period_to)
    return clash_rows(find_clashes([claim_of(row) for row in mine], period, leave_out=number), period)


def _likenesses(mine: list[Commitment]) -> list[Any]:
    if not mine:
        return []
    codes = [row.parcel_code for row in mine]
    parcels = list(Parcel.objects.select_related("owner").filter(code__in=codes, replaced_by=None))
    return open_likenesses(parcels, (mine[0].period_from, mine[0].period_to))
