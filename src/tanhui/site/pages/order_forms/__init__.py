"""Every kind of order that has a form."""

from collections.abc import Mapping

from tanhui.site.pages.order_forms import closing, corresponding, freezing, holds, pledging, taking_back, trading
from tanhui.site.pages.order_forms.shape import OrderForm, Shared, Typed

FORMS: Mapping[str, OrderForm] = {
    **trading.FORMS,
    **holds.FORMS,
    **pledging.FORMS,
    **corresponding.FORMS,
    **taking_back.FORMS,
    **closing.FORMS,
    **freezing.FORMS,
}

__all__ = ["FORMS", "OrderForm", "Shared", "Typed"]
