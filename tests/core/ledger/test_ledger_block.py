"""What holds for every ledger, whatever was ordered: sums, serials, repetition, grouping, and the naive model."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given

from core.ledger.ledger_samples import (
    BUYER,
    OWNER,
    SEASON_OF_ACTS,
    batched,
    block_of,
    chain,
    command,
    contents,
    free_commands,
    histories,
    issue,
    numbered,
    opened,
    origin,
    part_of,
    retire,
    transfer,
)
from core.ledger.naive_ledger import NaiveLedger
from tanhui.core.ledger import (
    DONE,
    REFUSAL_CODES,
    Book,
    Command,
    Entry,
    Holding,
    Movement,
    OutOfScopeError,
    Scope,
    State,
    apply,
    reads,
    replay,
)
from tanhui.core.ledger.decision import Change
from tanhui.core.ledger.draft import Draft
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.core.ledger.merkle import EMPTY_ROOT

BOOKS = {book: getattr(Book, book.upper()) for book in ("live", "buffer", "retired")}


def sums(holdings: Mapping[Holding, int]) -> dict[str, int]:
    total = defaultdict(int)
    for holding, quantity_mg in holdings.items():
        total[holding.lot] += quantity_mg
    return dict(total)


def standing(state: State) -> tuple:
    """What a state says of the world, without where in the journal it was said."""
    return (
        state.kinds,
        state.holdings,
        state.lots,
        state.seasons,
        {key: outcome[1:4] for key, outcome in state.outcomes.items()},
    )


def test_a_lot_sums_to_zero_after_a_season():
    assert sums(block_of(SEASON_OF_ACTS).closing.holdings) == {"lot-1": 0}


@given(histories())
def test_every_lot_sums_to_zero_after_any_commands(history: list[Command]):
    for block in chain([[order] for order in history]):
        assert set(sums(block.closing.holdings).values()) <= {0}
        for holding, quantity_mg in block.closing.holdings.items():
            assert quantity_mg < 0 if holding.book is Book.MINT else quantity_mg > 0


@given(histories())
def test_what_was_issued_is_what_the_books_hold(history: list[Command]):
    closing = apply(history, State(), 1, 1).closing
    for lot in closing.lots.values():
        inside = {holding: amount for holding, amount in closing.holdings.items() if holding.lot == lot.lot}
        assert sum(amount for holding, amount in inside.items() if holding.book is not Book.MINT) == lot.issued_mg
        assert sum(amount for holding, amount in inside.items() if holding.book is Book.RETIRED) == lot.retired_mg
        assert sum(amount for holding, amount in inside.items() if holding.book is Book.BUFFER) == lot.buffer_mg


@given(histories())
def test_serials_of_a_lot_are_contiguous_and_disjoint(history: list[Command]):
    block = apply(history, State(), 1, 1)
    given_out = defaultdict(list)
    for entry in block.entries:
        if entry.movement.serials:
            first, last = entry.movement.serials
            assert last - first + 1 == entry.movement.quantity_mg
            given_out[entry.movement.source.lot].append((first, last))
    for lot, ranges in given_out.items():
        assert ranges[0][0] == 1
        assert all(earlier[1] + 1 == later[0] for earlier, later in pairwise(ranges))
        assert ranges[-1][1] == block.closing.lots[lot].retired_mg


def test_a_repeated_command_is_answered_again_and_not_done_again():
    first = block_of(SEASON_OF_ACTS)
    again = apply(numbered(SEASON_OF_ACTS), first.closing, 2, 2000)
    assert again.outcomes == first.outcomes
    assert len(again.leaves) == 1
    assert standing(again.closing) == standing(first.closing)


@given(histories())
def test_repeating_any_history_changes_nothing(history: list[Command]):
    first = apply(history, State(), 1, 1)
    again = apply(history, first.closing, 2, 2)
    assert standing(again.closing) == standing(first.closing)
    assert again.outcomes == first.outcomes
    assert len(again.leaves) == 1


def test_blocks_can_be_cut_anywhere():
    whole = chain([numbered(SEASON_OF_ACTS)])[-1].closing
    single = chain([[order] for order in numbered(SEASON_OF_ACTS)])[-1].closing
    assert standing(whole) == standing(single)


@given(batched())
def test_replay_equals_apply_in_any_grouping(batches: list[list[Command]]):
    blocks = chain(batches)
    replayed = replay(contents(blocks))
    assert replayed.differences == ()
    assert replayed.closing == blocks[-1].closing
    assert [(block.height, block.size, block.root) for block in replayed.blocks] == [
        (block.height, block.size, block.root) for block in blocks
    ]
    together = apply([order for batch in batches for order in batch], State(), 1, 1)
    assert standing(together.closing) == standing(blocks[-1].closing)


@given(batched())
def test_a_partial_state_gives_the_same_block_as_the_whole_one(batches: list[list[Command]]):
    """What a writer with a database does: load what the batch names, and nothing else."""
    state = State()
    for batch in batches:
        scope = reads(batch)
        partial = part_of(state, scope)
        whole = apply(batch, state, state.height + 1, state.time_ms + 1000)
        part = apply(batch, partial, state.height + 1, state.time_ms + 1000)
        assert (part.leaves, part.outcomes, part.runs, part.root) == (
            whole.leaves,
            whole.outcomes,
            whole.runs,
            whole.root,
        )
        changed = {key: whole.closing.balance_mg(key) for key in scope.holdings}
        assert changed == {key: part.closing.balance_mg(key) for key in scope.holdings}
        state = whole.closing


def test_a_partial_state_does_not_answer_for_what_was_not_loaded():
    state = block_of((*opened(), issue())).closing
    partial = State.of(height=1, time_ms=1000, frontier=state.frontier, scope=reads([command(70, transfer(5))]))
    with pytest.raises(OutOfScopeError):
        apply([command(71, retire(5))], partial, 2, 2000)


def test_a_transfer_reads_its_accounts_its_holdings_and_its_lot():
    assert reads([command(7, transfer(5))]) == Scope(
        accounts=frozenset({OWNER, BUYER}),
        holdings=HoldingKeys((Holding(OWNER, "lot-1", Book.LIVE), Holding(BUYER, "lot-1", Book.LIVE))),
        lots=frozenset({"lot-1"}),
        command_ids=frozenset({(7).to_bytes(16, "big")}),
    )


def check_agreement(history: list[Command]):
    ours, naive = apply(history, State(), 1, 1), NaiveLedger()
    assert [outcome.code for outcome in ours.outcomes] == [naive.order(order) for order in history]
    assert ours.closing.kinds == naive.kind
    for name, book in BOOKS.items():
        theirs = {Holding(*place, book): amount for place, amount in getattr(naive, name).items() if amount}
        assert {key: amount for key, amount in ours.closing.holdings.items() if key.book is book} == theirs
    assert naive.serials == [
        (entry.movement.source.lot, *entry.movement.serials) for entry in ours.entries if entry.movement.serials
    ]


def test_the_ledger_agrees_with_the_naive_one_on_a_season():
    check_agreement(numbered(SEASON_OF_ACTS))


@given(histories())
def test_the_ledger_agrees_with_the_naive_one(history: list[Command]):
    check_agreement(history)


@given(free_commands)
def test_the_ledger_agrees_with_the_naive_one_from_nothing(history: list[Command]):
    check_agreement(history)


@given(batched())
def test_every_outcome_is_done_or_a_declared_refusal_and_says_where_it_stands(batches: list[list[Command]]):
    for block in chain(batches):
        for outcome in block.outcomes:
            assert outcome.code in {DONE, *REFUSAL_CODES}
            assert (outcome.leaf is None) == (outcome.code == "id_reused_with_other_content")
        by_place = {leaf.position: leaf.record for leaf in block.leaves}
        for outcome in block.outcomes:
            if outcome.height == block.height:
                assert by_place[outcome.leaf].command.id == outcome.command_id
                assert by_place[outcome.leaf].outcome == outcome.code


@given(histories())
def test_applying_leaves_the_opening_as_it_was(history: list[Command]):
    opening = block_of((*opened(), issue())).closing
    before = (standing(opening), opening.frontier, opening.height)
    apply(history, opening, 2, 2000)
    assert (standing(opening), opening.frontier, opening.height) == before


def test_the_same_commands_give_the_same_bytes():
    """The root of this season, written down once: a change of any byte of the journal must be seen and meant."""
    block = block_of(SEASON_OF_ACTS)
    assert block.root == block_of(SEASON_OF_ACTS).root
    assert block.root.hex() == "718f8c9d9115af8baf4fc0812a4301168db44730a79f16d4d68e4ea6e868bbc8"


def test_a_block_begins_with_the_root_before_it():
    first, second = chain([numbered(opened()), [command(50, issue())]])
    assert first.leaves[0].record.previous_root == EMPTY_ROOT
    assert second.leaves[0].record.previous_root == first.root
    assert (second.first_leaf, second.size) == (first.size, first.size + 4)
    assert sum(isinstance(leaf.record, Entry) for leaf in second.leaves) == 2


def test_an_empty_block_is_a_header_alone():
    block = apply([], State(), 1, 5)
    assert (len(block.leaves), block.outcomes, block.size) == (1, (), 1)


@pytest.mark.parametrize(("height", "time_ms"), [(1, 2000), (3, 2000), (2, 999)])
def test_heights_follow_each_other_and_time_does_not_run_back(height: int, time_ms: int):
    opening = block_of(opened()).closing
    with pytest.raises(ValueError, match="block"):
        apply([], opening, height, time_ms)


@pytest.mark.parametrize(
    ("source", "target", "quantity_mg"),
    [
        (Holding(OWNER, "lot-1", Book.LIVE), Holding(BUYER, "lot-1", Book.LIVE), 901),
        (Holding(OWNER, "lot-1", Book.LIVE), Holding(BUYER, "lot-1", Book.LIVE), 0),
        (Holding(OWNER, "lot-1", Book.LIVE), Holding(BUYER, "lot-2", Book.LIVE), 1),
        (Holding(OWNER, "lot-1", Book.LIVE), Holding("mint", "lot-1", Book.MINT), 1001),
    ],
)
def test_a_rule_that_would_lose_a_milligram_stops_the_ledger(source: Holding, target: Holding, quantity_mg: int):
    """No act asks for this; if one ever did by mistake, the block must not come about."""
    draft = Draft(block_of((*opened(), issue())).closing)
    with pytest.raises(AssertionError):
        draft._book(b"", Change((Movement(source, target, quantity_mg),)))


def test_issuing_the_same_period_under_another_name_is_found_in_the_same_block():
    outcomes = apply(
        [
            *numbered(opened()),
            command(20, issue()),
            command(21, issue("lot-2")),
            command(22, issue(origin=origin("p"))),
        ],
        State(),
        1,
        1,
    ).outcomes
    assert [outcome.code for outcome in outcomes[-3:]] == [DONE, "origin_already_issued", "lot_exists"]
