"""The forms of supervision: freeze and unfreeze."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.ledger import Sort
from tanhui.kit.quantity import read_mg
from tanhui.registry.models import Order
from tanhui.registry.services import request_freeze, request_unfreeze
from tanhui.site.pages.order_forms.fields import (
    Field,
    account_field,
    basis_fields,
    basis_of,
    bound_field,
    lot_field,
    quantity_field,
)
from tanhui.site.pages.order_forms.shape import OrderForm, Shared, Typed


def _freeze_fields() -> list[Field]:
    return [
        account_field("source", _("冻结谁的账户")),
        lot_field(empty=_("整个账户"), required=False),
        quantity_field(hint=_("不填就是全部，以后转入的也冻结。"), required=False),
        *basis_fields(_("法律文书文号")),
    ]


def _freeze(typed: Typed, shared: Shared) -> Order:
    quantity = typed.get("quantity", "").strip()
    return request_freeze(
        account=typed.get("source", ""),
        lot=typed.get("lot", ""),
        quantity_mg=read_mg(quantity) if quantity else None,
        basis=basis_of(typed),
        **shared,
    )


def _unfreeze_fields() -> list[Field]:
    return [bound_field(Sort.FREEZE, label=_("解哪一笔冻结")), *basis_fields(_("法律文书文号"))]


def _unfreeze(typed: Typed, shared: Shared) -> Order:
    return request_unfreeze(freeze=typed.get("encumbrance", ""), basis=basis_of(typed), **shared)


FORMS: Mapping[str, OrderForm] = {
    "freeze": OrderForm(
        gettext_lazy("冻结"),
        gettext_lazy("依法冻结一个账户、账户里的一批，或者其中一定数量。由另一位监督人员复核签名，才会生效。"),
        _freeze_fields,
        _freeze,
    ),
    "unfreeze": OrderForm(
        gettext_lazy("解冻"),
        gettext_lazy("解一笔冻结，整笔解。由另一位监督人员复核签名，才会生效。"),
        _unfreeze_fields,
        _unfreeze,
        beside="bound",
    ),
}
