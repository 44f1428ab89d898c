"""The page of a retirement certificate, its PDF and its proof."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.certification.dates import period_days
from tanhui.certification.pages.readout import main_ecosystem
from tanhui.certification.queries import document_of, latest_estimate
from tanhui.core.ledger import BadProof, BadSignature, Reading, Retire, read_receipt
from tanhui.kit import clock
from tanhui.kit.qr import qr_svg
from tanhui.kit.rings import rings
from tanhui.kit.text import capital_tonnes, chinese_date, spelled_tonnes, tonnes
from tanhui.land.queries import region
from tanhui.monitoring.readout.spread import confidence_percent
from tanhui.people.queries import spoken, trail
from tanhui.registry.certificate import ring_hash
from tanhui.registry.certificates import facts_of
from tanhui.registry.log.backing import backers
from tanhui.registry.models import Block, Entry, Order, Retirement
from tanhui.registry.queries import checkpoint, receipt_of, retirement
from tanhui.registry.queries.corresponding import arrival_of, names_of_lot
from tanhui.registry.services.booking import hash_words
from tanhui.registry.services.words import BENEFICIARY_WORDS, STATEMENT_WORDS
from tanhui.registry.writer.signing import public_key

Row = dict[str, Any]


def certificate_page(request: HttpRequest, number: str) -> HttpResponse:
    found = retirement(number)
    estimate = latest_estimate(found.lot.project) if found.lot.project else None
    document = document_of(estimate) if estimate else None
    block = Block.objects.get(height=Entry.objects.get(index=found.index).height)
    context = {
        "nav": "verify",
        "certificate": _certificate(found, document, block),
        "rings": "".join(rings(ring_hash(facts_of(found, height=block.height, root_hex=block.root_hex)))),
        "qr": qr_svg(f"{settings.SITE_URL}{reverse('certificate', args=[found.number])}"),
        "verdict": verdict_of(found),
        "backing": backers().of(block),
        "vkey": str(public_key()),
        "road": _road(found, document) if document else _road_from_elsewhere(found),
    }
    return render(request, "certificate.html", context)


def _certificate(found: Retirement, document: Mapping[str, Any] | None, block: Block) -> Row:
    here, names = region(), names_of_lot(found.lot)
    day, english = found.retired_at.astimezone(clock.LOCAL), get_language() == "en"
    return {
        "number": found.number,
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "beneficiary_zh": found.beneficiary_zh,
        "beneficiary_en": found.beneficiary_en,
        "agent": "",
        "purpose": found.purpose,
        "quantity_mg": found.quantity_mg,
        "quantity_words": spelled_tonnes(found.quantity_mg) if english else capital_tonnes(found.quantity_mg),
        "day_words": f"{day.day} {day:%B %Y}" if english else chinese_date(day),
        "retired_at": found.retired_at,
        "lot": found.lot.lot,
        "lot_name_zh": names[0],
        "lot_name_en": names[1],
        "region": found.lot.region,
        "foreign_entry": found.lot.foreign_entry,
        "estimate_hash": found.lot.estimate_hash_hex,
        **(_measured(document) if document else {}),
        "serial_first": found.serial_first,
        "serial_last": found.serial_last,
        "height": block.height,
        "leaf": found.index,
        "root_hex": block.root_hex,
        "size": block.size,
        "signer": settings.REGISTRY_NAME,
        "statement": found.statement_en if english else found.statement_zh,
        "pdf_sha256": found.certificate_sha256,
        "demonstration": bool(here and here.demonstration),
    }


def _measured(document: Mapping[str, Any]) -> Row:
    period = period_days(document)
    return {
        "ecosystem": main_ecosystem(document),
        "period_from": period[0] if period else None,
        "period_to": period[1] if period else None,
        "plots": document["plots"],
        "uncertainty_percent": document["uncertainty_percent"],
        "confidence_percent": confidence_percent(document),
        "method_title_zh": document["method"]["title_zh"],
        "method_title_en": document["method"]["title_en"],
        "method_version": document["method"]["version"],
    }


def verdict_of(found: Retirement) -> Row:
    """Check the proof of a retirement here and now: the very check that anyone can do with the file."""
    point = checkpoint()
    height = point.height if point else 0
    try:
        reading = read_receipt(receipt_of(found.order.command_hex), public_key())
    except (BadSignature, BadProof) as fault:
        return {"ok": False, "checked_height": height, "faults": [str(fault)]}
    faults = _differences(found, reading)
    return {"ok": not faults, "checked_height": height, "faults": faults}


def _differences(found: Retirement, reading: Reading) -> list[str]:
    """Compare what the certificate says with what the ledger proves."""
    act, serials = reading.command.act, reading.entries[0].movement.serials
    if not isinstance(act, Retire) or serials is None:
        return [_("账本上这一笔不是注销。")]
    salt = bytes.fromhex(found.salt_hex)
    same = {
        _("数量"): act.quantity_mg == found.quantity_mg,
        _("批次"): act.lot == found.lot_id,
        _("用途"): act.purpose == found.purpose,
        _("序号"): serials == (found.serial_first, found.serial_last),
        _("受益方"): act.beneficiary_hash == hash_words(salt, *(getattr(found, name) for name in BENEFICIARY_WORDS)),
        _("用在哪里"): act.statement_hash == hash_words(salt, *(getattr(found, name) for name in STATEMENT_WORDS)),
    }
    return [_("证书上的%(part)s与账本不一致。") % {"part": part} for part, equal in same.items() if not equal]


def _road(found: Retirement, document: Mapping[str, Any]) -> list[Row]:
    project, lot = found.lot.project, found.lot
    assert project is not None
    rounds = document["rounds"]
    when = " / ".join(str(told["date_to"] or told["year_to"])[:7] for told in rounds)
    facts = {
        "plots": document["plots"],
        "removal": f"{document['removal_tco2e']:,.0f}",
        "half": f"{document['half_width_tco2e']:,.0f}",
        "issued": tonnes(lot.issued_mg),
        "source": spoken(found.account.holder),
    }
    url, plots_url = reverse("project", args=[project.number]), reverse("plots", args=[project.number])
    stops = [
        _stop(when, _("%(plots)s 块样地，两轮实测") % facts, plots_url, _("看样地")),
        _stop(_day(project.number, "measure"), _("估算 %(removal)s ± %(half)s t") % facts, url, _("看计算")),
        _stop(
            _day(project.number, "approve_issue"),
            _("评审、公示后制发 %(issued)s t") % facts,
            reverse("lot", args=[lot.lot]),
            _("看批次"),
        ),
    ]
    return [*stops, *_arrivals(found), _stop(_minute(found), _("注销，从此不再流动"), "", "", end=True)]


def _road_from_elsewhere(found: Retirement) -> list[Row]:
    """The way of tonnes that another region issued: how they came, and what became of them here."""
    came, url = arrival_of(found.lot), reverse("lot", args=[found.lot_id])
    told = {"region": came.region, "entry": came.foreign_entry, "issued": tonnes(found.lot.issued_mg)}
    sentences = {
        Order.Kind.CORRESPOND_IN: _("外区 %(region)s 的 %(entry)s 转入 %(issued)s t，先占着"),
        Order.Kind.CORRESPOND_CONFIRM: _("外区 %(region)s 确认那里已经注销，从此只在这里算"),
    }
    stops = [
        _stop(f"{one.at.astimezone(clock.LOCAL):%Y-%m-%d}", sentences[Order.Kind(one.kind)] % told, url, _("看批次"))
        for one in came.steps
        if one.kind in sentences
    ]
    return [*stops, *_arrivals(found), _stop(_minute(found), _("注销，从此不再流动"), "", "", end=True)]


def _arrivals(found: Retirement) -> list[Row]:
    """The deals by which the account came to these tonnes: transfers, and listings and auctions that found a buyer."""
    done = Order.objects.filter(kind__in=["transfer", "post"], state="done", lot=found.lot_id, target=found.account_id)
    arrived = done.filter(decided_at__lte=found.retired_at).order_by("decided_at")
    return [
        _stop(
            f"{order.decided_at.astimezone(clock.LOCAL):%Y-%m-%d}",
            _("流转 %(quantity)s t 给%(target)s，交易凭证 %(certificate)s")
            % {
                "quantity": tonnes(order.asked_mg),
                "target": spoken(found.account.holder),
                "certificate": order.terms["exchange_certificate"],
            },
            "",
            "",
        )
        for order in arrived
        if order.decided_at
    ]


def _stop(when: str, sentence: str, url: str, link: str, *, end: bool = False) -> Row:
    return {"when": when, "sentence": sentence, "url": url, "link": link, "end": end}


def _day(number: str, act: str) -> str:
    moment = next((entry.at for entry in reversed(trail(number)) if entry.act == act), None)
    return f"{moment.astimezone(clock.LOCAL):%Y-%m-%d}" if moment else ""


def _minute(found: Retirement) -> str:
    return f"{found.retired_at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"


def certificate_file(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate as it was made at the time of the retirement, byte for byte."""
    found = retirement(number)
    answer = HttpResponse(bytes(found.certificate), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return answer


def certificate_proof(request: HttpRequest, number: str) -> HttpResponse:
    """The proof of a retirement: a small file that shows with the public key alone that it stands in the ledger."""
    found = retirement(number)
    answer = HttpResponse(receipt_of(found.order.command_hex).to_json(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.proof.json"'
    return answer
