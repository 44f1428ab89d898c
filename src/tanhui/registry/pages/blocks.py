"""The ledger block by block: which acts each holds, what they moved, and what was refused."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from tanhui.kit import clock
from tanhui.registry.models import Block
from tanhui.registry.pages.downloads import csv_answer
from tanhui.registry.pages.ends import entry_words
from tanhui.registry.pages.movements import COLUMNS, accounts_in, key_of
from tanhui.registry.queries.accounts import names_of
from tanhui.registry.queries.blocks import Deed, block, blocks, deeds, movements_of
from tanhui.registry.queries.entries import LATEST
from tanhui.registry.services.refusals import refusal_sentence

Row = dict[str, Any]


def blocks_page(request: HttpRequest) -> HttpResponse:
    """List the blocks, the latest first."""
    page = blocks(before=key_of(request, "before", LATEST))
    context = {"nav": "books", "blocks": [_block(row) for row in page.blocks], "older": page.before}
    return render(request, "blocks.html", context)


def block_page(request: HttpRequest, height: int) -> HttpResponse:
    """Show one block: header, acts in their order, movements, refusals."""
    found = block(min(height, LATEST))
    after = key_of(request, "after", -1)
    page = deeds(found, after=after)
    names = names_of({account for deed in page.deeds for account in accounts_in(deed.entries)})
    context = {
        "nav": "books",
        "header": {**_block(found), "checkpoint": found.checkpoint, "signer": settings.REGISTRY_NAME},
        "deeds": [_deed(deed, names) for deed in page.deeds],
        "after": page.after,
        "onward": after >= 0,
        "has_next": Block.objects.filter(height=found.height + 1).exists(),
    }
    return render(request, "block.html", context)


def block_csv(request: HttpRequest, height: int) -> StreamingHttpResponse:
    """Every movement of a block, to the milligram, as a table to download."""
    found = block(min(height, LATEST))
    rows = ([getattr(entry, column) for column in COLUMNS] for entry in movements_of(found))
    return csv_answer(f"block-{found.height}", COLUMNS, rows)


def _block(row: Block) -> Row:
    return {
        "height": row.height,
        "at": clock.from_ms(row.time_ms),
        "leaves": row.size - row.first_leaf,
        "first_leaf": row.first_leaf,
        "last_leaf": row.size - 1,
        "root_hex": row.root_hex,
    }


def _deed(deed: Deed, names: dict[str, tuple[str, str]]) -> Row:
    act, done = deed.act, deed.act.outcome == "done"
    return {
        "index": act.index,
        "act": act.kind,
        "role": act.role,
        "at": clock.from_ms(act.at_ms),
        "command_hex": act.command_hex,
        "done": done,
        "code": act.outcome,
        "why": "" if done else refusal_sentence(act.outcome, dict(act.params)),
        "bound": deed.bound,
        "first": deed.before + 1,
        "last": deed.before + len(deed.entries),
        "count": deed.moved,
        "whole": deed.whole,
        "entries": [
            {"words": entry_words(entry, names), "lot": entry.lot, "quantity_mg": entry.quantity_mg}
            for entry in deed.entries
        ],
    }
