"""The page of a lot: its books, where it came from and where it went."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.certification.dates import period_days
from tanhui.certification.pages.plots import example_plot
from tanhui.certification.pages.readout import counted_plots, main_ecosystem
from tanhui.certification.queries import document_of, latest_estimate, stratum_names
from tanhui.kit import clock
from tanhui.kit.shares import shares_percent
from tanhui.monitoring.readout.spread import confidence_percent
from tanhui.people.queries import trail
from tanhui.registry.log.backing import backers
from tanhui.registry.models import HELD_BOOKS, Block, Lot, Retirement
from tanhui.registry.pages.downloads import csv_answer
from tanhui.registry.pages.movements import COLUMNS, key_of, movement_rows
from tanhui.registry.queries import books_of, checkpoint, holders_of, issue_act, lot
from tanhui.registry.queries.bindings import bindings, stops_on
from tanhui.registry.queries.books import Books
from tanhui.registry.queries.corresponding import Departure, arrival_of, departed, departure_count, names_of_lot
from tanhui.registry.queries.entries import LATEST, all_of_lot, last_of_lot, lot_entries
from tanhui.registry.queries.holders import FIRST, Holder, all_holders_of
from tanhui.registry.queries.retirements import latest_of, serials_of

Row = dict[str, Any]
SHOWN, SHOWN_USES = 25, 20
"""So many holders and serials stand on a page; of so many of the latest uses the drawing names the largest."""


def lot_page(request: HttpRequest, number: str) -> HttpResponse:
    found = lot(number)
    books = books_of(found.lot)
    whence = _whence(found, books) if found.project else foreign_lot(found)
    return render(request, "lot.html", {**_standing(request, found, books), **whence})


def _whence(found: Lot, books: Books) -> Row:
    """What only a lot of a project has: the project, its estimate, the way from the plots, one plot."""
    assert found.project is not None
    estimate = latest_estimate(found.project)
    assert estimate is not None
    document = document_of(estimate)
    return {
        "lot": lot_row(found, document),
        "arrival": None,
        "estimate": _estimate(found, document),
        "lineage": _lineage(found, stratum_names(estimate.survey), document, books),
        "plot": example_plot(estimate.survey, document),
    }


def _standing(request: HttpRequest, found: Lot, books: Books) -> Row:
    """What every lot has: its books, holders, serials and movements, and why to believe them."""
    behind = backers()
    page = lot_entries(found.lot, before=key_of(request, "before", LATEST))
    return {
        "nav": "books",
        **_books(found, books),
        **_holders(request, found, books),
        **_serials(request, found, books),
        "movements": movement_rows(page.entries, behind),
        "older": page.before,
        "bindings": [*bindings(lot=found.lot), *stops_on(found.lot)],
        "standing_mg": found.standing_mg,
        "lessened_mg": found.lessened_mg,
        "drawn_mg": found.drawn_mg,
        "backing": behind.of(Block.objects.get(height=last_of_lot(found.lot).height)),
        "checkpoint": checkpoint(),
    }


def _books(found: Lot, books: Books) -> Row:
    return {
        "books": [line._asdict() for line in books.lines],
        "issued_mg": books.issued_mg,
        "total_mg": books.total_mg,
        "difference_mg": books.difference_mg or found.issued_mg - books.issued_mg,
    }


def _holders(request: HttpRequest, found: Lot, books: Books) -> Row:
    page = holders_of(found.lot, after=_holder_key(request), most=SHOWN)
    held = [line for line in books.lines if line.code in HELD_BOOKS]
    return {
        "holders": page.holders,
        "holders_after": "~".join(map(str, page.after)) if page.after else "",
        "holders_count": sum(line.holdings for line in held),
        "holders_mg": sum(line.quantity_mg for line in held),
    }


def _holder_key(request: HttpRequest) -> tuple[int, str, str]:
    """Return the key of a page of holders, as in `5000~BT-A-000001~live`; what is no such key is the first page."""
    quantity_mg, account, book = [*request.GET.get("holders", "").split("~"), "", "", ""][:3]
    known = quantity_mg.isascii() and quantity_mg.isdecimal() and len(quantity_mg) < len(str(LATEST))
    return (int(quantity_mg), account, book) if known else FIRST


def _serials(request: HttpRequest, found: Lot, books: Books) -> Row:
    after = key_of(request, "serials", 0)
    page = serials_of(found.lot, after=after, most=SHOWN)
    last = page.key or LATEST
    away = [_away(one) for one in departed(found.lot) if after < one.serial_first <= last]
    serials = [*away, *(_serial(retirement) for retirement in page.retirements)]
    return {
        "serials": sorted(serials, key=lambda row: int(row["serial_first"])),
        "serials_after": page.key,
        "retired_count": books.line("retired").arrivals - departure_count(found.lot),
        "retired_percent": shares_percent([found.retired_mg, found.issued_mg - found.retired_mg], places=2)[0],
    }


def lot_row(found: Lot, document: Mapping[str, Any]) -> Row:
    project, act, period = found.project, issue_act(found), period_days(document)
    assert project is not None
    return {
        "lot": found.lot,
        "project": project.number,
        "name_zh": project.name_zh,
        "name_en": project.name_en,
        "ecosystem": main_ecosystem(document),
        "owner_zh": project.owner.name_zh,
        "owner_en": project.owner.name_en,
        "period_from": period[0] if period else None,
        "period_to": period[1] if period else None,
        "area_ha": document["area_ha"],
        "issued_mg": found.issued_mg,
        "retired_mg": found.retired_mg,
        "issued_at": clock.from_ms(act.at_ms),
        "height": act.height,
        "method": document["method"]["id"],
        "method_version": document["method"]["version"],
        "survey_hash": found.survey_hash_hex,
        "method_hash": found.method_hash_hex,
        "estimate_hash": found.estimate_hash_hex,
        "method_title_zh": document["method"]["title_zh"],
        "method_title_en": document["method"]["title_en"],
        "synthetic_zh": project.synthetic_zh,
        "synthetic_en": project.synthetic_en,
    }


def foreign_lot(found: Lot) -> Row:
    """What a lot from another region has in place of a project: how it came, and on what documents."""
    act = issue_act(found)
    name_zh, name_en = names_of_lot(found)
    told = {
        "lot": found.lot,
        "project": None,
        "name_zh": name_zh,
        "name_en": name_en,
        "ecosystem": "",
        "issued_mg": found.issued_mg,
        "retired_mg": found.retired_mg,
        "issued_at": clock.from_ms(act.at_ms),
        "height": act.height,
        "survey_hash": found.survey_hash_hex,
        "method_hash": found.method_hash_hex,
        "estimate_hash": found.estimate_hash_hex,
    }
    return {"lot": told, "arrival": arrival_of(found)}


def _estimate(found: Lot, document: Mapping[str, Any]) -> Row:
    assert found.project is not None
    acts = trail(found.project.number)
    notice = next((entry for entry in acts if entry.act == "publish_notice"), None)
    return {
        "removal_tco2e": document["removal_tco2e"],
        "half_width_tco2e": document["half_width_tco2e"],
        "uncertainty_percent": document["uncertainty_percent"],
        "confidence_percent": confidence_percent(document),
        "plots": document["plots"],
        "plots_counted": counted_plots(document),
        "trees": document["trees"],
        "rounds": len(document["rounds"]),
        "deduction_percent": document["deduction"]["share_percent"],
        "deduction": document["deduction"],
        "issuable_mg": document["issuable_mg"],
        "reviewers": sum(entry.act == "review" for entry in acts),
        "notice_days": notice.facts.get("days", 0) if notice else 0,
    }


def _lineage(found: Lot, names: Mapping[str, tuple[str, str]], document: Mapping[str, Any], books: Books) -> Row:
    used = latest_of(found.lot, SHOWN_USES)
    shown_mg, retired = sum(row.quantity_mg for row in used), books.line("retired")
    return {
        "strata": [
            {
                "name_zh": names[stratum["stratum"]][0],
                "name_en": names[stratum["stratum"]][1],
                "ecosystem": stratum["ecosystem"],
                "removal_tco2e": stratum["removal_tco2e"],
            }
            for stratum in document["strata"]
            if stratum["in_scope"] and stratum["removal_tco2e"]
        ],
        "removal_tco2e": document["removal_tco2e"],
        "half_width_tco2e": document["half_width_tco2e"],
        "issued_mg": found.issued_mg,
        "books": [{"code": line.code, "quantity_mg": line.quantity_mg} for line in books.lines if line.quantity_mg],
        "retirements": [{"name": spoken_name(row), "quantity_mg": row.quantity_mg} for row in used],
        "others": {"count": retired.arrivals - len(used), "quantity_mg": retired.quantity_mg - shown_mg},
    }


def spoken_name(retirement: Retirement) -> str:
    """Return what a retirement was used for, in the language of the page."""
    return retirement.name_en if get_language() == "en" else retirement.name_zh


def _away(one: Departure) -> Row:
    words = _("转往外区 %(region)s") % {"region": one.region}
    return {
        "number": "",
        "at": one.at,
        "name": words,
        "quantity_mg": one.quantity_mg,
        "serial_first": one.serial_first,
        "serial_last": one.serial_last,
    }


def _serial(retirement: Retirement) -> Row:
    return {
        "number": retirement.number,
        "at": retirement.retired_at,
        "name": spoken_name(retirement),
        "quantity_mg": retirement.quantity_mg,
        "serial_first": retirement.serial_first,
        "serial_last": retirement.serial_last,
    }


def lot_csv(request: HttpRequest, number: str) -> StreamingHttpResponse:
    """Every movement of a lot, to the milligram, the earliest first, as a table to download."""
    found = lot(number)
    rows = ([getattr(entry, column) for column in COLUMNS] for entry in all_of_lot(found.lot))
    return csv_answer(found.lot, COLUMNS, rows)


def holders_csv(request: HttpRequest, number: str) -> StreamingHttpResponse:
    """Everybody who holds something of a lot, to the milligram, as a table to download."""
    found = lot(number)
    return csv_answer(f"{found.lot}-holders", Holder._fields, all_holders_of(found.lot))


def lot_json(request: HttpRequest, number: str) -> JsonResponse:
    """The books and the origin of a lot, for programs."""
    found = lot(number)
    books = books_of(found.lot)
    content = {
        "lot": found.lot,
        "project": found.project_id,
        "period": found.period,
        "region": found.region or None,
        "foreign_entry": found.foreign_entry or None,
        "survey_hash": found.survey_hash_hex,
        "method_hash": found.method_hash_hex,
        "estimate_hash": found.estimate_hash_hex,
        "issued_mg": str(found.issued_mg),
        "books": {line.code: str(line.quantity_mg) for line in books.lines},
    }
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
