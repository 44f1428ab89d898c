"""Movements as rows of a page: when, by which act, from where to where, how much."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest

from tanhui.kit import clock
from tanhui.registry.log.backing import Backers
from tanhui.registry.models import Entry
from tanhui.registry.pages.ends import end_words
from tanhui.registry.queries.accounts import names_of
from tanhui.registry.queries.entries import LATEST
from tanhui.registry.queries.lots import acts_of

Row = dict[str, Any]
COLUMNS = (
    "index",
    "height",
    "command_hex",
    "lot",
    "from_account",
    "from_book",
    "to_account",
    "to_book",
    "quantity_mg",
    "serial_first",
    "serial_last",
)
"""What a table to download says of a movement."""


def movement_rows(entries: Sequence[Entry], behind: Backers) -> list[Row]:
    """Return rows for a table, in the order of the movements, each with how its block stands."""
    acts = {act.command_hex: act for act in acts_of(entries)}
    names = names_of(accounts_in(entries))
    return [
        {
            "index": entry.index,
            "height": entry.height,
            "state": behind.state_at(entry.height),
            "at": clock.from_ms(acts[entry.command_hex].at_ms),
            "act": acts[entry.command_hex].kind,
            "lot": entry.lot,
            "from": end_words(entry.from_account, entry.from_book, names),
            "to": end_words(entry.to_account, entry.to_book, names),
            "quantity_mg": entry.quantity_mg,
        }
        for entry in entries
    ]


def accounts_in(entries: Iterable[Entry]) -> set[str]:
    return {account for entry in entries for account in (entry.from_account, entry.to_account)}


def key_of(request: HttpRequest, name: str, otherwise: int) -> int:
    """Return the key of a page from its address; what is no key of 64 bits is the first page."""
    text = request.GET.get(name, "")
    return int(text) if _is_key(text) else otherwise


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < len(str(LATEST))
