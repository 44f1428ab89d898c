"""Orders of the workplace: ask for a transfer or a retirement, and give the second signature."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.certification.queries import latest_estimate
from tanhui.kit.problems import Problem
from tanhui.kit.quantity import read_mg, read_price_fen
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land.queries import region
from tanhui.people.models import Person, Role
from tanhui.people.signing import Signed, person_of, posted_command, signed
from tanhui.registry.models import Account, Order, OrderState
from tanhui.registry.queries import accounts, lots
from tanhui.registry.queries.accounts import holdings_live, order_numbered
from tanhui.registry.services import RetirementWords, approve, request_retirement, request_transfer, withdraw
from tanhui.registry.services.acts import PURPOSES
from tanhui.registry.services.booking import draw_salt
from tanhui.registry.services.refusals import refusal_sentence
from tanhui.site.pages.entries import issue_entries, order_entries
from tanhui.site.pages.receipts import backing_of, order_facts, receipt_page
from tanhui.site.pages.turns import order_title

Row = dict[str, Any]


class Shared(Signed):
    """What a transfer and a retirement have in common."""

    lot: str
    quantity_mg: int
    region_code: str
    command_id: bytes


STATES = {"waiting": "waiting", "signed": "signed", "done": "booked", "refused": "refused", "withdrawn": "returned"}


def new_order_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form; a POST puts the order up for the second person."""
    if kind not in {"transfer", "retire"}:
        raise Http404
    if request.method != "POST":
        return _form(request, kind, {"lot": request.GET.get("lot", ""), "source": request.GET.get("source", "")})
    values = request.POST.dict()
    try:
        order = _place(request, kind, values)
    except Problem as problem:
        errors = {_field(problem.field): problem.message} if problem.field else {}
        return _form(request, kind, values, status=409, errors=errors, refused=problem.document())
    messages.success(request, _("%(number)s 已提交，等第二个人复核。") % {"number": order.number})
    return redirect("order", number=order.number)


def _field(name: str) -> str:
    """Return the name under which the form knows a field of a service."""
    return {"quantity_t": "quantity", "exchange_certificate": "certificate", "price": "price_yuan"}.get(name, name)


def _place(request: HttpRequest, kind: str, values: Mapping[str, str]) -> Order:
    here = region()
    assert here is not None
    shared: Shared = {
        "lot": values.get("lot", ""),
        "quantity_mg": read_mg(values.get("quantity", "")),
        "region_code": here.code,
        "command_id": posted_command(request),
        **signed(request),
    }
    if kind == "transfer":
        return request_transfer(
            source=values.get("source", ""),
            target=values.get("target", ""),
            exchange_certificate=values.get("certificate", ""),
            price_fen_per_t=read_price_fen(values.get("price_yuan", "")),
            **shared,
        )
    words = RetirementWords(*(values.get(field, "") for field in RetirementWords._fields))
    return request_retirement(
        account=values.get("source", ""), purpose=values.get("purpose", ""), words=words, **shared
    )


def _form(
    request: HttpRequest, kind: str, values: Mapping[str, str], status: int = 200, **more: object
) -> HttpResponse:
    title = _("登记流转") if kind == "transfer" else _("登记注销")
    context = {
        **placed(kind, (_("工作台"), reverse("desk")), (title, "")),
        "kind": kind,
        "lots": [{"lot": lot.lot, "name_zh": lot.project.name_zh, "name_en": lot.project.name_en} for lot in lots()],
        "accounts": [_account_row(account) for account in accounts("owner", "buyer", "organiser")],
        "holdings": holdings_live(),
        "purposes": PURPOSES,
        "values": values,
        "errors": {},
        "refused": None,
        "command": values.get("command") or draw_salt().hex(),
        **more,
    }
    return render(request, "order_new.html", context, status=status)


def _account_row(account: Account) -> Row:
    return {"account": account.account, "name_zh": account.holder.name_zh, "name_en": account.holder.name_en}


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
        "facts": order_facts(order),
        "turn": _turn(order, person_of(request)),
        "can_withdraw": order.state == OrderState.WAITING and order.requested_by_id == person_of(request).pk,
        "refused": refused,
        "backing": backing_of(order),
        "command": order.command_hex,
        **_effects(order),
        **more,
    }
    return render(request, "order.html", context, status=status)


def _order_row(order: Order) -> Row:
    booked = order.state == OrderState.DONE
    after = reverse("lot", args=[order.lot]) if booked else ""
    if booked and order.kind == Order.Kind.RETIRE:
        after = reverse("certificate", args=[order.retirement.number])
    return {
        "order": order.number,
        "kind": order.kind,
        "title": order_title(order),
        "lot": order.lot,
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
    if person.role != Role.OPERATOR:
        return {"mine": False, "why_not": _("只有登记人员能复核。")}
    if order.requested_by_id == person.pk:
        return {"mine": False, "why_not": _("这笔是你经办的，要由另一位登记人员复核。")}
    return {"mine": True, "why_not": ""}


def _effects(order: Order) -> Row:
    if order.kind != Order.Kind.ISSUE:
        return order_entries(order)
    assert order.project is not None
    estimate = latest_estimate(order.project)
    assert estimate is not None
    return issue_entries(order.project, estimate)
