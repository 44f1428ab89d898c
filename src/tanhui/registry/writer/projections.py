"""Projections: the journal made readable, and where everything stands by it. Written after the journal, block by block.

How far they are is the height of the last act. A block is projected in one transaction, whole, and never twice.
"""

import json
from collections.abc import Mapping
from typing import Final

import psycopg
from django.db import connection, transaction

from tanhui.core.ledger import Block, Book, Encumbrance, Holding, Lot, act_fields
from tanhui.core.ledger.draft import Booking, Touched
from tanhui.registry import models
from tanhui.registry.writer.copying import copy_rows
from tanhui.registry.writer.entries import write_entries

_CHANGED = """
UPDATE registry_holding held SET quantity_mg = now.quantity_mg
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[]) AS now (account, lot, book, quantity_mg)
WHERE held.account = now.account AND held.lot = now.lot AND held.book = now.book
"""
_EMPTIED = """
DELETE FROM registry_holding held USING unnest(%s::text[], %s::text[], %s::text[]) AS gone (account, lot, book)
WHERE held.account = gone.account AND held.lot = gone.lot AND held.book = gone.book
"""

_SPELLED: Final = {book: book.value for book in Book}


def projected_height() -> int:
    """Return up to which block the readable tables stand."""
    last = models.Act.objects.order_by("-index").values_list("height", flat=True).first()
    return last or 0


def project(block: Block) -> None:
    """Write everything that is read from a block. Raises ValueError for a block that does not come next."""
    with transaction.atomic():
        if block.height != projected_height() + 1:
            raise ValueError(f"block {block.height} does not come after block {projected_height()}")
        write_acts(block)
        write_entries(block)
        _accounts(block)
        _lots(block.touched.lots)
        _holdings(block.touched)
        _encumbrances(block.touched.encumbrances)


def write_acts(block: Block) -> None:
    """Append the acts of a block."""
    columns = ("index", "height", "command_hex", "digest_hex", "actor", "role", "at_ms", "kind", "terms", "outcome")
    copy_rows("registry_act", (*columns, "params"), map(_act_row, block.bookings))


def _act_row(booking: Booking) -> tuple[object, ...]:
    command, outcome, _ = booking
    return (
        outcome.leaf,
        outcome.height,
        command.id.hex(),
        outcome.digest.hex(),
        command.actor,
        command.role,
        command.at_ms,
        command.act.name,
        json.dumps(act_fields(command.act)),
        outcome.code,
        json.dumps(dict(outcome.params)),
    )


def _accounts(block: Block) -> None:
    opened = block.touched.accounts.items()
    models.LedgerAccount.objects.bulk_create(
        models.LedgerAccount(account=account, kind=kind) for account, kind in opened
    )
    if block.touched.closed:
        models.LedgerAccount.objects.filter(account__in=block.touched.closed).update(closed=True)


def _holdings(touched: Touched) -> None:
    """Those that were empty before the block have no row yet, those that are empty now lose theirs."""
    stand = {holding: quantity_mg for holding, quantity_mg in touched.holdings.items() if quantity_mg}
    gone = sorted(touched.holdings.keys() - stand.keys() - touched.filled)
    fresh = sorted(touched.filled & stand.keys())
    other = sorted(stand.keys() - touched.filled)
    with psycopg.Cursor(connection.connection) as cursor, connection.wrap_database_errors:  # lists go as one parameter
        if gone:
            cursor.execute(_EMPTIED, _columns(gone))
        if other:
            cursor.execute(_CHANGED, [*_columns(other), [stand[holding] for holding in other]])
    if fresh:
        rows = ((one.account, one.lot, _SPELLED[one.book], stand[one]) for one in fresh)
        copy_rows("registry_holding", ("account", "lot", "book", "quantity_mg"), rows)


def _columns(holdings: list[Holding]) -> list[list[str]]:
    accounts = [holding.account for holding in holdings]
    return [accounts, [holding.lot for holding in holdings], [holding.book.value for holding in holdings]]


def _lots(touched: Mapping[str, Lot]) -> None:
    for name, lot in sorted(touched.items()):
        hashes = (part.hex() for part in (lot.origin.survey_hash, lot.origin.method_hash, lot.origin.estimate_hash))
        survey, method, estimate = hashes
        models.Lot.objects.update_or_create(
            lot=name,
            defaults={
                "issued_mg": lot.issued_mg,
                "buffer_mg": lot.buffer_mg,
                "retired_mg": lot.retired_mg,
                "lessened_mg": lot.lessened_mg,
                "drawn_mg": lot.drawn_mg,
                "project_id": lot.origin.project,
                "period": lot.origin.period,
                "survey_hash_hex": survey,
                "method_hash_hex": method,
                "estimate_hash_hex": estimate,
            },
        )


def _encumbrances(touched: Mapping[str, Encumbrance]) -> None:
    models.Encumbrance.objects.bulk_create(
        [
            models.Encumbrance(
                name=one.id,
                sort=str(one.sort),
                account=one.account,
                lot=one.lot or "",
                book=Book(one.book).value if one.book else "",
                left_mg=one.left_mg,
                until_ms=one.until_ms,
                party=one.party,
                ended=one.ended,
            )
            for _, one in sorted(touched.items())
        ],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["left_mg", "ended"],
    )
