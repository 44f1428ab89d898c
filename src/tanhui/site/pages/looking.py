"""Look-ups for the fields of forms: a few of many, by what somebody types; with the page's script or without it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.kit.text import tonnes
from tanhui.people.queries import spoken
from tanhui.registry.models import Account, Lot
from tanhui.registry.queries.bindings import Binding
from tanhui.registry.queries.corresponding import names_of_lot
from tanhui.registry.queries.holders import live_beside
from tanhui.registry.queries.looking import found_accounts, found_bindings, found_lots
from tanhui.site.pages.order_forms.fields import Choice, Field
from tanhui.site.templatetags.tanhui import speaks

MOST, LONGEST = 20, 64
HOLDERS = ("owner", "buyer", "organiser")
"""Kinds of account whose holders dispose of what is in them."""

Find = Callable[[str], Sequence[Choice]]


class Looked(NamedTuple):
    """What was found for a field: the choices, what is chosen, and a sentence that says so."""

    choices: Sequence[Choice]
    chosen: Choice | None
    said: str


def look(what: str, text: str) -> Looked:
    """Look something up. What is named exactly is chosen, whatever else is like it."""
    asked = text.strip()[:LONGEST]
    found = list(LOOK_UPS[what](asked))
    chosen = next((choice for choice in found if choice.value == asked), None)
    return Looked(found, chosen, _said(asked, found, chosen))


def _said(asked: str, found: Sequence[Choice], chosen: Choice | None) -> str:
    if not asked:
        return ""
    if chosen is not None:
        return chosen.words
    if not found:
        return _("没有查到。")
    if len(found) == MOST:
        return _("不止 %(count)s 个，再多打几个字。") % {"count": MOST}
    return _("查到 %(count)s 个，选一个。") % {"count": len(found)}


def look_part(request: HttpRequest, what: str) -> HttpResponse:
    """The choices of a field while somebody types. The field's name comes with what was typed, and nothing else."""
    if what not in LOOK_UPS:
        raise Http404
    name, text = next(iter(request.GET.dict().items()), ("", ""))
    found = look(what, text)
    return render(request, "partials/look.html", {"name": name[:LONGEST], "choices": found.choices, "said": found.said})


def field_rows(
    fields: Sequence[Field], typed: Mapping[str, str], errors: Mapping[str, str], *, open_choice: bool
) -> list[dict[str, Any]]:
    """Return fields as the template shows them. With `open_choice`, what was found stands there to be chosen from."""
    return [
        _field_row(field, typed.get(field.name, ""), errors.get(field.name, ""), open_choice=open_choice)
        for field in fields
    ]


def _field_row(field: Field, typed: str, error: str, *, open_choice: bool) -> dict[str, Any]:
    row = {**field._asdict(), "value": typed, "error": error}
    if field.look:
        found = look(field.look, typed)
        several = open_choice and bool(typed.strip()) and found.chosen is None
        row |= {"found": found.choices, "said": found.said, "several": found.choices if several else ()}
    return row


def named(fields: Sequence[Field], typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed, without blanks around what is looked up: what is shown as chosen is what is meant."""
    looked = {field.name for field in fields if field.look}
    return {name: text.strip() if name in looked else text for name, text in typed.items()}


def beside_of(typed: Mapping[str, str]) -> Sequence[Mapping[str, object]]:
    """Return who has how much, for the list beside a form: of what was chosen in it, or of the latest lot."""
    return live_beside(typed.get("lot", ""), typed.get("source", ""), most=MOST)


def unresolved(fields: Sequence[Field], typed: Mapping[str, str]) -> dict[str, str]:
    """Return, by field, what to choose from where something was typed that only some are like.

    What nothing is like goes on to the service, which says what is wrong with it.
    """
    looked = {field.name: look(field.look, typed.get(field.name, "")) for field in fields if field.look}
    return {name: found.said for name, found in looked.items() if found.said and found.choices and not found.chosen}


def _lots(text: str) -> list[Choice]:
    return [_lot(row) for row in found_lots(text, most=MOST)]


def _lot(row: Lot) -> Choice:
    return Choice(row.lot, f"{row.lot} {names_of_lot(row)[1 if get_language() == 'en' else 0]}")


def _accounts(kinds: Collection[str], text: str) -> list[Choice]:
    return [_account(row) for row in found_accounts(text, kinds=kinds, only_open=True, most=MOST)]


def _account(row: Account) -> Choice:
    return Choice(row.account, f"{spoken(row.holder)} {row.account}")


def _bound(sorts: Sequence[str], text: str) -> list[Choice]:
    return [Choice(one.name, _bound_words(one)) for one in found_bindings(*sorts, text=text, most=MOST)]


def _bound_words(one: Binding) -> str:
    amount = f"{tonnes(one.left_mg)} t" if one.left_mg is not None else _("全部")
    parts = [one.name, *([one.region] if one.region else []), speaks(one, "holder"), one.lot or _("整个账户"), amount]
    return " · ".join(parts)


_BOUND = (("freeze",), ("pledge",), ("hold",), ("out", "in"))
LOOK_UPS: Mapping[str, Find] = {
    "lots": _lots,
    "accounts": partial(_accounts, HOLDERS),
    "any-account": partial(_accounts, ()),
    **{"-".join(sorts): partial(_bound, sorts) for sorts in _BOUND},
}
