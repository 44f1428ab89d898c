"""Every kind of order that has a form."""

from collections.abc import Mapping

from tanhui.site.pages.order_forms import closing, freezing, holds, pledging, taking_back, trading
from tanhui.site.pages.order_forms.shape import OrderForm, Shared

FORMS: Mapping[str, OrderForm] = {
    **trading.FORMS,
    **pledging.FORMS,
    **taking_back.FORMS,
    **holds.FORMS,
    **closing.FORMS,
    **freezing.FORMS,
}

__all__ = ["FORMS", "OrderForm", "Shared"]
