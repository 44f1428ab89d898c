"""The receipt of a booked act: where it stands in the ledger, and the proof to take away."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.text import tonnes
from tanhui.kit.workplace import placed
from tanhui.registry.log.backing import Backing, backers
from tanhui.registry.models import Act, Block, Entry, Order
from tanhui.registry.pages.ends import entry_words, name_words
from tanhui.registry.queries.accounts import names_of
from tanhui.registry.queries.entries import entries_of
from tanhui.registry.wording import BOOK_WORDS, HOLD_PURPOSES, PURPOSES
from tanhui.site.pages.order_words import SOURCE_WORDS, TARGET_WORDS, order_title

MOST_ENTRIES = 50
"""So many lines stand on a receipt; a distribution has more, and its order has the list."""


def receipt_page(request: HttpRequest, order: Order) -> HttpResponse:
    """Show what was booked, in which block, with which serials and by which two people."""
    act = Act.objects.get(command_hex=order.command_hex)
    moved = entries_of(act)
    entries = list(moved[:MOST_ENTRIES])
    booked = moved.aggregate(count=Count("index"), mg=Sum("quantity_mg"))
    block = Block.objects.get(height=act.height)
    names = names_of({account for entry in entries for account in (entry.from_account, entry.to_account)})
    context = {
        **placed("order", (_("工作台"), reverse("desk")), (order.number, "")),
        "receipt": {**_receipt(order, entries, act, block), "quantity_mg": booked["mg"]},
        "entries_left": booked["count"] - len(entries),
        "backing": backers().of(block),
        "entries": [
            {
                "words": entry_words(entry, names),
                "note": str(BOOK_WORDS[entry.to_book]),
                "quantity_mg": entry.quantity_mg,
            }
            for entry in entries
        ],
        "total_mg": booked["mg"] or 0,
        "total_words": "",
    }
    return render(request, "receipt.html", context)


def backing_of(order: Order) -> Backing | None:
    """Return what stands behind the block of an order; None before it is booked."""
    act = Act.objects.filter(command_hex=order.command_hex).first()
    return backers().of(Block.objects.get(height=act.height)) if act else None


def _receipt(order: Order, entries: Sequence[Entry], act: Act, block: Block) -> dict[str, Any]:
    issued, first = order.kind == Order.Kind.ISSUE, entries[0] if entries else None
    assert order.decided_by is not None
    return {
        "kind": order.kind,
        "title": order_title(order),
        "said": _("已记账"),
        "height": act.height,
        "leaf": act.index,
        "booked_at": clock.from_ms(block.time_ms),
        "facts": order_facts(order),
        "serial_first": 1 if issued else first and first.serial_first,
        "serial_last": order.quantity_mg if issued else first and first.serial_last,
        "first_zh": order.requested_by.name_zh,
        "first_en": order.requested_by.name_en,
        "second_zh": order.decided_by.name_zh,
        "second_en": order.decided_by.name_en,
        "root_hex": block.root_hex,
        **_onward(order),
    }


def _onward(order: Order) -> dict[str, str]:
    """Return where to go on to: the certificate with its proof, or the lot."""
    if order.kind == Order.Kind.RETIRE:
        number = order.retirement.number
        proof_url = reverse("certificate_proof", args=[number])
        return {"url": reverse("certificate", args=[number]), "url_words": _("看证书"), "proof_url": proof_url}
    if not order.lot:
        return {"url": reverse("account", args=[order.source]), "url_words": _("看账户"), "proof_url": ""}
    if order.kind == Order.Kind.DISTRIBUTE:
        return {"url": reverse("order", args=[order.number]), "url_words": _("看名单"), "proof_url": ""}
    return {"url": reverse("lot", args=[order.lot]), "url_words": _("看这一批"), "proof_url": ""}


def order_facts(order: Order) -> list[dict[str, str]]:
    """Return what an order says beside its quantity, in words."""
    terms = order.terms
    if order.kind == Order.Kind.TRANSFER:
        return _deal(terms)
    if order.kind == Order.Kind.RETIRE:
        language = "en" if get_language() == "en" else "zh"
        return [
            {"words": _("用途"), "value": str(PURPOSES[terms["purpose"]])},
            {"words": _("用在哪里"), "value": terms[f"name_{language}"]},
            {"words": _("受益方"), "value": terms[f"beneficiary_{language}"]},
            {"words": _("说明"), "value": terms[f"statement_{language}"]},
        ]
    if order.kind == Order.Kind.ISSUE:
        return [{"words": _("缓冲池"), "value": f"{tonnes(terms['buffer_mg'])} t"}]
    return _ground(order)


def _deal(terms: Mapping[str, Any]) -> list[dict[str, str]]:
    price = terms["price_fen_per_t"]
    return [
        {"words": _("交易凭证"), "value": terms["exchange_certificate"]},
        {"words": _("单价"), "value": _("%(yuan)s 元每吨") % {"yuan": f"{price // 100:,}.{price % 100:02d}"}},
    ]


def _ground(order: Order) -> list[dict[str, str]]:
    """Return whom an order concerns, which encumbrance, and on what document it rests."""
    terms, names = order.terms, names_of({order.source, order.target})
    until = clock.from_ms(terms["until_ms"]).astimezone(clock.LOCAL) if "until_ms" in terms else None
    lines = (
        (SOURCE_WORDS.get(order.kind, _("账户")), name_words(order.source, names) if order.source else ""),
        (TARGET_WORDS.get(order.kind, ""), name_words(order.target, names) if order.target else ""),
        (_("编号"), terms.get("encumbrance", "")),
        (_("外区代码"), terms.get("region", "")),
        (_("对方账上的编号"), terms.get("foreign_entry", "")),
        (_("外业数据的哈希"), terms.get("survey_hash_hex", "")),
        (_("方法的哈希"), terms.get("method_hash_hex", "")),
        (_("估算的哈希"), terms.get("estimate_hash_hex", "")),
        (_("重测后应为"), f"{tonnes(terms['issuable_mg'])} t" if "issuable_mg" in terms else ""),
        (_("重测于"), terms.get("later_number", "")),
        (_("重测估算的哈希"), terms.get("later_estimate_hex", "")),
        (_("用哪一批补足"), terms.get("absorber_lot", "")),
        (_("为什么占用"), HOLD_PURPOSES[terms["purpose"]] if "purpose" in terms else ""),
        (_("到什么时候"), f"{until:%Y-%m-%d %H:%M}" if until else ""),
        (_("户数"), f"{terms['receivers']:,}" if "receivers" in terms else ""),
        (_("名单文件"), terms.get("list_name", "")),
        (_("名单的哈希"), terms.get("list_hex", "")),
        (_("文号"), terms.get("document", "")),
        (_("由谁出具"), terms.get("authority", "")),
        (_("文件"), terms.get("paper_name", "")),
        (_("文件的 SHA-256"), terms.get("paper_hex", "")),
    )
    found = [{"words": str(words), "value": str(value)} for words, value in lines if value]
    return [*found, *_deal(terms)] if "exchange_certificate" in terms else found
