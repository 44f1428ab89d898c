"""What the form of an order is: its words, its fields, and the service that takes what was typed."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tanhui.people.signing import Signed
from tanhui.registry.models import Order
from tanhui.site.pages.order_forms.fields import Field


class Shared(Signed):
    """What all orders have in common: who signs, and the number that makes two of the same form one order."""

    region_code: str
    command_id: bytes


Typed = Mapping[str, str]


class OrderForm(NamedTuple):
    """A form. `title` and `lead` are spoken when shown; `beside` is what stands beside it."""

    title: object
    lead: object
    fields: Callable[[], list[Field]]
    place: Callable[[Typed, Shared], Order]
    beside: str = "holdings"
