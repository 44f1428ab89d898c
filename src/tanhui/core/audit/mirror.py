"""The readable tables: do they say, cell by cell, what the journal says?"""

from collections.abc import Iterable, Iterator

from tanhui.core.audit.compare import compare
from tanhui.core.audit.history import History
from tanhui.core.audit.report import AuditFault, Finding, Place, fault
from tanhui.core.audit.rows import (
    AccountRow,
    ActRow,
    AuditBook,
    BlockRow,
    EntryRow,
    HoldingRow,
    LotRow,
    SubtreeRow,
    canonical_json,
    hand_over_notes,
    meta_rows,
)
from tanhui.core.ledger import (
    Command,
    Deed,
    Entry,
    Frontier,
    Lot,
    OpenAccount,
    State,
    act_fields,
    acts_of,
    digest,
    encode,
)
from tanhui.core.ledger.replay import BlockRoot
from tanhui.core.ledger.suites import ED25519_SHA256, Suite


def check_mirror(book: AuditBook, history: History, origin: str) -> list[Finding]:
    """Compare every readable table with the journal. Where a leaf is damaged, what hangs on it is not judged."""
    tables = [*_act_faults(book, history), *_entry_faults(book, history)]
    if history.damaged:
        unjudged = tuple(fault("not_checked", Place(name)) for name in ("account", "holding", "lot"))
        return [Finding("tables", tuple(tables)), Finding("balances", unjudged)]
    closing = history.replayed.closing
    blocks = expected_blocks(book, history)
    tables += compare("block", book.block, blocks)
    tables += compare("subtree", book.subtree, expected_subtrees(history))
    tables += compare("meta", book.meta, meta_rows(origin, blocks[-1] if blocks else None, hand_over_notes(book.meta)))
    balances = (
        *compare("account", book.account, account_rows(history.done())),
        *compare("holding", book.holding, holding_rows(closing)),
        *compare("lot", book.lot, [lot_row(lot) for lot in closing.lots.values()]),
    )
    counts = book.counts()
    return [
        Finding("tables", tuple(tables), tuple((name, counts[name]) for name in ("act", "block", "entry"))),
        Finding("balances", balances, tuple((name, counts[name]) for name in ("account", "holding", "lot"))),
    ]


def act_row(
    position: int, deed: Deed, params: Iterable[tuple[str, str | int]] = (), suite: Suite = ED25519_SHA256
) -> ActRow:
    """Return an act as the readable table has it."""
    command = deed.command
    return ActRow(
        position,
        deed.height,
        command.id.hex(),
        digest(encode(command), suite).hex(),
        command.actor,
        command.role,
        command.at_ms,
        command.act.name,
        canonical_json(act_fields(command.act)),
        deed.outcome,
        canonical_json(dict(params)),
    )


def entry_row(position: int, entry: Entry) -> EntryRow:
    """Return an entry as the readable table has it."""
    source, target, quantity_mg, serials = entry.movement
    return EntryRow(
        position,
        entry.height,
        entry.command_id.hex(),
        source.lot,
        source.account,
        source.book.value,
        target.account,
        target.book.value,
        quantity_mg,
        *(serials or (None, None)),
    )


def lot_row(lot: Lot) -> LotRow:
    """Return a lot as the readable table has it."""
    project, period, *hashes = lot.origin
    survey, method, estimate = (entry.hex() for entry in hashes)
    return LotRow(lot.lot, project, period, survey, method, estimate, lot.issued_mg, lot.buffer_mg, lot.retired_mg)


def holding_rows(closing: State) -> list[HoldingRow]:
    """Return every holding as the table has it."""
    return [
        HoldingRow(holding.account, holding.lot, holding.book.value, quantity_mg)
        for holding, quantity_mg in closing.holdings.items()
    ]


def account_rows(done: Iterable[Command]) -> list[AccountRow]:
    """Return the accounts that these commands, which were done, have opened, as the table has them."""
    opened = [act for command in done for act in acts_of(command.act)]
    return [AccountRow(act.account, act.kind, act.holder_hash.hex()) for act in opened if isinstance(act, OpenAccount)]


def expected_subtrees(history: History) -> list[SubtreeRow]:
    _, runs = Frontier(suite=history.suite).grow(history.contents)
    return [SubtreeRow(level, place, found.hex()) for run in runs for level, place, found in run.each()]


def expected_blocks(book: AuditBook, history: History) -> list[BlockRow]:
    """Blocks as the journal has them. Their signed notes are checked elsewhere and taken as they are."""
    notes = {block.height: block.checkpoint for block in book.block}
    return [_block_row(block, notes.get(block.height, "")) for block in history.replayed.blocks]


def _block_row(block: BlockRoot, checkpoint: str) -> BlockRow:
    return BlockRow(block.height, block.time_ms, block.first_leaf, block.size, block.root.hex(), checkpoint)


def _act_faults(book: AuditBook, history: History) -> Iterator[AuditFault]:
    outcomes = history.replayed.closing.outcomes.values()
    params = {outcome.leaf: outcome.params for outcome in outcomes}
    expected = [
        act_row(position, record, params.get(position, ()), history.suite)
        for position, record in _intact(history)
        if isinstance(record, Deed)
    ]
    yield from compare("act", [row for row in book.act if row.idx not in history.damaged], expected)


def _entry_faults(book: AuditBook, history: History) -> Iterator[AuditFault]:
    expected = [entry_row(position, record) for position, record in _intact(history) if isinstance(record, Entry)]
    yield from compare("entry", [row for row in book.entry if row.idx not in history.damaged], expected)


def _intact(history: History) -> Iterator[tuple[int, object]]:
    for position, record in enumerate(history.records):
        if position not in history.damaged:
            yield position, record
