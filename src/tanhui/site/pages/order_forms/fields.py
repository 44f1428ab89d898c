"""The fields that the forms of orders are made of: what each is called, what may be chosen, what must be filled."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.kit.text import tonnes
from tanhui.people.queries import spoken
from tanhui.registry.models import Lot
from tanhui.registry.queries import lots
from tanhui.registry.queries.accounts import open_accounts
from tanhui.registry.queries.bindings import Binding, bindings
from tanhui.registry.queries.corresponding import names_of_lot
from tanhui.registry.services import Basis
from tanhui.registry.services.words import LONGEST_BASIS
from tanhui.site.templatetags.tanhui import speaks

MOST_CHOICES = 2_000
HOLDERS = ("owner", "buyer", "organiser")
"""Kinds of account whose holders dispose of what is in them."""


class Choice(NamedTuple):
    value: str
    words: str


class Field(NamedTuple):
    """One field of a form. With `choices` it is a list to choose from, with `rows` a text of several lines."""

    name: str
    label: str
    hint: str = ""
    choices: Sequence[Choice] | None = None
    empty: str = ""
    required: bool = True
    rows: int = 0
    most: int | None = None
    kind: str = "text"
    pattern: str = ""
    across: bool = False
    link: Choice | None = None


def lot_field(name: str = "lot", label: str = "", *, empty: str = "", required: bool = True) -> Field:
    """A field for a lot. `empty` is what it means to choose none."""
    found = [Choice(lot.lot, f"{lot.lot} {_lot_name(lot)}") for lot in lots()]
    return Field(name, label or _("批次"), choices=found, empty=empty, required=required, across=True)


def _lot_name(lot: Lot) -> str:
    names = names_of_lot(lot)
    return names[1 if get_language() == "en" else 0]


def account_field(name: str, label: str, *, empty: str = "", required: bool = True, opens: bool = False) -> Field:
    """A field for a holder's account. With `opens` it leads to where one is opened."""
    found = [Choice(row.account, spoken(row.holder)) for row in open_accounts(*HOLDERS)]
    link = Choice(reverse("accounts"), _("对方还没有账户？先开户")) if opens else None
    return Field(name, label, choices=found, empty=empty or _("选一个账户"), required=required, link=link)


def quantity_field(name: str = "quantity", label: str = "", *, hint: str = "", required: bool = True) -> Field:
    """A field for tonnes, to the milligram."""
    return Field(
        name,
        label or _("数量，t CO₂e"),
        hint or _("最多九位小数，一毫克也可以。"),
        kind="decimal",
        pattern=r"[0-9,]+(\.[0-9 ]{1,11})?",
        required=required,
    )


def bound_field(*sorts: str, label: str) -> Field:
    """A field for something that binds: a freeze, a pledge, a hold, an entry with another region."""
    found = [Choice(one.name, _bound_words(one)) for one in bindings(*sorts, most=MOST_CHOICES)]
    return Field("encumbrance", label, choices=found, empty=_("选一笔"), across=True)


def _bound_words(one: Binding) -> str:
    amount = f"{tonnes(one.left_mg)} t" if one.left_mg is not None else _("全部")
    parts = [one.name, *([one.region] if one.region else []), speaks(one, "holder"), one.lot or _("整个账户"), amount]
    return " · ".join(parts)


def deal_fields() -> list[Field]:
    """The deal that was made at an exchange: its number and its price."""
    return [
        Field("certificate", _("交易凭证编号"), _("交易机构出具的编号，账上只记它的哈希。"), kind="mono"),
        Field("price_yuan", _("单价，元每吨"), _("没有价款就写 0。"), kind="decimal"),
    ]


def basis_of(typed: Mapping[str, str]) -> Basis:
    return Basis(typed.get("document", ""), typed.get("authority", ""))


def basis_fields(document: str, hint: str = "") -> list[Field]:
    """The document that an order rests on, and who issued it."""
    return [
        Field("document", document, hint or _("会公开；账上只记它的哈希。"), most=LONGEST_BASIS, kind="mono"),
        Field("authority", _("由谁出具"), _("单位全称，会公开。"), most=LONGEST_BASIS),
    ]
