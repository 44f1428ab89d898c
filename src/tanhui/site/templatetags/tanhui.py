"""Numbers, marks and small parts of the pages: `{% load tanhui %}`.

Ledger quantities come in milligrams and are cut, never rounded; estimates are rounded and never stand without their
interval. Both rules live here, so that no template can forget them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.kit import text
from tanhui.kit.drawing.svg import HUES
from tanhui.people.models import Person
from tanhui.site.permissions import PUBLIC, READERS
from tanhui.site.templatetags import words

register = template.Library()

NOTHING = "—"
_HASH_ENDS = 8


@register.filter
def tonnes(quantity_mg: int | None) -> str:
    """42680000000 is written 42.680; nothing at all is written 0."""
    if quantity_mg is None:
        return NOTHING
    return text.tonnes(quantity_mg) if quantity_mg else "0"


@register.filter
def exact(quantity_mg: int | None) -> str:
    """Every milligram, the last six digits quieter. A plain zero stays `0`."""
    if quantity_mg is None:
        return NOTHING
    if quantity_mg == 0:
        return format_html('<span class="qty">{}</span>', "0")
    parts = text.exact(quantity_mg)
    return format_html('<span class="qty">{}<i>{}</i></span>', parts.kilograms, parts.milligrams)


@register.filter
def number(value: float | str | None, places: int = 0) -> str:
    """Thousands by comma, a true minus sign, a fixed count of decimals; an integer keeps every digit."""
    if value is None or value == "":
        return NOTHING
    written = f"{value:,}" if isinstance(value, int) and places == 0 else f"{float(value):,.{places}f}"
    if not any(digit in "123456789" for digit in written):
        written = written.lstrip("-")
    return written.replace("-", "−")


@register.filter
def signed(value: float | None, places: int = 0) -> str:
    """A change: + 61, −3,171, 0."""
    written = number(value, places)
    if value is None or written.startswith("−") or not any(digit in "123456789" for digit in written):
        return written
    return f"+{written}"


@register.filter
def percent(value: float | None, places: int = 1) -> str:
    """A share that is there never shows as 0.0%: it is less than the last digit."""
    if value is None:
        return NOTHING
    least = 10**-places
    return f"<{least:.{places}f}%" if 0 < value < least / 2 else f"{number(value, places)}%"


@register.filter
def wan_mu(area_mu: int | None) -> str:
    """An area of the region in 万亩, to one decimal."""
    return NOTHING if area_mu is None else f"{area_mu / 10_000:,.1f}"


@register.filter
def short_hash(hash_hex: str | None) -> SafeString | str:
    """The two ends of a hash; the whole one is in the tooltip."""
    if not hash_hex:
        return NOTHING
    if len(hash_hex) <= 2 * _HASH_ENDS:
        return format_html('<span class="mono">{}</span>', hash_hex)
    ends = f"{hash_hex[:_HASH_ENDS]}…{hash_hex[-_HASH_ENDS:]}"
    return format_html('<span class="mono" title="{}">{}</span>', hash_hex, ends)


@register.filter
def counter(text_now: str, name: str) -> SafeString:
    """A number of the ledger that the page's script keeps up to date, under its name in `books/now.json`."""
    return format_html('<span data-now="{}">{}</span>', name, text_now)


@register.filter
def whole_tonnes(quantity_mg: int) -> str:
    """49,685 for a quantity of whole tonnes; any other keeps its kilograms."""
    whole, rest = divmod(quantity_mg, text.MG_PER_T)
    return tonnes(quantity_mg) if rest else f"{whole:,}".replace("-", "−")


@register.filter
def hash_groups(hash_hex: str | None) -> str:
    """The ends of a hash in groups of eight, as on the certificate: 9f3c71e0 5a0d8e42 … 6bb1c7f9 b2d408aa."""
    if not hash_hex:
        return NOTHING
    first, second = hash_hex[:_HASH_ENDS], hash_hex[_HASH_ENDS : 2 * _HASH_ENDS]
    return f"{first} {second} … {hash_hex[-2 * _HASH_ENDS : -_HASH_ENDS]} {hash_hex[-_HASH_ENDS:]}"


@register.filter
def unlocalized(value: float | None) -> str:
    """A number for a machine: no commas, a plain point."""
    return "" if value is None else f"{value:.12g}"


@register.filter
def speaks(thing: object, field: str) -> str:
    """The field of a thing in the reader's language: `project|speaks:"name"` reads name_zh or name_en."""
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    for name in (f"{field}_{language}", f"{field}_zh", field):
        found = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
        if found:
            return str(found)
    return ""


@register.filter
def hue(ecosystem: str | None) -> str:
    """The stylesheet's class of an ecosystem: f, g or w."""
    return HUES.get(ecosystem or "", "")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A sign of the sprite; always beside a word, so hidden from screen readers."""
    return format_html('<svg class="i{}" aria-hidden="true"><use href="#{}"/></svg>', f" {css}" if css else "", name)


@register.simple_tag
def eco(ecosystem: str | None) -> SafeString | str:
    """The ecosystem's sign, hue and word."""
    if not ecosystem:
        return ""
    word = words.ecosystem_word(ecosystem)
    return format_html('<span class="eco {}">{}{}</span>', hue(ecosystem), icon(ecosystem), word)


@register.simple_tag
def badge(kind: str, said: str) -> SafeString:
    """Shape, colour and word of a state; `kind` is one of go wait due bound stop end weak."""
    return format_html('<span class="badge {}">{}</span>', kind, said)


@register.simple_tag
def books_bar(books: list[Mapping[str, Any]], css: str = "") -> SafeString:
    """One bar whose parts are the books, each as wide as its share."""
    parts = [book for book in books if book["quantity_mg"] > 0]
    said = _("，").join(f"{words.book_word(book['code'])} {percent(book['share_percent'])}" for book in parts)
    spans = format_html_join(
        "",
        '<span class="k-{}" style="--v:{}" title="{} {} t"></span>',
        (
            (
                book["code"],
                f"{book['quantity_mg'] / text.MG_PER_T:.6f}",
                words.book_word(book["code"]),
                text.tonnes(book["quantity_mg"]),
            )
            for book in parts
        ),
    )
    bar = '<div class="books{}" role="img" aria-label="{}">{}</div>'
    return format_html(bar, f" {css}" if css else "", said or _("没有"), spans)


@register.simple_tag
def book_of(books: Sequence[Mapping[str, Any]], code: str) -> str:
    """The tonnes in one book of the eight."""
    return tonnes(next(book["quantity_mg"] for book in books if book["code"] == code))


@register.simple_tag
def serial_bar(serials: Sequence[Mapping[str, Any]], issued_mg: int, retired_mg: int) -> SafeString:
    """The milligram numbers of a lot from 1 to the last: used ones dark, one piece per retirement.

    Where the page has not all retirements, what is used is one piece.
    """
    widths = [serial["serial_last"] - serial["serial_first"] + 1 for serial in serials]
    widths = widths if sum(widths) == retired_mg else [retired_mg]
    free_mg = issued_mg - sum(widths)
    pieces = [("retired", width) for width in widths] + [("reserve", free_mg)]
    spans = format_html_join(
        "",
        '<span class="k-{}" style="--v:{}"></span>',
        ((hue, f"{mg / text.MG_PER_T:.6f}") for hue, mg in pieces if mg),
    )
    used = _("1 至 %(last)s 号已注销") % {"last": f"{sum(widths):,}"} if widths else _("还没有注销")
    return format_html('<div class="books thin serial-bar" role="img" aria-label="{}">{}</div>', used, spans)


@register.simple_tag
def tonnes_of(quantity_mg: int) -> float:
    """Milligrams as a number of tonnes, for a place on a ruler; never for print."""
    return quantity_mg / text.MG_PER_T


@register.simple_tag
def large_estimate(removal_tco2e: float, half_width_tco2e: float | None) -> dict[str, Any]:
    """The headline number in its reader's unit: 万 t in Chinese, thousand tonnes in English, t when it is small."""
    english = (get_language() or "zh").startswith("en")
    size, short_unit, places = (1000, "kt", 0) if english else (10_000, "万 t", 1)
    if abs(removal_tco2e) < 10 * size:
        size, short_unit, places = 1, "t", 0
    return {
        "value": number(removal_tco2e / size, places),
        "half": "" if half_width_tco2e is None else f"{number(half_width_tco2e / size, places)} {short_unit}",
        "unit": f"{short_unit} CO₂e",
        "short_unit": short_unit,
        "size": size,
        "places": places,
    }


@register.inclusion_tag("partials/language.html", takes_context=True)
def language_switch(context: Mapping[str, Any], css: str = "") -> dict[str, Any]:
    """The form that changes the language and comes back to this page."""
    request = context.get("request")
    other = ("zh-hans", "中文") if (get_language() or "").startswith("en") else ("en", "English")
    return {
        "next": request.get_full_path() if request else "/",
        "code": other[0],
        "name": other[1],
        "css": css,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.filter
def may_open(user: Person | AnonymousUser, page: str) -> bool:
    """Whether this person may open the page of that name: no link leads to a closed door."""
    readers = READERS[page]
    return readers == PUBLIC or (user.is_authenticated and user.role in readers)
