"""The forms of a reserve: hold it, void it."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.ledger import Sort
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.quantity import read_mg
from tanhui.registry.models import Order
from tanhui.registry.services import request_reserve, request_void
from tanhui.site.pages.order_forms.fields import Field, account_field, bound_field, lot_field, quantity_field
from tanhui.site.pages.order_forms.shape import OrderForm, Shared, Typed


def _hold_fields() -> list[Field]:
    return [
        lot_field(),
        account_field("source", _("谁的账户")),
        quantity_field(),
        Field("until", _("到什么时候"), _("到期自动退回原账户。"), kind="datetime"),
    ]


def _hold(typed: Typed, shared: Shared) -> Order:
    return request_reserve(
        lot=typed.get("lot", ""),
        source=typed.get("source", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
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


def _void_fields() -> list[Field]:
    return [bound_field(Sort.HOLD, _("撤回哪一笔"))]


def _void(typed: Typed, shared: Shared) -> Order:
    return request_void(hold=typed.get("encumbrance", ""), **shared)


FORMS: Mapping[str, OrderForm] = {
    "hold": OrderForm(
        gettext_lazy("登记备付"),
        gettext_lazy("把吨数留出来，到一个时间为止，谁也不能动。由另一位登记人员复核签名，才会记账。"),
        _hold_fields,
        _hold,
    ),
    "void": OrderForm(
        gettext_lazy("撤回备付"),
        gettext_lazy("提前结束一笔备付，留出的吨数退回原账户。由另一位登记人员复核签名，才会记账。"),
        _void_fields,
        _void,
        beside="bound",
    ),
}
