"""The forms of transfer and retirement."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.kit.quantity import read_mg, read_price_fen
from tanhui.registry.models import Order
from tanhui.registry.services import RetirementWords, request_retirement, request_transfer
from tanhui.registry.services.acts import (
    LONGEST_ENGLISH_NAME,
    LONGEST_ENGLISH_STATEMENT,
    LONGEST_NAME,
    LONGEST_STATEMENT,
    PURPOSES,
)
from tanhui.registry.wording import PURPOSES as PURPOSE_WORDS
from tanhui.site.pages.order_forms.fields import Choice, Field, account_field, deal_fields, lot_field, quantity_field
from tanhui.site.pages.order_forms.shape import OrderForm, Shared, Typed


def _transfer_fields() -> list[Field]:
    return [
        lot_field(),
        account_field("source", _("转出")),
        account_field("target", _("转入"), opens=True),
        quantity_field(),
        *deal_fields(),
    ]


def _transfer(typed: Typed, shared: Shared) -> Order:
    return request_transfer(
        lot=typed.get("lot", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        source=typed.get("source", ""),
        target=typed.get("target", ""),
        exchange_certificate=typed.get("certificate", ""),
        price_fen_per_t=read_price_fen(typed.get("price_yuan", "")),
        **shared,
    )


def _retire_fields() -> list[Field]:
    purposes = [Choice(code, str(PURPOSE_WORDS[code])) for code in PURPOSES]
    return [
        lot_field(),
        account_field("source", _("持有人")),
        quantity_field(),
        Field("purpose", _("用途"), choices=purposes),
        Field("name_zh", _("用在哪里，中文"), _("印在证书上最大的一行，例如一场会议的名称。"), most=LONGEST_NAME),
        Field("name_en", _("用在哪里，英文"), most=LONGEST_ENGLISH_NAME, required=False),
        Field("beneficiary_zh", _("受益方，中文"), most=LONGEST_NAME),
        Field("beneficiary_en", _("受益方，英文"), most=LONGEST_ENGLISH_NAME, required=False),
        Field(
            "statement_zh",
            _("说明，中文"),
            _("印在证书上：抵消了什么，怎样核算的。"),
            rows=2,
            most=LONGEST_STATEMENT,
            across=True,
        ),
        Field("statement_en", _("说明，英文"), rows=2, most=LONGEST_ENGLISH_STATEMENT, required=False, across=True),
    ]


def _retire(typed: Typed, shared: Shared) -> Order:
    words = RetirementWords(*(typed.get(field, "") for field in RetirementWords._fields))
    return request_retirement(
        lot=typed.get("lot", ""),
        quantity_mg=read_mg(typed.get("quantity", "")),
        account=typed.get("source", ""),
        purpose=typed.get("purpose", ""),
        words=words,
        **shared,
    )


FORMS: Mapping[str, OrderForm] = {
    "transfer": OrderForm(
        gettext_lazy("登记流转"),
        gettext_lazy("把场外成交的结果登记到账上。提交后由另一位登记人员复核签名，才会记账。"),
        _transfer_fields,
        _transfer,
    ),
    "retire": OrderForm(
        gettext_lazy("登记注销"),
        gettext_lazy("用掉这些吨数。提交后由另一位登记人员复核签名，才会记账。"),
        _retire_fields,
        _retire,
    ),
}
