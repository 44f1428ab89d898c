"""Projections: the journal made readable, and where everything stands by it. Written after the journal, block by block.

How far they are is the height of the last act. A block is projected in one transaction, whole, and never twice.
"""

import json
from collections.abc import Mapping

from django.db import connection, transaction

from tanhui.core.ledger import Block, Book, Deed, Encumbrance, Entry, Holding, Lot, act_fields, digest, encode
from tanhui.registry import models
from tanhui.registry.writer.copying import copy_rows

_HOLDINGS = """
INSERT INTO registry_holding (account, lot, book, quantity_mg)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (account, lot, book) DO UPDATE SET quantity_mg = EXCLUDED.quantity_mg
"""
_EMPTIED = """
DELETE FROM registry_holding held USING unnest(%s::text[], %s::text[], %s::text[]) AS gone (account, lot, book)
WHERE held.account = gone.account AND held.lot = gone.lot AND held.book = gone.book
"""


def projected_height() -> int:
    """Return up to which block the readable tables stand."""
    last = models.Act.objects.order_by("-index").values_list("height", flat=True).first()
    return last or 0


def project(block: Block) -> None:
    """Write everything that is read from a block. Raises ValueError for a block that does not come next."""
    with transaction.atomic():
        if block.height != projected_height() + 1:
            raise ValueError(f"block {block.height} does not come after block {projected_height()}")
        _acts(block)
        _entries(block)
        _accounts(block)
        _lots(block.touched.lots)
        _holdings(block.touched.holdings)
        _encumbrances(block.touched.encumbrances)


def _acts(block: Block) -> None:
    params = {outcome.leaf: dict(outcome.params) for outcome in block.outcomes if outcome.height == block.height}
    columns = ("index", "height", "command_hex", "digest_hex", "actor", "role", "at_ms", "kind", "terms", "outcome")
    copy_rows(
        "registry_act",
        (*columns, "params"),
        (
            (
                leaf.position,
                block.height,
                leaf.record.command.id.hex(),
                digest(encode(leaf.record.command)).hex(),
                leaf.record.command.actor,
                leaf.record.command.role,
                leaf.record.command.at_ms,
                leaf.record.command.act.name,
                json.dumps(act_fields(leaf.record.command.act)),
                leaf.record.outcome,
                json.dumps(params.get(leaf.position, {})),
            )
            for leaf in block.leaves
            if isinstance(leaf.record, Deed)
        ),
    )


def _entries(block: Block) -> None:
    columns = ("index", "height", "command_hex", "lot", "from_account", "from_book", "to_account", "to_book")
    entries = ((leaf.position, leaf.record) for leaf in block.leaves if isinstance(leaf.record, Entry))
    copy_rows(
        "registry_entry",
        (*columns, "quantity_mg", "serial_first", "serial_last"),
        (
            (
                position,
                entry.height,
                entry.command_id.hex(),
                entry.movement.source.lot,
                entry.movement.source.account,
                entry.movement.source.book.value,
                entry.movement.target.account,
                entry.movement.target.book.value,
                entry.movement.quantity_mg,
                *(entry.movement.serials or (None, None)),
            )
            for position, entry in entries
        ),
    )


def _accounts(block: Block) -> None:
    opened = block.touched.accounts.items()
    models.LedgerAccount.objects.bulk_create(
        models.LedgerAccount(account=account, kind=kind) for account, kind in opened
    )
    if block.touched.closed:
        models.LedgerAccount.objects.filter(account__in=block.touched.closed).update(closed=True)


def _holdings(touched: Mapping[Holding, int]) -> None:
    stand = sorted((holding, quantity_mg) for holding, quantity_mg in touched.items() if quantity_mg)
    gone = sorted(holding for holding, quantity_mg in touched.items() if not quantity_mg)
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(_EMPTIED, _columns(gone))
        if stand:
            cursor.execute(_HOLDINGS, [*_columns([one for one, _ in stand]), [quantity_mg for _, quantity_mg in stand]])


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
