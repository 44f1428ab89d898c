"""The ledger in the database: load what a batch of commands can touch, and store the block that comes of it.

Nobody but `registry.services` calls this. There is one writer at a time: the advisory lock is held to the end of the
transaction, so a second one waits and then continues behind the first. Readers never wait.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q

from tanhui.core.ledger import (
    Block,
    Book,
    Deed,
    Entry,
    Frontier,
    Holding,
    LeafKind,
    Lot,
    Origin,
    Outcome,
    Scope,
    State,
    act_fields,
    digest,
    encode,
)
from tanhui.registry import models

WRITER_LOCK = 0x7A6E687569  # "tanhui": one number for the one writer


def lock_writer() -> None:
    """Wait until nobody else writes, and keep it so until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])


def load(scope: Scope) -> State:
    """Return the ledger as it stands, with just the keys of a scope."""
    last = models.Block.objects.order_by("-height").first()
    size = last.size if last else 0
    return State.of(
        height=last.height if last else 0,
        time_ms=last.time_ms if last else 0,
        frontier=_frontier(size),
        accounts=_accounts(scope),
        holdings=_holdings(scope),
        lots=_lots(scope),
        outcomes=_outcomes(scope),
        scope=scope,
    )


def save(block: Block, checkpoint: str) -> None:
    """Store a block and everything that is read from it. The caller's transaction makes it one step."""
    models.Block.objects.create(
        height=block.height,
        time_ms=block.time_ms,
        first_leaf=block.first_leaf,
        size=block.size,
        root_hex=block.root.hex(),
        checkpoint=checkpoint,
    )
    models.Leaf.objects.bulk_create(
        models.Leaf(index=leaf.position, height=block.height, kind=leaf.kind, content=leaf.content)
        for leaf in block.leaves
    )
    models.Subtree.objects.bulk_create(
        models.Subtree(level=node.level, index=node.position, hash_hex=node.hash.hex()) for node in block.nodes
    )
    _save_acts(block)
    _save_entries(block)
    _save_balances(block)


def subtree(level: int, index: int) -> bytes:
    """Return the stored hash of a full subtree."""
    return bytes.fromhex(models.Subtree.objects.get(level=level, index=index).hash_hex)


def _frontier(size: int) -> Frontier:
    wanted: list[tuple[int, int]] = []
    first = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            wanted.append((level, first >> level))
            first += 1 << level
    found = {(row.level, row.index): row.hash_hex for row in models.Subtree.objects.filter(_any_of(wanted))}
    return Frontier.from_hex(size, [found[key] for key in wanted])


def _any_of(keys: Sequence[tuple[int, int]]) -> Q:
    chosen = Q(pk__in=[])
    for level, index in keys:
        chosen |= Q(level=level, index=index)
    return chosen


def _accounts(scope: Scope) -> Iterable[tuple[str, str]]:
    known = models.Act.objects.filter(kind="open_account", outcome="done", terms__account__in=list(scope.accounts))
    return [(act.terms["account"], act.terms["kind"]) for act in known]


def _holdings(scope: Scope) -> Iterable[tuple[Holding, int]]:
    rows = models.Holding.objects.filter(lot__in={holding.lot for holding in scope.holdings})
    known = ((Holding(row.account, row.lot, Book(row.book)), row.quantity_mg) for row in rows)
    return [(holding, quantity_mg) for holding, quantity_mg in known if holding in scope.holdings]


def _lots(scope: Scope) -> Iterable[Lot]:
    seasons = Q(pk__in=[])
    for season in scope.seasons:
        seasons |= Q(project=season.project, period=season.period)
    return [lot_of(row) for row in models.Lot.objects.filter(Q(lot__in=list(scope.lots)) | seasons)]


def lot_of(row: models.Lot) -> Lot:
    """Return a lot as the core knows it."""
    hashes = (bytes.fromhex(text) for text in (row.survey_hash_hex, row.method_hash_hex, row.estimate_hash_hex))
    origin = Origin(row.project_id, row.period, *hashes)
    return Lot(row.lot, origin, row.issued_mg, row.buffer_mg, row.retired_mg)


def _outcomes(scope: Scope) -> Iterable[Outcome]:
    known = models.Act.objects.filter(command_hex__in=[command_id.hex() for command_id in scope.command_ids])
    return [
        Outcome(
            bytes.fromhex(act.command_hex),
            bytes.fromhex(act.digest_hex),
            act.outcome,
            tuple(sorted(act.params.items())),
            act.height,
            act.index,
        )
        for act in known
    ]


def _save_acts(block: Block) -> None:
    params = {outcome.leaf: dict(outcome.params) for outcome in block.outcomes}
    deeds = [(leaf.position, leaf.record) for leaf in block.leaves if isinstance(leaf.record, Deed)]
    models.Act.objects.bulk_create(
        models.Act(
            index=position,
            height=deed.height,
            command_hex=deed.command.id.hex(),
            digest_hex=digest(encode(deed.command)).hex(),
            actor=deed.command.actor,
            role=deed.command.role,
            at_ms=deed.command.at_ms,
            kind=deed.command.act.name,
            terms=act_fields(deed.command.act),
            outcome=deed.outcome,
            params=params.get(position, {}),
        )
        for position, deed in deeds
    )


def _save_entries(block: Block) -> None:
    entries = [(leaf.position, leaf.record) for leaf in block.leaves if leaf.kind is LeafKind.ENTRY]
    models.Entry.objects.bulk_create(
        _entry_row(position, entry) for position, entry in entries if isinstance(entry, Entry)
    )


def _entry_row(position: int, entry: Entry) -> models.Entry:
    source, target, quantity_mg, serials = entry.movement
    return models.Entry(
        index=position,
        height=entry.height,
        command_hex=entry.command_id.hex(),
        lot=source.lot,
        from_account=source.account,
        from_book=source.book.value,
        to_account=target.account,
        to_book=target.book.value,
        quantity_mg=quantity_mg,
        serial_first=serials.first if serials else None,
        serial_last=serials.last if serials else None,
    )


def _save_balances(block: Block) -> None:
    """Bring holdings and lots to where the block leaves them. A holding that ran empty is dropped, as in the core."""
    touched = {place for entry in block.entries for place in (entry.movement.source, entry.movement.target)}
    for holding in sorted(touched):
        rows = models.Holding.objects.filter(account=holding.account, lot=holding.lot, book=holding.book.value)
        quantity_mg = block.closing.balance_mg(holding)
        if not quantity_mg:
            rows.delete()
        elif not rows.update(quantity_mg=quantity_mg):
            models.Holding.objects.create(
                account=holding.account, lot=holding.lot, book=holding.book.value, quantity_mg=quantity_mg
            )
    for name in sorted({holding.lot for holding in touched}):
        lot = block.closing.lots[name]
        hashes = (part.hex() for part in (lot.origin.survey_hash, lot.origin.method_hash, lot.origin.estimate_hash))
        survey, method, estimate = hashes
        models.Lot.objects.update_or_create(
            lot=name,
            defaults={
                "issued_mg": lot.issued_mg,
                "buffer_mg": lot.buffer_mg,
                "retired_mg": lot.retired_mg,
                "project_id": lot.origin.project,
                "period": lot.origin.period,
                "survey_hash_hex": survey,
                "method_hash_hex": method,
                "estimate_hash_hex": estimate,
            },
        )
