"""The readable tables: do they say, cell by cell, what the journal says?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from tanhui.core.audit.compare import compare
from tanhui.core.audit.formats import in_format, tables_of
from tanhui.core.audit.history import History
from tanhui.core.audit.report import AuditFault, Finding, Place, fault
from tanhui.core.audit.rows import (
    AccountRow,
    ActRow,
    AuditBook,
    BlockRow,
    EncumbranceRow,
    EntryRow,
    HoldingRow,
    LotRow,
    PileRow,
    Row,
    SubtreeRow,
    canonical_json,
    hand_over_notes,
    meta_rows,
)
from tanhui.core.ledger import (
    Checkpoint,
    Command,
    Deed,
    Encumbrance,
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
from tanhui.core.ledger.piles import Pile
from tanhui.core.ledger.replay import BlockRoot
from tanhui.core.ledger.suites import ED25519_SHA256, Suite

BALANCES: Final = ("account", "holding", "lot", "encumbrance", "pile")
"""The tables that say how everything stands."""


def check_mirror(
    book: AuditBook, history: History, origin: str, checkpoints: Mapping[int, Checkpoint]
) -> list[Finding]:
    """Compare every readable table with the journal. Where a leaf is damaged, what hangs on it is not judged."""
    tables = [*_act_faults(book, history), *_entry_faults(book, history)]
    if history.damaged:
        unjudged = tuple(fault("not_checked", Place(name)) for name in BALANCES if name in tables_of(book.format))
        return [Finding("tables", tuple(tables)), Finding("balances", unjudged)]
    closing = history.replayed.closing
    blocks = expected_blocks(book, history)
    tables += compare("block", book.block, blocks)
    tables += _misplaced(blocks, checkpoints)
    tables += compare("subtree", book.subtree, expected_subtrees(history))
    last, hand_overs = blocks[-1] if blocks else None, hand_over_notes(book.meta)
    tables += compare("meta", book.meta, meta_rows(origin, last, hand_overs, book.format))
    balances = [
        found
        for name, rows in standing_rows(closing, history.done(), history.replayed.piles).items()
        if name in tables_of(book.format)
        for found in compare(name, getattr(book, name), [in_format(book.format, name, row) for row in rows])
    ]
    counts = book.counts()
    return [
        Finding("tables", tuple(tables), tuple((name, counts[name]) for name in ("act", "block", "entry"))),
        Finding("balances", tuple(balances), tuple((name, counts[name]) for name in BALANCES)),
    ]


def _misplaced(blocks: Iterable[BlockRow], checkpoints: Mapping[int, Checkpoint]) -> Iterator[AuditFault]:
    """Name the blocks whose checkpoint, though signed, is the one of another block."""
    for block in blocks:
        found = checkpoints.get(block.height)
        if found is not None and found.size != block.size:
            place = Place("block", (block.height,))
            yield fault("cell_changed", place, column="checkpoint", found=found.size, expected=block.size)


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
    quantities_mg = (lot.issued_mg, lot.buffer_mg, lot.retired_mg, lot.lessened_mg, lot.drawn_mg)
    return LotRow(lot.lot, project, period, survey, method, estimate, *quantities_mg)


def holding_rows(closing: State) -> list[HoldingRow]:
    """Return every holding as the table has it."""
    return [
        HoldingRow(holding.account, holding.lot, holding.book.value, quantity_mg)
        for holding, quantity_mg in closing.holdings.items()
    ]


def account_rows(done: Iterable[Command], closed: AbstractSet[str]) -> list[AccountRow]:
    """Return the accounts that these commands, which were done, have opened, as the table has them."""
    opened = [act for command in done for act in acts_of(command.act) if isinstance(act, OpenAccount)]
    return [AccountRow(act.account, act.kind, act.holder_hash.hex(), int(act.account in closed)) for act in opened]


def opens_account(command: Command) -> bool:
    return any(isinstance(act, OpenAccount) for act in acts_of(command.act))


def encumbrance_row(one: Encumbrance) -> EncumbranceRow:
    """Return an encumbrance as the table has it."""
    ends = (one.left_mg, one.until_ms, one.party, int(one.ended))
    return EncumbranceRow(one.id, str(one.sort), one.account, one.lot or "", one.book.value if one.book else "", *ends)


def pile_row(day: int, pile: Pile) -> PileRow:
    """Return a pile of a closed day as the table has it."""
    return PileRow(day, pile.lot, str(pile.book), pile.holdings, pile.total_mg, pile.root.hex())


def standing_rows(
    closing: State, done: Iterable[Command], piles: Iterable[tuple[int, Pile]]
) -> Mapping[str, Sequence[Row]]:
    """Return the rows of each table that says how everything stands."""
    return {
        "account": account_rows(done, closing.closed),
        "holding": holding_rows(closing),
        "lot": [lot_row(lot) for lot in closing.lots.values()],
        "encumbrance": [encumbrance_row(one) for one in closing.encumbrances.values()],
        "pile": [pile_row(day, pile) for day, pile in piles],
    }


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
