"""The forms of entries with other regions: out, in, confirmed, returned."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.ledger import Sort
from tanhui.kit.quantity import read_mg
from tanhui.registry.models import Order
from tanhui.registry.services import request_arrival, request_confirmation, request_departure, request_return
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

HASHES = ("survey_hash_hex", "method_hash_hex", "estimate_hash_hex")
PAPER = "paper"


def _region_field() -> Field:
    return Field("region", _("外区代码"), _("例如 CN-ORDOS；同一个地区只用一种写法。"), kind="mono", most=20)


def _ground_fields(document: str) -> list[Field]:
    hint = _("PDF 或扫描件，最多 10 MB。存档；账上只记它的哈希。")
    return [*basis_fields(document), Field(PAPER, _("文件本身"), hint, kind="file", across=True)]


def _out_fields() -> list[Field]:
    return [
        lot_field(),
        account_field("source", _("谁的账户")),
        _region_field(),
        quantity_field(),
        *_ground_fields(_("两地协议文号")),
    ]


def _out(typed: Typed, shared: Shared) -> Order:
    return request_departure(
        lot=typed.get("lot", ""),
        source=typed.get("source", ""),
        region=typed.get("region", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        basis=basis_of(typed),
        paper=typed.paper(PAPER),
        **shared,
    )


def _in_fields() -> list[Field]:
    words = (_("外业数据的哈希"), _("方法的哈希"), _("估算的哈希"))
    hint = _("照对方批次页上的抄，64 位十六进制。")
    hashes = [
        Field(name, label, hint, kind="mono", most=64, across=True) for name, label in zip(HASHES, words, strict=True)
    ]
    return [
        account_field("source", _("转入谁的账户"), opens=True),
        quantity_field(),
        _region_field(),
        Field("foreign_entry", _("对方账上的编号"), _("这一笔在对方账上的编号。"), kind="mono", most=64),
        *hashes,
        *_ground_fields(_("对方转出证明编号")),
    ]


def _in(typed: Typed, shared: Shared) -> Order:
    return request_arrival(
        account=typed.get("source", ""),
        region=typed.get("region", ""),
        foreign_entry=typed.get("foreign_entry", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        survey_hash_hex=typed.get("survey_hash_hex", ""),
        method_hash_hex=typed.get("method_hash_hex", ""),
        estimate_hash_hex=typed.get("estimate_hash_hex", ""),
        basis=basis_of(typed),
        paper=typed.paper(PAPER),
        **shared,
    )


def _confirm_fields() -> list[Field]:
    return [bound_field(Sort.OUT, Sort.IN, label=_("哪一笔")), *_ground_fields(_("外区确认书编号"))]


def _confirm(typed: Typed, shared: Shared) -> Order:
    return request_confirmation(
        entry=typed.get("encumbrance", ""), basis=basis_of(typed), paper=typed.paper(PAPER), **shared
    )


def _return_fields() -> list[Field]:
    return [bound_field(Sort.OUT, Sort.IN, label=_("哪一笔")), *_ground_fields(_("外区答复编号"))]


def _return(typed: Typed, shared: Shared) -> Order:
    return request_return(entry=typed.get("encumbrance", ""), basis=basis_of(typed), paper=typed.paper(PAPER), **shared)


FORMS: Mapping[str, OrderForm] = {
    "correspond_out": OrderForm(
        gettext_lazy("登记转出外区"),
        gettext_lazy("吨数要去另一个地区：先占着，对方确认收了，在这里注销。由另一位登记人员复核签名，才会记账。"),
        _out_fields,
        _out,
    ),
    "correspond_in": OrderForm(
        gettext_lazy("登记外区转入"),
        gettext_lazy(
            "另一个地区的吨数来这里：成为单独一批，先占着，对方确认那里注销了才能用。由另一位登记人员复核签名，才会记账。"
        ),
        _in_fields,
        _in,
        beside="",
    ),
    "correspond_confirm": OrderForm(
        gettext_lazy("登记外区确认"),
        gettext_lazy("凭对方的确认了结一笔：转出的在这里注销，转入的从此能用。由另一位登记人员复核签名，才会记账。"),
        _confirm_fields,
        _confirm,
        beside="bound",
    ),
    "correspond_return": OrderForm(
        gettext_lazy("登记外区退回"),
        gettext_lazy(
            "凭对方的答复了结一笔没有办成的：转出的退回原账户，转入的在这里撤销。由另一位登记人员复核签名，才会记账。"
        ),
        _return_fields,
        _return,
        beside="bound",
    ),
}
