"""The audit file of the whole ledger, filled from the tables as they stand: a change to any of them is found."""

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Collate

from tanhui.certification.models import Estimate
from tanhui.certification.queries import kept_method_files
from tanhui.core.audit import write_tables
from tanhui.core.audit.rows import (
    AccountRow,
    ActRow,
    BlockRow,
    EncumbranceRow,
    EntryRow,
    EstimateRow,
    EvidenceFileRow,
    HoldingRow,
    KeyRow,
    LeafRow,
    LotRow,
    PileRow,
    Row,
    SubtreeRow,
    SurveyRow,
    canonical_json,
    meta_rows,
)
from tanhui.core.ledger import LeafKind
from tanhui.core.ledger.journal import height_in, kind_in
from tanhui.core.ledger.merkle import node_hash
from tanhui.core.ledger.terms import HASH_LENGTH
from tanhui.core.ledger.tiles import HEIGHT
from tanhui.registry import models
from tanhui.registry.queries.days import end_of, last_closed
from tanhui.registry.suite import suite
from tanhui.registry.writer.journal import last_block
from tanhui.registry.writer.leaves import as_they_stand
from tanhui.registry.writer.projections import projected_height
from tanhui.registry.writer.signing import hand_over_notes, signing_key

MOST, LARGEST = 2**62, 2**63 - 1
MANY = 10_000
_PAIR_LENGTH = 2 * HASH_LENGTH
_DAMAGED = """
SELECT DISTINCT level FROM (
    SELECT level, first, octet_length(hashes) AS length,
        lag(first + octet_length(hashes) / 32, 1, 0::bigint) OVER (PARTITION BY level ORDER BY first) AS expected
    FROM registry_hashrun
) AS run WHERE first <> expected OR length % 32 <> 0 OR level % 8 <> 0
"""
ATTEMPTS, PAUSE_S = 10, 0.05


def write_audit_file(path: Path) -> None:
    """Write the audit file: whole, or not at all, and row by row, so that its length is no matter.

    It is written at a moment when the tables have followed the journal to its end. Where that moment does not come,
    because the writer is never idle, it ends with the last block that is in all tables. Where the tables do not move at
    all, everything is in it, and whoever verifies it will see what is wrong.
    """
    part = path.with_name(path.name + ".part")
    first = projected_height()
    for attempt in range(ATTEMPTS):
        if _written(part, first if attempt == ATTEMPTS - 1 else None):
            break
        time.sleep(PAUSE_S)  # the writer is projecting a block; it takes milliseconds
    part.replace(path)


@transaction.atomic
def _written(path: Path, stood_at: int | None) -> bool:
    """Write all rows. One transaction, so that a block written meanwhile is either in all tables or in none.

    Nothing while the tables are behind the journal, unless `stood_at` says at which height they were long ago.
    """
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    last, projected = last_block(), projected_height()
    whole = projected in {last.height if last else 0, stood_at}
    if not whole and stood_at is None:
        return False
    key = signing_key()
    write_tables(path, _tables(MOST if whole else projected), key.sign, key.suite)
    return True


def _tables(height: int) -> Mapping[str, Iterable[Row]]:
    """Return the rows of every table in their order, of the journal those up to a block."""
    blocks = models.Block.objects.filter(height__lte=height)
    newest = blocks.order_by("-height").first()
    last = _block(newest) if newest else None
    size = last.size if last and height != MOST else MOST
    key = signing_key().public
    certified = _certified()
    return {
        "meta": meta_rows(settings.REGISTRY_NAME, last, hand_over_notes()),
        "key": (KeyRow(key.name, str(key)),),
        "block": map(_block, blocks.order_by("height").iterator(MANY)),
        "leaf": _leaves(size),
        "subtree": _subtrees(size),
        "act": map(_act, models.Act.objects.order_by("index").iterator(MANY)),
        "entry": map(EntryRow._make, _values(models.Entry.objects.order_by("index"), "index", EntryRow)),
        "account": _accounts(),
        "holding": map(
            HoldingRow._make, _values(models.Holding.objects.order_by(*_plainly(HoldingRow)), "", HoldingRow)
        ),
        "lot": map(_lot, models.Lot.objects.order_by(Collate("lot", "C"))),
        "encumbrance": _encumbrances(),
        "pile": _piles(),
        "evidence_file": (file for estimate in certified for file in _evidence(estimate)),
        "survey_row": (row for estimate in certified for row in _survey_rows(estimate)),
        "estimate": map(_estimate, certified),
    }


def _plainly(row: type[HoldingRow]) -> list[Collate]:
    """Sort by the letters' numbers, as Python and SQLite do, whatever the database prefers."""
    return [Collate(column, "C") for column in row._fields[:3]]


def _values(rows: QuerySet[Any], place: str, row: type[EntryRow] | type[HoldingRow]) -> Iterator[tuple[Any, ...]]:
    """Return cells by the columns of a row; the table may call the first one otherwise."""
    columns = [place or row._fields[0], *row._fields[1:]]
    return rows.values_list(*columns).iterator(MANY)


def _leaves(size: int) -> Iterator[LeafRow]:
    """The leaves one by one, with height and sort as they say themselves."""
    for place, content in as_they_stand(size):
        yield LeafRow(place, height_in(content), kind_in(content) or LeafKind.HEADER, content)


def _subtrees(size: int) -> Iterator[SubtreeRow]:
    """The hashes that stand in the tables, and what follows from them for the levels between, level by level."""
    runs = models.HashRun.objects
    damaged = _damaged()
    for level in runs.order_by("level").values_list("level", flat=True).distinct():
        stands = runs.filter(level=level).order_by("first").values_list("first", "hashes").iterator(MANY)
        rows = ((first, bytes(hashes)) for first, hashes in stands)
        found = _loose(level, rows) if level in damaged else _whole(level, rows)
        yield from (row for row in found if _inside(row, size))


def _damaged() -> frozenset[int]:
    """Return the levels whose hashes are not whole, one behind the other from the first on."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_DAMAGED)
        return frozenset(level for (level,) in cursor.fetchall())


def _whole(level: int, rows: Iterable[tuple[int, bytes]]) -> Iterator[SubtreeRow]:
    """Yield what stands, then each level above it up to the next that stands. One level at a time is kept, packed."""
    kept: list[bytes] = []
    for first, hashes in rows:
        kept.append(hashes)
        for place, at in enumerate(range(0, len(hashes), HASH_LENGTH), start=first):
            yield SubtreeRow(level, place, hashes[at : at + HASH_LENGTH].hex())
    packed, chosen = b"".join(kept), suite()
    for above in range(level + 1, level + HEIGHT):
        pairs = range(0, len(packed) - _PAIR_LENGTH + 1, _PAIR_LENGTH)
        packed = b"".join(
            node_hash(packed[at : at + HASH_LENGTH], packed[at + HASH_LENGTH : at + _PAIR_LENGTH], chosen)
            for at in pairs
        )
        for place, at in enumerate(range(0, len(packed), HASH_LENGTH)):
            yield SubtreeRow(above, place, packed[at : at + HASH_LENGTH].hex())


def _loose(level: int, rows: Iterable[tuple[int, bytes]]) -> Iterator[SubtreeRow]:
    """Yield what stands of a level where something is wrong, and what follows from it. What is damaged stays so."""
    row: dict[int, bytes] = {}
    for first, content in rows:
        for place, at in enumerate(range(0, len(content), HASH_LENGTH), start=first):
            row[place] = content[at : at + HASH_LENGTH]
            yield SubtreeRow(level, min(place, LARGEST), row[place].hex())
    for above in range(level + 1, level + HEIGHT):
        pairs = [place for place in row if not place & 1 and place + 1 in row]
        row = {place >> 1: node_hash(row[place], row[place + 1], suite()) for place in pairs}
        yield from (SubtreeRow(above, place, found.hex()) for place, found in row.items())


def _inside(row: SubtreeRow, size: int) -> bool:
    """Whether a hash is of the first leaves of the journal. One on a level that no tree has is let in, to be found."""
    return not 0 <= row.level < MOST.bit_length() or (row.idx + 1) << row.level <= size


def _block(row: models.Block) -> BlockRow:
    return BlockRow(row.height, row.time_ms, row.first_leaf, row.size, row.root_hex, row.checkpoint)


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
        row.lessened_mg,
        row.drawn_mg,
    )


def _accounts() -> Iterator[AccountRow]:
    """Accounts with the hash of their holder, and whether the ledger's own table has them closed."""
    closed = models.LedgerAccount.objects.filter(account=OuterRef("account")).values("closed")
    rows = models.Account.objects.annotate(closed=Subquery(closed)).order_by(Collate("account", "C"))
    for account, kind, holder_hash_hex, ended in rows.values_list("account", "kind", "holder_hash_hex", "closed"):
        yield AccountRow(account, kind, holder_hash_hex, int(bool(ended)))


def _encumbrances() -> Iterator[EncumbranceRow]:
    columns = ("name", "sort", "account", "lot", "book", "left_mg", "until_ms", "party", "ended")
    rows = models.Encumbrance.objects.order_by(Collate("name", "C")).values_list(*columns)
    for cells in rows.iterator(MANY):
        yield EncumbranceRow._make((*cells[:-1], int(cells[-1])))


def _piles() -> Iterator[PileRow]:
    """What stood at the end of the days that were closed; one that was counted and never closed is no part of it."""
    act = last_closed()
    rows = models.DayPile.objects.filter(day__lte=end_of(act).day) if act else models.DayPile.objects.none()
    columns = ("day", "lot", "book", "holdings", "total_mg", "root_hex")
    order = ("day", Collate("lot", "C"), Collate("book", "C"))
    return map(PileRow._make, rows.order_by(*order).values_list(*columns).iterator(MANY))


def _certified() -> list[Estimate]:
    """Return the estimates that lots were issued on: each project's latest."""
    found = Estimate.objects.select_related("survey__project").filter(survey__project__lot__isnull=False)
    latest = {estimate.survey.project_id: estimate for estimate in found.order_by("survey__revision")}
    return [latest[project] for project in sorted(latest)]


def _evidence(estimate: Estimate) -> Iterator[EvidenceFileRow]:
    project = estimate.survey.project.number
    for name, content in sorted(kept_method_files(estimate.method, estimate.method_version).items()):
        yield EvidenceFileRow(project, "method", name, content)
    for file in sorted(estimate.survey.files.all(), key=lambda file: file.name):
        yield EvidenceFileRow(project, "survey", file.name, bytes(file.content))


def _survey_rows(estimate: Estimate) -> Iterator[SurveyRow]:
    project = estimate.survey.project.number
    for file in sorted(estimate.survey.files.all(), key=lambda file: file.name):
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
