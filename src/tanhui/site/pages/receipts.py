"""The receipt of a booked act: where it stands in the ledger, and the proof to take away."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.text import tonnes
from tanhui.registry.models import Act, Block, Entry, Order
from tanhui.registry.wording import PURPOSES
from tanhui.site.pages.turns import order_title
from tanhui.site.pages.workplace import around


def receipt_page(request: HttpRequest, order: Order) -> HttpResponse:
    """Show what was booked, in which block, with which serials and by which two people."""
    act = Act.objects.get(command_hex=order.command_hex)
    block = Block.objects.get(height=act.height)
    entries = list(Entry.objects.filter(command_hex=order.command_hex).order_by("index"))
    url, url_words, proof_url = _onward(order)
    receipt: dict[str, Any] = {
        "kind": order.kind,
        "title": order_title(order),
        "said": _("已记账"),
        "quantity_mg": order.quantity_mg,
        "height": act.height,
        "leaf": act.index,
        "booked_at": clock.from_ms(block.time_ms),
        "facts": order_facts(order),
        "serial_first": 1 if order.kind == Order.Kind.ISSUE else entries[0].serial_first,
        "serial_last": order.quantity_mg if order.kind == Order.Kind.ISSUE else entries[0].serial_last,
        "first_zh": order.requested_by.name_zh,
        "first_en": order.requested_by.name_en,
        "second_zh": order.decided_by.name_zh if order.decided_by else "",
        "second_en": order.decided_by.name_en if order.decided_by else "",
        "root_hex": block.root_hex,
        "signer": settings.REGISTRY_NAME,
        "url": url,
        "url_words": url_words,
        "proof_url": proof_url,
    }
    context = {
        **around(request, "order", (_("工作台"), reverse("desk")), (order.number, "")),
        "receipt": receipt,
        "entries": [
            {
                "words": f"{entry.from_account} → {entry.to_account}",
                "note": entry.to_book,
                "quantity_mg": entry.quantity_mg,
            }
            for entry in entries
        ],
        "total_mg": sum(entry.quantity_mg for entry in entries),
        "total_words": "",
    }
    return render(request, "receipt.html", context)


def _onward(order: Order) -> tuple[str, str, str]:
    if order.kind == Order.Kind.RETIRE:
        number = order.retirement.number
        return reverse("certificate", args=[number]), _("看证书"), reverse("certificate_proof", args=[number])
    return reverse("lot", args=[order.lot]), _("看这一批"), ""


def order_facts(order: Order) -> list[dict[str, str]]:
    """Return what an order says beside its quantity, in words."""
    terms = order.terms
    if order.kind == Order.Kind.TRANSFER:
        price = terms["price_fen_per_t"]
        return [
            {"words": _("交易凭证"), "value": terms["exchange_certificate"]},
            {"words": _("单价"), "value": _("%(yuan)s 元每吨") % {"yuan": f"{price // 100:,}.{price % 100:02d}"}},
        ]
    if order.kind == Order.Kind.RETIRE:
        return [
            {"words": _("用途"), "value": str(PURPOSES[terms["purpose"]])},
            {"words": _("用在哪里"), "value": terms["name_zh"]},
            {"words": _("受益方"), "value": terms["beneficiary_zh"]},
            {"words": _("说明"), "value": terms["statement_zh"]},
        ]
    return [{"words": _("缓冲池"), "value": f"{tonnes(terms['buffer_mg'])} t"}]
