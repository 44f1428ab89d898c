"""The fields that the forms of orders are made of: what each is called, what may be chosen, what must be filled."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.registry.services import Basis
from tanhui.registry.services.words import LONGEST_BASIS


class Choice(NamedTuple):
    value: str
    words: str


class Field(NamedTuple):
    """One field of a form. With `choices` it is a list to choose from, with `rows` a text of several lines.

    With `look` something is looked up for it among many: the name of a look-up of `site.pages.looking`.
    """

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
    look: str = ""


def lot_field(name: str = "lot", label: str = "", *, empty: str = "", required: bool = True) -> Field:
    """A field for a lot. `empty` is what it means to choose none."""
    hint = _("批次号，或者项目名称里的字。")
    return Field(name, label or _("批次"), hint, empty=empty, required=required, across=True, look="lots")


def account_field(
    name: str, label: str, *, empty: str = "", required: bool = True, opens: bool = False, of_any_kind: bool = False
) -> Field:
    """A field for a holder's account, or for an account of any kind. With `opens` it leads to where one is opened."""
    link = Choice(reverse("accounts"), _("对方还没有账户？先开户")) if opens else None
    look, hint = "any-account" if of_any_kind else "accounts", _("账号，或者单位名称里的字。")
    return Field(name, label, hint, empty=empty, required=required, across=of_any_kind, link=link, look=look)


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
    return Field("encumbrance", label, _("编号、批次，或者单位名称里的字。"), across=True, look="-".join(sorts))


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
