"""One parcel's period at the desk: every condition, what is known and from whom, overlaps, decisions one by one."""

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.core.triage import load_table
from tanhui.kit import clock
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land.models import EvidenceFile, Parcel, Triage
from tanhui.land.pages.triage_rows import (
    caution_rows,
    clash_rows,
    exemption_rows,
    fact_rows,
    outcome_row,
    read_period,
    route_rows,
)
from tanhui.land.periods import Period
from tanhui.land.queries.listings import open_likenesses
from tanhui.land.queries.triage import assess, current_parcel, revisions
from tanhui.land.services.triage import ROLES, check_own, decide_triage, keep_evidence, subject_of, tell_facts
from tanhui.people.models import Person, Role
from tanhui.people.queries import trail
from tanhui.people.signing import person_of, signed

Row = dict[str, Any]


def triage_page(request: HttpRequest, code: str, first: str, last: str) -> HttpResponse:
    """Show one parcel's period; a POST tells facts or decides."""
    parcel, period = current_parcel(code), read_period(first, last)
    check_reader(parcel, person_of(request))
    if request.method != "POST":
        return _show(request, parcel, period)
    try:
        done = _do(request, parcel, period)
    except Problem as problem:
        return _show(request, parcel, period, status=409, refused=problem.document(), typed=request.POST.dict())
    if not done:
        return _show(request, parcel, period, status=400, refused=unknown_act())
    messages.success(request, done)
    return redirect("triage", code=code, first=first, last=last)


def check_reader(parcel: Parcel, person: Person) -> None:
    """An owner sees its own parcels; to anybody else's it is told that there are none."""
    try:
        check_own(parcels=[parcel], by=person)
    except Problem as problem:
        text = _("没有小班 %(code)s。") % {"code": parcel.code}
        raise NotFoundProblem("unknown_parcel", text) from problem


def _do(request: HttpRequest, parcel: Parcel, period: Period) -> str:
    """Do what the form asks. Returns what to say of it, or nothing where there is no such act."""
    if request.POST.get("act") == "tell":
        count = tell_posted(request, [parcel], period)
        return _("记下了 %(count)s 项事实。") % {"count": count}
    if request.POST.get("act") == "decide":
        (found,) = decide_triage(parcels=[parcel], period=period, **signed(request))
        return _("%(number)s 已判定：%(outcome)s。") % {
            "number": found.number,
            "outcome": found.get_outcome_display(),
        }
    return ""


@transaction.atomic
def tell_posted(request: HttpRequest, parcels: list[Parcel], period: Period) -> int:
    """Write down the facts of a form: those whose field holds something, and those that are ticked to be taken back."""
    posted = request.POST
    facts = {
        name: posted[f"fact_{name}"].strip() for name in load_table().facts if posted.get(f"fact_{name}", "").strip()
    }
    facts |= dict.fromkeys(posted.getlist("take_back"), "")
    paper = request.FILES.get("evidence")
    by = signed(request)
    kept = None
    if paper is not None:
        kept = keep_evidence(name=str(paper.name), content=paper.read(), by=by["by"], at=by["at"])
    return tell_facts(parcels=parcels, period=period, facts=facts, note=posted.get("note", ""), evidence=kept, **by)


def _show(request: HttpRequest, parcel: Parcel, period: Period, status: int = 200, **more: object) -> HttpResponse:
    table = load_table()
    (found,) = assess([parcel], period, today=clock.now().astimezone(clock.LOCAL).date(), table=table)
    decisions = revisions(parcel.code, period)
    person = person_of(request)
    context = {
        **placed("triage", (_("分级分类"), reverse("triages")), (parcel.code, "")),
        "parcel": parcel,
        "period_from": period[0],
        "period_to": period[1],
        "table": table,
        "today": outcome_row(str(found.decision.outcome)),
        "standing": decision_row(decisions[0]) if decisions else None,
        "earlier": [decision_row(row) for row in decisions[1:]],
        "routes": route_rows(table, found.decision, found.known),
        "exemptions": exemption_rows(table, found.decision),
        "cautions": caution_rows(table, found.decision),
        "clashes": clash_rows(found.clashes, period),
        "likenesses": open_likenesses([parcel], period),
        "facts": fact_rows(table, found.known),
        "acts": trail(subject_of(parcel.code)),
        "can_tell": person.role in ROLES["tell_facts"],
        "can_decide": person.role in ROLES["decide_triage"],
        "refused": None,
        "typed": {},
        **more,
    }
    return render(request, "land/triage.html", context, status=status)


def decision_row(triage: Triage) -> Row:
    return {"triage": triage, "outcome": outcome_row(triage.outcome)}


def triage_json(request: HttpRequest, number: str) -> HttpResponse:
    """The document of a decision, byte for byte what its hash covers."""
    found = Triage.objects.select_related("parcel").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_triage", _("没有编号是 %(number)s 的判定。") % {"number": number})
    check_reader(found.parcel, person_of(request))
    assert json.loads(found.document)
    return HttpResponse(found.document, content_type="application/json")


def evidence_file(request: HttpRequest, sha256: str) -> FileResponse:
    """A paper behind a fact, to be saved: nothing that people sent is shown as a page of ours."""
    found = EvidenceFile.objects.filter(sha256=sha256).first()
    if found is None or not _may_read(found, person_of(request)):
        raise NotFoundProblem("unknown_paper", _("没有材料 %(sha256)s。") % {"sha256": sha256})
    answer = FileResponse(
        iter([bytes(found.content)]), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    answer["Content-Length"] = str(len(bytes(found.content)))
    return answer


def _may_read(paper: EvidenceFile, person: Person) -> bool:
    if person.role != Role.OWNER:
        return True
    codes = paper.facts.values_list("parcel_code", flat=True)
    own = Parcel.objects.filter(code__in=codes, replaced_by=None, owner=person.organisation).exists()
    return own or paper.kept_by_id == person.pk
