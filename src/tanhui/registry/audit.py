"""The audit file of the whole ledger, filled from the tables as they stand: a change to any of them is found."""

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tanhui.certification.models import Estimate
from tanhui.certification.queries import kept_method_files
from tanhui.core.audit import AuditBook, audit_bytes
from tanhui.core.audit.rows import (
    AccountRow,
    ActRow,
    BlockRow,
    EntryRow,
    EstimateRow,
    EvidenceFileRow,
    HoldingRow,
    KeyRow,
    LeafRow,
    LotRow,
    SubtreeRow,
    SurveyRow,
    canonical_json,
    meta_rows,
)
from tanhui.core.ledger import VerifyingKey
from tanhui.core.ledger.merkle import node_hash
from tanhui.core.ledger.terms import HASH_LENGTH
from tanhui.core.ledger.tiles import HEIGHT
from tanhui.registry import models
from tanhui.registry.suite import suite
from tanhui.registry.writer.journal import last_block
from tanhui.registry.writer.projections import projected_height
from tanhui.registry.writer.signing import hand_over_notes, secret_of, signing_key

MOST, LARGEST = 2**62, 2**63 - 1
ATTEMPTS, PAUSE_S = 10, 0.05


def write_audit_file(path: Path) -> None:
    """Write the audit file: whole, or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(audit_file_bytes())
    part.replace(path)


def audit_file_bytes() -> bytes:
    """Return the audit file, sealed with the key that it names: another one may sign by the time it is written."""
    book = audit_book()
    key = secret_of(VerifyingKey.parse(book.key[0].vkey)) or signing_key()
    return audit_bytes(book, key.sign, key.suite)


def audit_book() -> AuditBook:
    """Gather all rows, at a moment when the tables have followed the journal to its end.

    Where that moment does not come, because the writer is never idle, the book ends with the last block that is in all
    tables. Where the tables do not move at all, everything is in it, and whoever verifies it will see what is wrong.
    """
    first = projected_height()
    for attempt in range(ATTEMPTS):
        book = _book(first if attempt == ATTEMPTS - 1 else None)
        if book is not None:
            return book
        time.sleep(PAUSE_S)  # the writer is projecting a block; it takes milliseconds
    raise AssertionError("the last attempt gives a book")


@transaction.atomic
def _book(stood_at: int | None) -> AuditBook | None:
    """Gather all rows. One transaction, so that a block written meanwhile is either in all tables or in none.

    None while the tables are behind the journal, unless `stood_at` says at which height they were long ago.
    """
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    last, projected = last_block(), projected_height()
    if projected in {last.height if last else 0, stood_at}:
        return _gathered(MOST)
    return None if stood_at is None else _gathered(projected)


def _gathered(height: int) -> AuditBook:
    """Gather all rows, of the journal those up to a block."""
    blocks = tuple(
        BlockRow(row.height, row.time_ms, row.first_leaf, row.size, row.root_hex, row.checkpoint)
        for row in models.Block.objects.filter(height__lte=height).order_by("height")
    )
    size = blocks[-1].size if blocks and height != MOST else MOST
    key = signing_key().public
    return AuditBook(
        meta=meta_rows(settings.REGISTRY_NAME, blocks[-1] if blocks else None, hand_over_notes()),
        key=(KeyRow(key.name, str(key)),),
        block=blocks,
        leaf=tuple(
            LeafRow(row.index, row.height, row.kind, bytes(row.content))
            for row in models.Leaf.objects.filter(index__lt=size).order_by("index")
        ),
        subtree=tuple(row for row in _subtrees() if _inside(row, size)),
        act=tuple(_act(row) for row in models.Act.objects.order_by("index")),
        entry=tuple(_entry(row) for row in models.Entry.objects.order_by("index")),
        account=tuple(
            AccountRow(row.account, row.kind, row.holder_hash_hex) for row in models.Account.objects.order_by("account")
        ),
        holding=tuple(
            HoldingRow(row.account, row.lot, row.book, row.quantity_mg) for row in models.Holding.objects.order_by("pk")
        ),
        lot=tuple(_lot(row) for row in models.Lot.objects.order_by("lot")),
        evidence_file=tuple(file for estimate in _certified() for file in _evidence(estimate)),
        survey_row=tuple(row for estimate in _certified() for row in _survey_rows(estimate)),
        estimate=tuple(_estimate(estimate) for estimate in _certified()),
    )


def _inside(row: SubtreeRow, size: int) -> bool:
    """Whether a hash is of the first leaves of the journal. One on a level that no tree has is let in, to be found."""
    return not 0 <= row.level < MOST.bit_length() or (row.idx + 1) << row.level <= size


def _subtrees() -> Iterator[SubtreeRow]:
    """The hashes that stand in the tables, and what follows from them between. A damaged one stays damaged."""
    found: dict[int, dict[int, bytes]] = {}
    for run in models.HashRun.objects.order_by("level", "first"):
        content = bytes(run.hashes)
        for place, at in enumerate(range(0, len(content), HASH_LENGTH), start=run.first):
            one = content[at : at + HASH_LENGTH]
            found.setdefault(run.level, {})[place] = one
            yield SubtreeRow(run.level, min(place, LARGEST), one.hex())
    for level, row in found.items():
        yield from _between(level, row)


def _between(level: int, row: dict[int, bytes]) -> Iterator[SubtreeRow]:
    chosen = suite()
    for above in range(level + 1, level + HEIGHT):
        pairs = [place for place in row if not place & 1 and place + 1 in row]
        row = {place >> 1: node_hash(row[place], row[place + 1], chosen) for place in pairs}
        yield from (SubtreeRow(above, place, found.hex()) for place, found in row.items())


def _act(row: models.Act) -> ActRow:
    return ActRow(
        row.index,
        row.height,
        row.command_hex,
        row.digest_hex,
        row.actor,
        row.role,
        row.at_ms,
        row.kind,
        canonical_json(row.terms),
        row.outcome,
        canonical_json(row.params),
    )


def _entry(row: models.Entry) -> EntryRow:
    return EntryRow(
        row.index,
        row.height,
        row.command_hex,
        row.lot,
        row.from_account,
        row.from_book,
        row.to_account,
        row.to_book,
        row.quantity_mg,
        row.serial_first,
        row.serial_last,
    )


def _lot(row: models.Lot) -> LotRow:
    return LotRow(
        row.lot,
        *row.origin_names,
        row.survey_hash_hex,
        row.method_hash_hex,
        row.estimate_hash_hex,
        row.issued_mg,
        row.buffer_mg,
        row.retired_mg,
    )


def _certified() -> list[Estimate]:
    """Return the estimates that lots were issued on: each project's latest."""
    found = Estimate.objects.select_related("survey__project").filter(survey__project__lot__isnull=False)
    latest = {estimate.survey.project_id: estimate for estimate in found.order_by("survey__revision")}
    return [latest[project] for project in sorted(latest)]


def _evidence(estimate: Estimate) -> Iterator[EvidenceFileRow]:
    project = estimate.survey.project.number
    for file in estimate.survey.files.all():
        yield EvidenceFileRow(project, "survey", file.name, bytes(file.content))
    for name, content in kept_method_files(estimate.method, estimate.method_version).items():
        yield EvidenceFileRow(project, "method", name, content)


def _survey_rows(estimate: Estimate) -> Iterator[SurveyRow]:
    project = estimate.survey.project.number
    for file in estimate.survey.files.all():
        packed = bytes(file.row_hashes)
        for number, start in enumerate(range(0, len(packed), HASH_LENGTH), start=1):
            yield SurveyRow(project, file.name, number, packed[start : start + HASH_LENGTH].hex())


def _estimate(estimate: Estimate) -> EstimateRow:
    return EstimateRow(
        estimate.survey.project.number,
        estimate.survey.root_hex,
        estimate.method_hash_hex,
        estimate.document,
        estimate.hash_hex,
        estimate.outcome,
        estimate.issuable_mg,
        estimate.buffer_mg,
    )
