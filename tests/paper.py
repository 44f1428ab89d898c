"""Read a page as its reader gets it: its words, its forms, its links, its quantities."""

import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

SPOKEN_ATTRIBUTES = frozenset({"title", "aria-label", "placeholder", "alt"})
SILENT = frozenset({"script", "style", "template"})
VOID = frozenset({"input", "img", "br", "hr", "meta", "link", "source", "wbr", "use"})
QUANTITY = re.compile(r'<span class="qty">([−\d,.]+)(?:<i>([\d\s\u00a0\u202f]+)</i>)?</span>')
MG_PER_T = 10**9


class Form:
    """One form of a page: where it goes, what it carries already, and which fields it offers."""

    def __init__(self, attributes: Mapping[str, str | None]) -> None:
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").lower()
        self.carries: dict[str, str] = {}
        self.offers: set[str] = set()
        self.buttons: set[tuple[str, str]] = set()


class Paper(HTMLParser):
    """A page taken apart."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.forms: list[Form] = []
        self._silent = 0
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        self._silent += tag in SILENT
        self.words += [text for name in SPOKEN_ATTRIBUTES if (text := told.get(name))]
        if tag == "form":
            self.forms.append(Form(told))
        if self.forms and tag in {"input", "select", "textarea", "button"} and told.get("name"):
            self._field(tag, told)

    def _field(self, tag: str, told: Mapping[str, str | None]) -> None:
        form, name, value = self.forms[-1], str(told["name"]), told.get("value") or ""
        if tag == "button":
            form.buttons.add((name, value))
        elif told.get("type") == "hidden":
            form.carries[name] = value
        else:
            form.offers.add(name)
            if value and told.get("type") not in {"radio", "checkbox"}:
                form.carries[name] = value

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def attributes(self, tag: str, name: str) -> list[str]:
        """Every value of one attribute of one kind of tag."""
        return [str(told[name]) for found, told in self.tags if found == tag and told.get(name) is not None]

    def form(self, *offers: str, **carries: str) -> Form:
        """The one form that offers these fields and carries or sends these values."""
        posts = [form for form in self.forms if form.method == "post"]
        found = [form for form in posts if set(offers) <= form.offers and _sends(form, carries)]
        assert len(found) == 1, f"{len(found)} forms offer {offers} and send {carries}"
        return found[0]


def _sends(form: Form, wanted: Mapping[str, str]) -> bool:
    return all(form.carries.get(name) == value or (name, value) in form.buttons for name, value in wanted.items())


def paper(answer: Any) -> Paper:
    return Paper(answer.content.decode())


def quantities_mg(content: str) -> list[int]:
    """Every exact quantity of a page, in its order, in milligrams."""
    return [quantity_mg(kilograms, milligrams) for kilograms, milligrams in QUANTITY.findall(content)]


def quantity_mg(kilograms: str, milligrams: str = "") -> int:
    """`16,598.706` and ` 000 000` are 16,598,706,000,000 mg."""
    whole, _point, part = kilograms.replace(",", "").replace("−", "-").partition(".")
    digits = part + re.sub(r"\D", "", milligrams)
    return int(whole + digits.ljust(9, "0"))


def pressed(page: Paper, sends: Mapping[str, str], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser posts when somebody fills the form that sends this and presses its button."""
    return {**page.form(*typed, **sends).carries, **sends, **typed}


def without(text: str, parts: Iterable[str]) -> str:
    """A text with some parts taken out, the longest first."""
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(" ".join(part.split()), " ")
    return text
