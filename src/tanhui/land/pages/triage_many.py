"""Many parcels of one period at once: what the table makes of each today, facts for all, one decision for all."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tanhui.core.triage import Verdict, load_table
from tanhui.kit import clock
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land.models import Parcel
from tanhui.land.pages import triage_large
from tanhui.land.pages.triage import tell_posted
from tanhui.land.pages.triage_rows import clash_rows, fact_rows, outcome_row, outcome_rows, read_period
from tanhui.land.periods import Period
from tanhui.land.queries import counties
from tanhui.land.queries.overlap import commitments_of
from tanhui.land.queries.triage import Assessment, assess, standing
from tanhui.land.services.triage import MOST_PARCELS, ROLES, decide_triage
from tanhui.land.triage_jobs import AT_ONCE, EVERYWHERE, Choice
from tanhui.people.signing import person_of, signed

Row = dict[str, Any]
SHOWN = 200


def split_codes(text: str) -> list[str]:
    """Return the parcel codes of a text, however they are set apart: blanks, lines, commas of either language."""
    for mark in ",，、;；\t\n\r":
        text = text.replace(mark, " ")
    return list(dict.fromkeys(text.split()))


def triage_many_page(request: HttpRequest) -> HttpResponse:
    """Show the chosen parcels; a POST tells facts of all, or decides all."""
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("job"):
        return triage_large.job_page(request, asked["job"])
    try:
        choice = _choice(request)
        if (count := choice.parcels(person_of(request)).count()) > AT_ONCE:
            return triage_large.large_page(request, choice, count)
        period, parcels = choice.period, choice.chosen(person_of(request))
        _refuse_none(parcels)
    except Problem as problem:
        return _ask(request, problem)
    if request.method != "POST":
        return _show(request, parcels, period)
    try:
        done = _do(request, parcels, period)
    except Problem as problem:
        return _show(request, parcels, period, status=409, refused=problem.document(), typed=request.POST.dict())
    if not done:
        return _show(request, parcels, period, status=400, refused=unknown_act())
    messages.success(request, done)
    query = {name: asked[name] for name in ("codes", "project", "county", "from", "to") if asked.get(name)}
    return redirect(f"{reverse('triage_many')}?{urlencode(query)}")


def _refuse_none(parcels: list[Parcel]) -> None:
    if not parcels:
        raise Problem("no_parcels", _("这里一个小班也没有。"), field="county", remedy=_("先导入小班，或者选别的旗县。"))


def _choice(request: HttpRequest) -> Choice:
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("project"):
        rows = commitments_of(asked["project"])
        if not rows:
            text = _("项目 %(number)s 还没有小班。") % {"number": asked["project"]}
            raise NotFoundProblem("unknown_project", text)
        codes = tuple(row.parcel_code for row in rows)
        return Choice(codes, asked["project"], "", (rows[0].period_from, rows[0].period_to))
    county = asked.get("county", "")
    codes = ()
    if county not in {EVERYWHERE, *(one.adcode for one in counties())}:
        county, codes = "", tuple(split_codes(asked.get("codes", "")))
        if not codes:
            raise Problem("no_parcels", _("一个小班也没有选。"), field="codes")
        if len(codes) > MOST_PARCELS:
            facts = {"count": f"{len(codes):,}", "most": f"{MOST_PARCELS:,}"}
            text = _("一次选了 %(count)s 个小班，最多 %(most)s 个。") % facts
            raise Problem("too_many_parcels", text, field="codes")
    return Choice(codes, "", county, read_period(asked.get("from", ""), asked.get("to", "")))


def _ask(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Say what is wrong with the choice, and let it be made again."""
    asked = request.POST if request.method == "POST" else request.GET
    context = {
        **placed("triage", (_("分级分类"), reverse("triages")), (_("选小班"), "")),
        "refused": problem.document() if asked else None,
        "typed": asked.dict(),
        "counties": counties(),
    }
    return render(request, "land/triage_choose.html", context, status=409 if asked else 200)


def _do(request: HttpRequest, parcels: list[Parcel], period: Period) -> str:
    if request.POST.get("act") == "tell":
        count = tell_posted(request, parcels, period)
        return _("给 %(parcels)s 个小班记下了 %(count)s 项事实。") % {"parcels": len(parcels), "count": count}
    if request.POST.get("act") == "decide":
        found = decide_triage(parcels=parcels, period=period, **signed(request))
        counts = Counter(str(row.get_outcome_display()) for row in found)
        said = _("，").join(f"{word} {count}" for word, count in counts.items())
        return _("判定了 %(count)s 个小班：%(said)s。") % {"count": len(found), "said": said}
    return ""


def _show(
    request: HttpRequest, parcels: list[Parcel], period: Period, status: int = 200, **more: object
) -> HttpResponse:
    table, person = load_table(), person_of(request)
    found = assess(parcels, period, today=clock.now().astimezone(clock.LOCAL).date(), table=table)
    decided = dict(
        standing()
        .filter(parcel_code__in=[parcel.code for parcel in parcels], period_from=period[0], period_to=period[1])
        .values_list("parcel_code", "outcome")
    )
    asked = request.POST if request.method == "POST" else request.GET
    context = {
        **placed("triage", (_("分级分类"), reverse("triages")), (_("选小班"), "")),
        "period_from": period[0],
        "period_to": period[1],
        "asked": {name: asked.get(name, "") for name in ("codes", "project", "county", "from", "to")},
        "parcels": len(parcels),
        "area_ha": sum(parcel.area_m2 for parcel in parcels) / 10_000,
        "outcomes": outcome_rows(_counts(found)),
        "rows": [_row(one, decided.get(one.parcel.code, "")) for one in found[:SHOWN]],
        "left_out": max(0, len(found) - SHOWN),
        "undecided": sum(decided.get(one.parcel.code) != one.decision.outcome for one in found),
        "clashes": [row for one in found for row in clash_rows(one.clashes, period)][:SHOWN],
        "facts": fact_rows(table, {}),
        "can_tell": person.role in ROLES["tell_facts"],
        "can_decide": person.role in ROLES["decide_triage"],
        "refused": None,
        "typed": {},
        **more,
    }
    return render(request, "land/triage_many.html", context, status=status)


def _counts(found: list[Assessment]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for one in found:
        parcels, area_m2 = counts.get(one.decision.outcome, (0, 0))
        counts[one.decision.outcome] = (parcels + 1, area_m2 + one.parcel.area_m2)
    return {outcome: (parcels, area_m2 // 10_000) for outcome, (parcels, area_m2) in counts.items()}


def _row(one: Assessment, decided: str) -> Row:
    return {
        "parcel": one.parcel,
        "today": outcome_row(str(one.decision.outcome)),
        "standing": outcome_row(decided) if decided else None,
        "failed": {str(route.route): len(route.named(Verdict.FAILED)) for route in one.decision.routes},
        "unknown": {str(route.route): len(route.asked) for route in one.decision.routes},
        "url": reverse("triage", args=[one.parcel.code, one.period[0].isoformat(), one.period[1].isoformat()]),
    }
