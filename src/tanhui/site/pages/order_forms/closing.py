"""The form by which an account is closed."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.registry.models import Order
from tanhui.registry.services import request_closing
from tanhui.site.pages.order_forms.fields import Field, account_field
from tanhui.site.pages.order_forms.shape import OrderForm, Shared, Typed


def _close_fields() -> list[Field]:
    return [account_field("source", _("哪一个账户"), of_any_kind=True)]


def _close(typed: Typed, shared: Shared) -> Order:
    return request_closing(account=typed.get("source", ""), **shared)


FORMS: Mapping[str, OrderForm] = {
    "close_account": OrderForm(
        gettext_lazy("登记销户"),
        gettext_lazy("销户以后不能再收、再付，也不能恢复；账户要空着，没有冻结。由另一位登记人员复核签名，才会记账。"),
        _close_fields,
        _close,
    ),
}
