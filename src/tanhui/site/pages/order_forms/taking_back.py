"""The forms of revocation, reversal and correction."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.kit.quantity import read_mg
from tanhui.kit.text import tonnes
from tanhui.registry.models import Order
from tanhui.registry.queries.remeasured import Remeasured, remeasured
from tanhui.registry.services import request_correction, request_reversal, request_revocation
from tanhui.site.pages.order_forms.fields import (
    Choice,
    Field,
    account_field,
    basis_fields,
    basis_of,
    lot_field,
    quantity_field,
)
from tanhui.site.pages.order_forms.shape import OrderForm, Shared, Typed

SHOWN = 12
"""So much of a hash tells one from another for the eye."""


def _revoke_fields() -> list[Field]:
    return [lot_field(), account_field("source", _("从谁的账户")), quantity_field(), *basis_fields(_("查实文号"))]


def _revoke(typed: Typed, shared: Shared) -> Order:
    return request_revocation(
        lot=typed.get("lot", ""),
        source=typed.get("source", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        basis=basis_of(typed),
        **shared,
    )


def _absorber_fields() -> list[Field]:
    return [
        account_field("source", _("缓冲池不够时由谁补足"), empty=_("没有人，只用缓冲池"), required=False),
        lot_field("absorber_lot", _("用哪一批补足"), empty=_("就用这一批"), required=False),
    ]


def _reverse_fields() -> list[Field]:
    return [lot_field(), quantity_field(), *_absorber_fields(), *basis_fields(_("核查文号"))]


def _reverse(typed: Typed, shared: Shared) -> Order:
    return request_reversal(
        lot=typed.get("lot", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        absorber=typed.get("source", ""),
        absorber_lot=typed.get("absorber_lot", ""),
        basis=basis_of(typed),
        **shared,
    )


def _correct_fields() -> list[Field]:
    return [
        lot_field(),
        quantity_field(
            "issuable", _("重测后应为，t CO₂e"), hint=_("比批次现在代表的量少；多出来的要收回。一吨不剩就写 0。")
        ),
        Field(
            "later_estimate_hex",
            _("凭哪一份重测估算"),
            _("同一些样地以后的估算：已认定的项目，或签过名的监测结果。账上记它的哈希。"),
            choices=[Choice(one.hash_hex, _remeasured_words(one)) for one in remeasured()],
            empty=_("选一份"),
            across=True,
        ),
        *_absorber_fields(),
        *basis_fields(_("重测报告文号")),
    ]


def _remeasured_words(one: Remeasured) -> str:
    amount = [_("可制发 %(quantity)s t") % {"quantity": tonnes(one.issuable_mg)}] if one.issuable_mg is not None else []
    return " · ".join([one.lot, one.number, *amount, one.hash_hex[:SHOWN]])


def _correct(typed: Typed, shared: Shared) -> Order:
    issuable = typed.get("issuable", "").strip()
    return request_correction(
        lot=typed.get("lot", ""),
        issuable_mg=0 if issuable == "0" else read_mg(issuable),
        later_estimate_hex=typed.get("later_estimate_hex", ""),
        absorber=typed.get("source", ""),
        absorber_lot=typed.get("absorber_lot", ""),
        basis=basis_of(typed),
        **shared,
    )


FORMS: Mapping[str, OrderForm] = {
    "revoke": OrderForm(
        gettext_lazy("登记撤销"),
        gettext_lazy("查实不该制发的吨数，从账户里收回作废。由另一位登记人员复核签名，才会记账。"),
        _revoke_fields,
        _revoke,
    ),
    "reverse": OrderForm(
        gettext_lazy("登记逆转"),
        gettext_lazy(
            "火灾、虫害让碳没有了：先用这一批的缓冲份额，不够的由指定的账户补足。由另一位登记人员复核签名，才会记账。"
        ),
        _reverse_fields,
        _reverse,
    ),
    "correct": OrderForm(
        gettext_lazy("登记更正"),
        gettext_lazy(
            "后一轮重测得少了：多制发的收回，先用缓冲份额，不够的由指定的账户补足。由另一位登记人员复核签名，才会记账。"
        ),
        _correct_fields,
        _correct,
    ),
}
