"""Orders of the workplace: fill in the form of an act, and give the second signature."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.certification.queries import latest_estimate
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land.queries import region
from tanhui.people.models import Person
from tanhui.people.signing import person_of, posted_command, signed
from tanhui.registry.models import Lot, Order, OrderState
from tanhui.registry.queries.accounts import order_numbered
from tanhui.registry.services import SentPaper, approve, withdraw
from tanhui.registry.services.booking import draw_salt
from tanhui.registry.services.ordered import signers_of
from tanhui.registry.services.refusals import refusal_sentence
from tanhui.site.pages.entries import issue_entries, order_entries
from tanhui.site.pages.looking import beside_of, field_rows, named, unresolved
from tanhui.site.pages.order_forms import FORMS, Shared, Typed
from tanhui.site.pages.order_words import NOT_YOURS, SIGN_WORDS, YOUR_OWN, order_title
from tanhui.site.pages.parts import parts_of
from tanhui.site.pages.receipts import backing_of, order_facts, receipt_page

Row = dict[str, Any]
RAIL_KINDS = frozenset({"transfer", "retire"})
"""Kinds that the rail leads to by themselves; the others begin on the page of all orders."""
STATES = {"waiting": "waiting", "signed": "signed", "done": "booked", "refused": "refused", "withdrawn": "returned"}
FIELDS = {
    "quantity_t": "quantity",
    "exchange_certificate": "certificate",
    "price": "price_yuan",
    "issuable_t": "issuable",
}
"""The names under which a form knows fields of a service, where they differ."""


def new_order_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form; a POST puts the order up for the second person. Who may not order it finds nothing here."""
    if kind not in FORMS or person_of(request).role not in signers_of(kind):
        raise Http404
    if request.method != "POST":
        return _form(request, kind, request.GET.dict())
    fields = FORMS[kind].fields()
    values = Typed(named(fields, request.POST.dict()), _files(request))
    unclear = unresolved(fields, values)
    if "look" in values or unclear:
        return _form(request, kind, values, status=200 if "look" in values else 409, errors=unclear)
    here = region()
    assert here is not None
    try:
        shared: Shared = {"region_code": here.code, "command_id": posted_command(request), **signed(request)}
        order = FORMS[kind].place(values, shared)
    except Problem as problem:
        errors = {FIELDS.get(problem.field, problem.field): problem.message} if problem.field else {}
        return _form(request, kind, values, status=409, errors=errors, refused=problem.document())
    messages.success(request, _("%(number)s 已提交，等第二个人复核。") % {"number": order.number})
    return redirect("order", number=order.number)


def _files(request: HttpRequest) -> dict[str, SentPaper]:
    sent = {name: request.FILES.getlist(name)[-1] for name in request.FILES}
    return {name: SentPaper(str(file.name), file.read()) for name, file in sent.items()}


def _form(
    request: HttpRequest,
    kind: str,
    values: Mapping[str, str],
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    refused: object = None,
) -> HttpResponse:
    form, told = FORMS[kind], errors or {}
    fields = form.fields()
    context = {
        **placed(
            kind if kind in RAIL_KINDS else "orders",
            (_("工作台"), reverse("desk")),
            (_("登记与绑定"), reverse("orders")),
            (str(form.title), ""),
        ),
        "title": form.title,
        "lead": form.lead,
        "fields": field_rows(fields, values, told, open_choice=request.method == "POST"),
        "sends_files": any(field.kind == "file" for field in fields),
        "holdings": beside_of(values) if form.beside == "holdings" else None,
        "values": values,
        "errors": told,
        "refused": refused,
        "command": values.get("command") or draw_salt().hex(),
    }
    return render(request, "order_new.html", context, status=status)


def order_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order; a POST approves it or returns it."""
    order, act = order_numbered(number), request.POST.get("act", "")
    if request.method != "POST":
        return _show(request, order)
    if act not in {"approve", "return"}:
        return _show(request, order, status=400, refused=unknown_act())
    try:
        if act == "approve":
            decided = approve(number=number, **signed(request))
            if decided.state == OrderState.SIGNED:
                return redirect("order", number=number)
            return receipt_page(request, decided) if not decided.refusal else _show(request, decided, status=409)
        withdraw(number=number, **signed(request))
    except Problem as problem:
        return _show(request, order, status=409, refused=problem.document())
    messages.success(request, _("%(number)s 已退回，什么都没有记账。") % {"number": number})
    return redirect("order", number=number)


def _show(request: HttpRequest, order: Order, status: int = 200, **more: object) -> HttpResponse:
    order.refresh_from_db()
    refused = None
    if order.refusal:
        sentence = refusal_sentence(order.refusal["code"], order.refusal["params"])
        refused = {"code": order.refusal["code"], "message": sentence, "help": ""}
    context = {
        **placed("order", (_("工作台"), reverse("desk")), (order.number, "")),
        "order": _order_row(order),
        "sign_words": SIGN_WORDS[order.kind],
        "facts": order_facts(order),
        "turn": _turn(order, person_of(request)),
        "can_withdraw": order.state == OrderState.WAITING and order.requested_by_id == person_of(request).pk,
        "refused": refused,
        "backing": backing_of(order),
        "command": order.command_hex,
        **_effects(order),
        **parts_of(request, order),
        "has_paper": "paper_hex" in order.terms,
        **more,
    }
    return render(request, "order.html", context, status=status)


def _order_row(order: Order) -> Row:
    booked = order.state == OrderState.DONE
    after = reverse("lot", args=[order.lot]) if booked and order.lot else ""
    if booked and order.kind == Order.Kind.RETIRE:
        after = reverse("certificate", args=[order.retirement.number])
    return {
        "order": order.number,
        "kind": order.kind,
        "title": order_title(order),
        "lot": order.lot if Lot.objects.filter(lot=order.lot).exists() else "",
        "ecosystem": "",
        "requested_at": order.requested_at,
        "requested_by_zh": order.requested_by.name_zh,
        "requested_by_en": order.requested_by.name_en,
        "requested_role": order.requested_by.role,
        "request_reason": order.request_reason,
        **_decided(order),
        "state": STATES[order.state],
        "said": OrderState(order.state).label,
        "url_after": after,
    }


def _decided(order: Order) -> Row:
    """Who signed second, or returned it. What its own maker took back has no second person."""
    person = order.decided_by
    if person is None:
        return {"decided_at": None}
    return {
        "decided_at": order.decided_at,
        "decided_by_zh": person.name_zh,
        "decided_by_en": person.name_en,
        "decided_role": person.role,
        "decision_reason": order.decision_reason,
    }


def _turn(order: Order, person: Person) -> Row:
    if order.state == OrderState.SIGNED:
        text = _("两个人都签了名，等账本记账。账本没有应答时它一直排着队，不会丢，也不会记两次。")
        return {"mine": False, "why_not": text}
    if order.state != OrderState.WAITING:
        return {"mine": False, "why_not": _("这笔已经办结。")}
    if person.role not in signers_of(order.kind):
        return {"mine": False, "why_not": NOT_YOURS[signers_of(order.kind)[0]]}
    if order.requested_by_id == person.pk:
        return {"mine": False, "why_not": YOUR_OWN[signers_of(order.kind)[0]]}
    return {"mine": True, "why_not": ""}


def _effects(order: Order) -> Row:
    if order.kind != Order.Kind.ISSUE:
        return order_entries(order)
    assert order.project is not None
    estimate = latest_estimate(order.project)
    assert estimate is not None
    return issue_entries(order.project, estimate)
