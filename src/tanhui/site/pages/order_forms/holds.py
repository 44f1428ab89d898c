"""The forms of a hold: begin it, post it to who bought, void it."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.ledger import Sort
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.quantity import read_mg, read_price_fen
from tanhui.registry.models import Order
from tanhui.registry.services import request_hold, request_posting, request_void
from tanhui.registry.services.holds import PURPOSES
from tanhui.registry.wording import HOLD_PURPOSES
from tanhui.site.pages.order_forms.fields import (
    Choice,
    Field,
    account_field,
    bound_field,
    deal_fields,
    lot_field,
    quantity_field,
)
from tanhui.site.pages.order_forms.shape import OrderForm, Shared, Typed


def _hold_fields() -> list[Field]:
    purposes = [Choice(code, str(HOLD_PURPOSES[code])) for code in PURPOSES]
    return [
        lot_field(),
        account_field("source", _("谁的账户")),
        quantity_field(),
        Field("purpose", _("为什么占用"), choices=purposes, empty=_("选一种")),
        Field("until", _("到什么时候"), _("到期自动退回原账户。"), kind="datetime"),
    ]


def _hold(typed: Typed, shared: Shared) -> Order:
    return request_hold(
        lot=typed.get("lot", ""),
        source=typed.get("source", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        purpose=typed.get("purpose", ""),
        until=_read_time(typed.get("until", "")),
        **shared,
    )


def _read_time(text: str) -> datetime:
    """Read a local time such as 2026-12-31T17:00. Raises `bad_time`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise Problem("bad_time", _("时间看不懂：写成 2026-12-31 17:00。"), field="until") from fault
    return found if found.tzinfo else found.replace(tzinfo=clock.LOCAL)


def _post_fields() -> list[Field]:
    return [
        bound_field(Sort.HOLD, label=_("哪一笔占用成交")),
        account_field("target", _("谁买下"), opens=True),
        quantity_field(hint=_("可以只成交一部分，其余的还占着。")),
        *deal_fields(),
    ]


def _post(typed: Typed, shared: Shared) -> Order:
    return request_posting(
        hold=typed.get("encumbrance", ""),
        target=typed.get("target", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        exchange_certificate=typed.get("certificate", ""),
        price_fen_per_t=read_price_fen(typed.get("price_yuan", "")),
        **shared,
    )


def _void_fields() -> list[Field]:
    return [bound_field(Sort.HOLD, label=_("撤回哪一笔"))]


def _void(typed: Typed, shared: Shared) -> Order:
    return request_void(hold=typed.get("encumbrance", ""), **shared)


FORMS: Mapping[str, OrderForm] = {
    "hold": OrderForm(
        gettext_lazy("登记占用"),
        gettext_lazy(
            "为挂牌、竞价或备付把吨数留出来，到一个时间为止，谁也不能动。由另一位登记人员复核签名，才会记账。"
        ),
        _hold_fields,
        _hold,
    ),
    "post": OrderForm(
        gettext_lazy("登记成交"),
        gettext_lazy("占用着的吨数卖出了：全部或一部分归买方。由另一位登记人员复核签名，才会记账。"),
        _post_fields,
        _post,
        beside="bound",
    ),
    "void": OrderForm(
        gettext_lazy("撤回占用"),
        gettext_lazy("提前结束一笔占用，留出的吨数退回原账户。由另一位登记人员复核签名，才会记账。"),
        _void_fields,
        _void,
        beside="bound",
    ),
}
