"""Projections: the journal made readable, and where everything stands by it. Written after the journal, block by block.

How far they are is the height of the last act. A block is projected in one transaction, whole, and never twice.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction

from tanhui.core.ledger import Block, Book, CorrespondIn, Encumbrance, Lot, act_fields, acts_of
from tanhui.core.ledger.draft import Booking, Touched
from tanhui.registry import models
from tanhui.registry.writer.asking import ask, do
from tanhui.registry.writer.copying import copy_rows
from tanhui.registry.writer.packing import write_entries, write_holdings
from tanhui.registry.writer.sums import add_sums

Row = tuple[str, str, str, str]
_HEIGHT: Final = "SELECT height FROM registry_act ORDER BY index DESC LIMIT 1"
_CHANGED: Final = """
UPDATE registry_holding held SET quantity_mg = now.quantity_mg
FROM unnest(string_to_array(%s, ','), string_to_array(%s, ','), string_to_array(%s, ','),
            string_to_array(%s, ',')::bigint[]) AS now (account, lot, book, quantity_mg)
WHERE held.account = now.account AND held.lot = now.lot AND held.book = now.book
"""
_EMPTIED: Final = """
DELETE FROM registry_holding held
USING unnest(string_to_array(%s, ','), string_to_array(%s, ','), string_to_array(%s, ',')) AS gone (account, lot, book)
WHERE held.account = gone.account AND held.lot = gone.lot AND held.book = gone.book
"""


def projected_height() -> int:
    """Return up to which block the readable tables stand."""
    return next((height for (height,) in ask(_HEIGHT)), 0)


def project(*blocks: Block) -> None:
    """Write everything that is read from these blocks. Raises ValueError for blocks that do not come next in order."""
    with transaction.atomic():
        height = projected_height()
        if [block.height for block in blocks] != list(range(height + 1, height + 1 + len(blocks))):
            raise ValueError(f"blocks from {blocks[0].height} on do not come after block {height}")
        write_acts(blocks)
        write_entries(blocks)
        touched = Touched.nothing()
        for block in blocks:
            touched.follow(block.touched)
        _holdings(touched)
        add_sums(blocks, touched)
        if touched.lots:
            _lots(touched.lots, _arrived(blocks))
        if touched.accounts or touched.closed:
            _accounts(touched)
        if touched.encumbrances:
            _encumbrances(touched.encumbrances)


def write_acts(blocks: Sequence[Block]) -> None:
    """Append the acts of blocks."""
    columns = ("index", "height", "command_hex", "digest_hex", "actor", "role", "at_ms", "kind", "terms", "outcome")
    copy_rows(
        "registry_act", (*columns, "params"), (_act_row(booking) for block in blocks for booking in block.bookings)
    )


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


def _accounts(touched: Touched) -> None:
    models.LedgerAccount.objects.bulk_create(
        models.LedgerAccount(account=account, kind=kind, closed=account in touched.closed)
        for account, kind in touched.accounts.items()
    )
    if before := touched.closed - touched.accounts.keys():
        models.LedgerAccount.objects.filter(account__in=before).update(closed=True)


def _holdings(touched: Touched) -> None:
    """Those that were empty before the block have no row yet, those that are empty now lose theirs."""
    gone: list[Row] = []
    other: list[Row] = []
    for (lot, book), stand in touched.holdings.piles.items():
        filled = touched.filled.piles.get((lot, book), set())
        fresh = [(account, stand[account]) for account in sorted(filled) if stand[account]]
        if fresh:
            write_holdings(lot, book, fresh)
        for account in sorted(stand.keys() - filled):
            (other if stand[account] else gone).append((account, lot, book.value, str(stand[account])))
    if gone:
        do(_EMPTIED, *_columns(gone)[:3])
    if other:
        do(_CHANGED, *_columns(other))


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(map(",".join, zip(*rows, strict=True)))


def _lots(touched: Mapping[str, Lot], arrived: frozenset[str]) -> None:
    """A lot's origin is written once, with the lot; what changes later are its sums."""
    for name, lot in sorted(touched.items()):
        sums = {"retired_mg": lot.retired_mg, "lessened_mg": lot.lessened_mg, "drawn_mg": lot.drawn_mg}
        fixed = {"issued_mg": lot.issued_mg, "buffer_mg": lot.buffer_mg}
        origin = _origin(lot, from_elsewhere=name in arrived)
        models.Lot.objects.update_or_create(lot=name, defaults=sums, create_defaults={**sums, **fixed, **origin})


def _arrived(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the lots that came from another region in these blocks."""
    done = (command.act for block in blocks for command, outcome, _ in block.bookings if outcome.done)
    return frozenset(act.lot for link in done for act in acts_of(link) if isinstance(act, CorrespondIn))


def _origin(lot: Lot, *, from_elsewhere: bool) -> dict[str, str]:
    """Return where a lot comes from: a project's period, or an entry of another region."""
    first, second, *hashes = lot.origin
    survey, method, estimate = (entry.hex() for entry in hashes)
    names = ("region", "foreign_entry") if from_elsewhere else ("project_id", "period")
    return {
        **dict(zip(names, (first, second), strict=True)),
        "survey_hash_hex": survey,
        "method_hash_hex": method,
        "estimate_hash_hex": estimate,
    }


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
