"""The forms of pledge, release and foreclosure."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.ledger import Sort
from tanhui.kit.quantity import read_mg
from tanhui.registry.models import Order
from tanhui.registry.services import request_foreclosure, request_pledge, request_release
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


def _pledge_fields() -> list[Field]:
    return [
        lot_field(),
        account_field("source", _("出质人")),
        account_field("target", _("质权人"), opens=True),
        quantity_field(),
        *basis_fields(_("质押合同编号")),
    ]


def _pledge(typed: Typed, shared: Shared) -> Order:
    return request_pledge(
        lot=typed.get("lot", ""),
        source=typed.get("source", ""),
        pledgee=typed.get("target", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        basis=basis_of(typed),
        **shared,
    )


def _release_fields() -> list[Field]:
    return [bound_field(Sort.PLEDGE, label=_("解哪一笔质押")), quantity_field(), *basis_fields(_("质权人同意书编号"))]


def _release(typed: Typed, shared: Shared) -> Order:
    return request_release(
        pledge=typed.get("encumbrance", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        basis=basis_of(typed),
        **shared,
    )


def _foreclose_fields() -> list[Field]:
    return [
        bound_field(Sort.PLEDGE, label=_("处置哪一笔质押")),
        account_field("target", _("归谁"), opens=True),
        quantity_field(),
        *basis_fields(_("协议或裁定文号")),
    ]


def _foreclose(typed: Typed, shared: Shared) -> Order:
    return request_foreclosure(
        pledge=typed.get("encumbrance", ""),
        target=typed.get("target", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        basis=basis_of(typed),
        **shared,
    )


FORMS: Mapping[str, OrderForm] = {
    "pledge": OrderForm(
        gettext_lazy("登记质押"),
        gettext_lazy("给债务作担保：吨数仍是出质人的，但不能动。由另一位登记人员复核签名，才会记账。"),
        _pledge_fields,
        _pledge,
    ),
    "release": OrderForm(
        gettext_lazy("登记解押"),
        gettext_lazy("质权人同意放回的吨数，可以分几次。由另一位登记人员复核签名，才会记账。"),
        _release_fields,
        _release,
        beside="bound",
    ),
    "foreclose": OrderForm(
        gettext_lazy("登记处置"),
        gettext_lazy("债务没有还，质押的吨数归质权人或者买下它的人。由另一位登记人员复核签名，才会记账。"),
        _foreclose_fields,
        _foreclose,
        beside="bound",
    ),
}
