"""What an act means beside its entries: who has how much before and after, and what becomes impossible."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.ledger import MINT_ACCOUNT, Holding, Sort
from tanhui.core.ledger.decision import Change, each_of
from tanhui.core.ledger.terms import END_BOOKS
from tanhui.kit.text import tonnes
from tanhui.registry.models import Lot, Order
from tanhui.registry.pages.ends import Names, end_words
from tanhui.registry.queries import live_mg
from tanhui.registry.queries.accounts import balances_mg

Row = dict[str, Any]


def balances_of(change: Change, names: Names) -> list[Row]:
    """Return each place that would stand differently, and what a lot stands for: before and after, in mg."""
    moved: dict[Holding, int] = {}
    for source, target, quantity_mg, _serials in each_of(change.movements):
        moved[source] = moved.get(source, 0) - quantity_mg
        moved[target] = moved.get(target, 0) + quantity_mg
    places = [place for place in moved if place.account != MINT_ACCOUNT and place.book not in END_BOOKS]
    before_mg = balances_mg(places)
    rows = [
        {
            "name": end_words(place.account, place.book, names),
            "lot": place.lot,
            "before_mg": before_mg[place],
            "after_mg": before_mg[place] + moved[place],
        }
        for place in places
    ]
    return rows + [row for one in change.lots if (row := _stands(one.lot, one.standing_mg))]


def _stands(number: str, after_mg: int) -> Row | None:
    """What the lot stands for, where that would change."""
    known = Lot.objects.filter(lot=number).first()
    before_mg = known.standing_mg if known else 0
    if before_mg == after_mg:
        return None
    return {"name": _("批次还代表的量"), "lot": number, "before_mg": before_mg, "after_mg": after_mg}


def effects_of(order: Order, change: Change) -> list[str]:
    """Return what becomes impossible, or possible again, and whom it strikes."""
    return _EFFECTS[order.kind](order, change) if order.kind in _EFFECTS else []


def _retire(_order: Order, _change: Change) -> list[str]:
    return [_("注销不可撤回，这些序号不再转让、质押，也不再支持别的主张。"), _("出一张证书，任何人可以查验。")]


def _freeze(order: Order, change: Change) -> list[str]:
    if change.movements:
        return [_("这些吨数不能再转让、质押、注销；账户里其余的照常。"), _("只有监督部门能解冻，一次解一笔。")]
    reach = _("账户里的这个批次") if order.lot else _("整个账户")
    stopped = _("%(reach)s都不能转出、质押、处置、注销：现在可流通的 %(live)s t，还有以后转入的。")
    live = tonnes(live_mg(order.source, order.lot))
    return [stopped % {"reach": reach, "live": live}, _("只有监督部门能解冻，一次解一笔。")]


def _unfreeze(_order: Order, _change: Change) -> list[str]:
    return [_("只解这一笔。同一账户别的冻结照旧有效。")]


def _pledge(_order: Order, _change: Change) -> list[str]:
    return [_("质押的吨数仍是出质人的，但不能转让、注销或再质押，直到解押或处置。")]


def _release(_order: Order, change: Change) -> list[str]:
    left_mg = change.encumbrances[0].left_mg
    return [_("解押之后还质押着 %(left)s t。") % {"left": tonnes(left_mg)}]


def _foreclose(_order: Order, change: Change) -> list[str]:
    left_mg = change.encumbrances[0].left_mg
    return [
        _("处置的吨数归受让账户，出质人不再拥有。"),
        _("处置之后还质押着 %(left)s t，多的要解押才退回。") % {"left": tonnes(left_mg)},
    ]


def _lessened(_order: Order, _change: Change) -> list[str]:
    return [_("收回的吨数记在“已撤销”，永远不再流转。"), _("批次页会写明收回了多少、由谁承担。")]


def _hold(_order: Order, _change: Change) -> list[str]:
    return [_("到期以前这些吨数不能转让、质押或注销；没有成交的到期自动退回，也可以提前撤回。")]


def _post(_order: Order, change: Change) -> list[str]:
    left_mg = change.encumbrances[0].left_mg
    return [
        _("成交的吨数归买方，原持有人不再拥有。"),
        _("成交之后还占用着 %(left)s t，到期自动退回。") % {"left": tonnes(left_mg)}
        if left_mg
        else _("这一笔占用到此了结。"),
    ]


def _distribute(_order: Order, _change: Change) -> list[str]:
    return [
        _("名单上每一户各记一笔，要么全部记账，要么一户也不记。"),
        _("名单的哈希写进账本；名单可以下载，谁都能对。"),
    ]


def _correspond_out(order: Order, _change: Change) -> list[str]:
    return [
        _("对方确认以前，这些吨数在哪里都不能用：这里占着，那里还没有。"),
        _("对方确认了，在这里注销，有序号；对方没有收，退回原账户。"),
        _("凭据文件的哈希写进账本：%(paper)s。") % {"paper": order.terms["paper_name"]},
    ]


def _correspond_in(order: Order, _change: Change) -> list[str]:
    return [
        _("这一笔在这里只能转入一次，换个批次号也不行。"),
        _("对方确认那里已经注销以前，谁也不能用。"),
        _("凭据文件的哈希写进账本：%(paper)s。") % {"paper": order.terms["paper_name"]},
    ]


def _correspond_confirm(order: Order, _change: Change) -> list[str]:
    if order.terms["direction"] == Sort.IN:
        return [_("从此在这里能转让、质押、注销；只在这里算，那里已经没有了。")]
    return [_("在这里注销，不可撤回；从此只在对方那里算。这不是一次使用，不出证书。")]


def _correspond_return(order: Order, _change: Change) -> list[str]:
    if order.terms["direction"] == Sort.IN:
        return [_("在这里记为已撤销，永远不再流转；这一笔也不能再转入。")]
    return [_("退回原账户，可以再用；对方没有收，也不会收。")]


def _close_account(_order: Order, _change: Change) -> list[str]:
    return [
        _("这个账号从此不能再收，也不能再付，不能恢复，也不给别人用。"),
        _("以前的每一笔照旧能查；注销过、撤销过的仍记在这个账号名下。"),
        _("这个单位以后可以另开一个新账号。"),
    ]


_EFFECTS: Mapping[str, Callable[[Order, Change], list[str]]] = {
    Order.Kind.RETIRE: _retire,
    Order.Kind.FREEZE: _freeze,
    Order.Kind.UNFREEZE: _unfreeze,
    Order.Kind.PLEDGE: _pledge,
    Order.Kind.RELEASE: _release,
    Order.Kind.FORECLOSE: _foreclose,
    Order.Kind.REVOKE: _lessened,
    Order.Kind.REVERSE: _lessened,
    Order.Kind.CORRECT: _lessened,
    Order.Kind.HOLD: _hold,
    Order.Kind.POST: _post,
    Order.Kind.CORRESPOND_OUT: _correspond_out,
    Order.Kind.CORRESPOND_IN: _correspond_in,
    Order.Kind.CORRESPOND_CONFIRM: _correspond_confirm,
    Order.Kind.CORRESPOND_RETURN: _correspond_return,
    Order.Kind.DISTRIBUTE: _distribute,
    Order.Kind.CLOSE_ACCOUNT: _close_account,
}
