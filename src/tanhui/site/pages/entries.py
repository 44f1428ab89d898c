"""The exact effects of an act on the books, shown before anybody signs."""

from typing import Any

from django.utils.translation import gettext as _

from tanhui.certification.models import Estimate, Project
from tanhui.core.ledger import Book, Holding, Movement, Serials
from tanhui.core.ledger.decision import Change, Refusal, each_of
from tanhui.kit import clock
from tanhui.people.queries import spoken
from tanhui.registry.models import Order, OrderState
from tanhui.registry.pages.ends import Names, end_words, entry_words, name_words
from tanhui.registry.queries.accounts import balances_mg, names_of
from tanhui.registry.queries.entries import entries_of_command
from tanhui.registry.services.foresight import foresee
from tanhui.registry.services.ordered import act_of
from tanhui.registry.services.refusals import refusal_sentence
from tanhui.site.pages.effects import balances_of, effects_of

Row = dict[str, Any]


def issue_entries(project: Project, estimate: Estimate) -> Row:
    """Return what an issue would book."""
    owner_mg = estimate.issuable_mg - estimate.buffer_mg
    share = estimate.buffer_mg / estimate.issuable_mg * 100 if estimate.issuable_mg else 0
    return {
        "entries": [
            {
                "words": _("制发 → %(owner)s") % {"owner": spoken(project.owner)},
                "note": _("可流通，%(share)s%%") % {"share": f"{100 - share:g}"},
                "quantity_mg": owner_mg,
            },
            {
                "words": _("制发 → 缓冲池"),
                "note": _("逆转预留，%(share)s%%") % {"share": f"{share:g}"},
                "quantity_mg": estimate.buffer_mg,
            },
        ],
        "total_mg": estimate.issuable_mg,
        "total_words": _("新批次"),
        "serial_first": 1,
        "serial_last": estimate.issuable_mg,
        "effects": [
            _("这些样地和这份数据的这段时间记为已用，别的项目再报会被退回；不要再报 CCER。"),
            _("估算、方法和数据的指纹写进账本，以后换不了。"),
            _("写错只能另记一笔，原账永远在。"),
        ],
    }


def order_entries(order: Order) -> Row:
    """Return what an order would book as the ledger stands, or has booked, with the balances before and after."""
    if order.kind == Order.Kind.DISTRIBUTE:
        return _distribution(order)
    if order.state == OrderState.DONE:
        return _booked(order)
    if order.state in {OrderState.WAITING, OrderState.SIGNED}:
        found = foresee(act_of(order), at=clock.now())
        if isinstance(found, Change):
            return _foreseen(order, found)
        return {**_asked(order), "foreseen": {"code": found.code, "message": _sentence(found)}}
    return _asked(order)


def _distribution(order: Order) -> Row:
    """A list of thousands as one line, and what it leaves the giver; the list itself is shown page by page."""
    names = names_of({order.source})
    receivers = _("%(count)s 户") % {"count": f"{order.terms['receivers']:,}"}
    words = f"{name_words(order.source, names)} → {receivers}"
    row = {"words": words, "note": _lot_words(order.lot), "quantity_mg": order.quantity_mg}
    shown = _shown([row], order.quantity_mg, order, None)
    if order.state not in {OrderState.WAITING, OrderState.SIGNED}:
        return shown
    found = foresee(act_of(order), at=clock.now())
    if isinstance(found, Refusal):
        return {**shown, "foreseen": {"code": found.code, "message": _sentence(found)}}
    giver = Holding(order.source, order.lot, Book.LIVE)
    before_mg = balances_mg([giver])[giver]
    left = {"name": name_words(order.source, names), "lot": order.lot, "before_mg": before_mg}
    balances = [{**left, "after_mg": before_mg - order.asked_mg}] if order.state == OrderState.WAITING else []
    return {**shown, "balances": balances, "effects": effects_of(order, found)}


def _sentence(refusal: Refusal) -> str:
    return refusal_sentence(refusal.code, dict(refusal.params))


def _asked(order: Order) -> Row:
    """What was asked for, where nothing came of it or nothing would."""
    names = names_of({order.source, order.target})
    ends = [name_words(account, names) for account in (order.source, order.target) if account]
    row = {"words": " → ".join(ends), "note": _lot_words(order.lot), "quantity_mg": order.quantity_mg}
    return _shown([row] if order.quantity_mg else [], order.quantity_mg, order, None)


def _booked(order: Order) -> Row:
    entries = list(entries_of_command(order.command_hex))
    names = names_of({account for entry in entries for account in (entry.from_account, entry.to_account)})
    rows = [
        {"words": entry_words(entry, names), "note": _lot_words(entry.lot), "quantity_mg": entry.quantity_mg}
        for entry in entries
    ]
    first = entries[0] if entries else None
    serials = Serials(first.serial_first, first.serial_last or 0) if first and first.serial_first else None
    return _shown(rows, sum(entry.quantity_mg for entry in entries) or None, order, serials)


def _foreseen(order: Order, change: Change) -> Row:
    """What the ledger's rules would book now: entries, who has how much before and after, what else it means."""
    moved = tuple(each_of(change.movements))
    names = names_of({place.account for one in moved for place in (one.source, one.target)})
    rows = [
        {"words": _words(one, names), "note": _lot_words(one.source.lot), "quantity_mg": one.quantity_mg}
        for one in moved
    ]
    serials = moved[0].serials if moved else None
    shown = _shown(rows, sum(one.quantity_mg for one in moved) or None, order, serials)
    waiting = order.state == OrderState.WAITING
    effects = effects_of(order, change)
    return {**shown, "balances": balances_of(change, names) if waiting else [], "effects": effects}


def _words(one: Movement, names: Names) -> str:
    source = end_words(one.source.account, one.source.book, names)
    return f"{source} → {end_words(one.target.account, one.target.book, names)}"


def _lot_words(lot: str) -> str:
    return _("批次 %(lot)s") % {"lot": lot} if lot else ""


def _shown(rows: list[Row], total_mg: int | None, order: Order, serials: Serials | None) -> Row:
    return {
        "entries": rows,
        "total_mg": total_mg,
        "total_words": order.get_kind_display(),
        "serial_first": serials.first if serials else None,
        "serial_last": serials.last if serials else None,
        "effects": [],
        "balances": [],
    }
