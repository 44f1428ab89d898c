"""What the form of an order is: its words, its fields, and the service that takes what was typed."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tanhui.people.signing import Signed
from tanhui.registry.models import Order
from tanhui.registry.services import SentPaper
from tanhui.site.pages.order_forms.fields import Field


class Shared(Signed):
    """What all orders have in common: who signs, and the number that makes two of the same form one order."""

    region_code: str
    command_id: bytes


class Typed(dict[str, str]):
    """What was typed into a form, and the files that were chosen."""

    def __init__(self, typed: Mapping[str, str], files: Mapping[str, SentPaper] | None = None) -> None:
        super().__init__(typed)
        self.files = files or {}

    def paper(self, name: str) -> SentPaper:
        """Return a file by its field; an empty one where none was chosen."""
        return self.files.get(name, SentPaper("", b""))


class OrderForm(NamedTuple):
    """A form. `title` and `lead` are spoken when shown; `beside` is what stands beside it."""

    title: object
    lead: object
    fields: Callable[[], list[Field]]
    place: Callable[[Typed, Shared], Order]
    beside: str = "holdings"
