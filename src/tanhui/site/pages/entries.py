"""The exact effects of an act on the books, shown before anybody signs."""

from typing import Any

from django.utils.translation import gettext as _

from tanhui.certification.models import Estimate, Project
from tanhui.people.queries import spoken
from tanhui.registry.models import Account, Lot, Order, OrderState
from tanhui.registry.queries import live_mg

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
    """Return what a transfer or a retirement would book, and the balances before and after."""
    source = _account(order.source)
    if order.kind == Order.Kind.TRANSFER:
        words = f"{spoken(source.holder)} → {spoken(_account(order.target).holder)}"
        return _entries(order, words, _("流转"), [], ())
    serials = _serials(order)
    effects = [_("注销不可撤回，这些序号不再转让、质押，也不再支持别的主张。"), _("出一张证书，任何人可以查验。")]
    return _entries(order, _("%(holder)s → 已注销") % {"holder": spoken(source.holder)}, _("注销"), effects, serials)


def _serials(order: Order) -> tuple[int, int]:
    """Return the serials of a retirement: those it was booked with, or those it would get now."""
    if order.state == OrderState.DONE:
        return order.retirement.serial_first, order.retirement.serial_last
    lot = Lot.objects.get(lot=order.lot)
    return lot.retired_mg + 1, lot.retired_mg + order.quantity_mg


def _entries(order: Order, words: str, total_words: str, effects: list[str], serials: tuple[int, ...]) -> Row:
    note = _("批次 %(lot)s") % {"lot": order.lot}
    return {
        "entries": [{"words": words, "note": note, "quantity_mg": order.quantity_mg}],
        "total_mg": order.quantity_mg,
        "total_words": total_words,
        "serial_first": serials[0] if serials else None,
        "serial_last": serials[1] if serials else None,
        "effects": effects,
        "balances": _balances(order) if order.state == "waiting" else [],
    }


def _balances(order: Order) -> list[Row]:
    before = live_mg(order.source, order.lot)
    holder = _account(order.source).holder
    rows = [{"name": spoken(holder), "before_mg": before, "after_mg": before - order.quantity_mg}]
    if order.target:
        had = live_mg(order.target, order.lot)
        target = _account(order.target).holder
        rows.append({"name": spoken(target), "before_mg": had, "after_mg": had + order.quantity_mg})
    return rows


def _account(account: str) -> Account:
    return Account.objects.select_related("holder").get(account=account)
