"""Lists of other schemes at the desk: import one, see its projects, answer what only names could say."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.core.triage.listing import ListingFaults
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.land.models import Likeness, ListingImport, Scheme
from tanhui.land.pages.triage_many import split_codes
from tanhui.land.queries.listings import likeness, likenesses, listed_projects, listings, parcels_of, period_of
from tanhui.land.queries.triage import current_parcels
from tanhui.land.services.listings import FOREIGN, ROLES, answer_likeness, import_listing
from tanhui.land.wording_listing import STATUSES, listing_fault_row
from tanhui.people.signing import person_of, signed

PAGE = 50


def listings_page(request: HttpRequest) -> HttpResponse:
    """Show the lists as they stand; a POST imports one."""
    if request.method != "POST":
        return _show(request)
    try:
        batch = _import(request)
    except ListingFaults as found:
        rows = [listing_fault_row(fault) for fault in found.faults]
        return _show(request, status=422, faults=rows, typed=request.POST.dict())
    except Problem as problem:
        return _show(request, status=409, refused=problem.document(), typed=request.POST.dict())
    facts = {"number": batch.number, "all": batch.rows_all, "new": batch.rows_new, "changed": batch.rows_changed}
    messages.success(request, _("%(number)s：%(all)s 行，新的 %(new)s，改了的 %(changed)s。") % facts)
    return redirect("listings")


def _import(request: HttpRequest) -> ListingImport:
    sent, posted = request.FILES.get("file"), request.POST
    if sent is None:
        raise Problem("no_files", _("没有收到文件。"), field="file", remedy=_("选一份 CSV 或 Excel 再传。"))
    try:
        as_of = date.fromisoformat(posted.get("as_of", ""))
    except ValueError as error:
        raise Problem("bad_date", _("写明清单是哪一天的。"), field="as_of") from error
    return import_listing(
        scheme=posted.get("scheme", ""),
        source=posted.get("source", ""),
        as_of=as_of,
        name=str(sent.name),
        content=sent.read(),
        **signed(request),
    )


def _show(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    text = request.GET.get("text", "").strip()[:80]
    page = Paginator(listed_projects(text), PAGE).get_page(request.GET.get("page"))
    context = {
        **placed("listings", (_("分级分类"), reverse("triages")), (_("公开清单"), "")),
        "batches": listings(),
        "page": page,
        "rows": [{"listed": row, "period": period_of(row), "status": STATUSES.get(row.status, "")} for row in page],
        "text": text,
        "questions": likenesses(Likeness.Answer.OPEN),
        "schemes": [(scheme, Scheme(scheme).label) for scheme in FOREIGN],
        "can_import": person_of(request).role in ROLES["import_listing"],
        "today": clock.now(),
        "faults": [],
        "refused": None,
        "typed": {},
        **more,
    }
    return render(request, "land/listings.html", context, status=status)


def likeness_page(request: HttpRequest, number: int) -> HttpResponse:
    """One question: the listed project beside the owner here that is called alike. A POST answers it."""
    question = likeness(number)
    if request.method != "POST":
        return _ask(request, question)
    posted = request.POST
    try:
        same = _same(posted.get("answer", ""))
        codes = split_codes(posted.get("codes", ""))
        parcels = current_parcels(codes) if codes else None
        answer_likeness(question=question, same=same, parcels=parcels, **signed(request))
    except Problem as problem:
        return _ask(request, likeness(number), status=409, refused=problem.document(), typed=posted.dict())
    messages.success(request, _("已经记下。"))
    return redirect("listings")


def _same(answer: str) -> bool:
    if answer not in {"same", "different"}:
        raise Problem("no_answer", _("没有选是不是同一块地。"), field="answer")
    return answer == "same"


def _ask(request: HttpRequest, question: Likeness, status: int = 200, **more: object) -> HttpResponse:
    parcels = parcels_of(question)
    context = {
        **placed(
            "listings",
            (_("公开清单"), reverse("listings")),
            (question.listed.name[:20], ""),
        ),
        "question": question,
        "period": period_of(question.listed),
        "status": STATUSES.get(question.listed.status, ""),
        "score": question.score_permille // 10,
        "count": parcels.count(),
        "parcels": list(parcels[:PAGE]),
        "can_answer": person_of(request).role in ROLES["answer_likeness"],
        "refused": None,
        "typed": {},
        **more,
    }
    return render(request, "land/likeness.html", context, status=status)
