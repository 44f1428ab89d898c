"""Replaying finds what the rules do not give: in the journal, and in what a database keeps beside it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ledger.ledger_samples import (
    BUYER,
    OWNER,
    SEASON_OF_ACTS,
    batched,
    chain,
    command,
    contents,
    issue,
    numbered,
    opened,
    retire,
    transfer,
)
from tanhui.core.ledger import Block, Book, Command, Deed, Entry, Header, Holding, State, check, encode_leaf, replay
from tanhui.core.ledger.journal import Record

BLOCKS = chain([numbered([*opened(), issue()]), [command(60, transfer(300))], [command(61, retire(120, BUYER))]])
LEAVES = contents(BLOCKS)
ROOTS = {block.height: block.root for block in BLOCKS}
CLOSING = BLOCKS[-1].closing


def sorts(leaves: list[bytes]) -> list[tuple[str, object]]:
    return [(difference.sort, difference.where) for difference in replay(leaves).differences]


def with_leaf(position: int, record: Record | bytes) -> list[bytes]:
    content = record if isinstance(record, bytes) else encode_leaf(record)
    return [*LEAVES[:position], content, *LEAVES[position + 1 :]]


def record_at(position: int) -> Record:
    return next(leaf.record for block in BLOCKS for leaf in block.leaves if leaf.position == position)


def positions_of(kind: type) -> list[int]:
    return [leaf.position for block in BLOCKS for leaf in block.leaves if isinstance(leaf.record, kind)]


def test_a_right_journal_replays_without_a_difference():
    replayed = replay(LEAVES)
    assert replayed.differences == ()
    assert replayed.closing == CLOSING
    assert {block.height: block.root for block in replayed.blocks} == ROOTS
    assert [block.first_leaf for block in replayed.blocks] == positions_of(Header)


def test_nothing_replays_to_nothing():
    assert replay([]) == (State(), (), (), ())


def test_a_milligram_more_in_an_entry_is_found():
    position = positions_of(Entry)[-1]
    entry = record_at(position)
    changed = entry._replace(movement=entry.movement._replace(quantity_mg=121))
    assert sorts(with_leaf(position, changed)) == [("leaf", position)]


def test_an_outcome_that_the_rules_do_not_give_is_found():
    position = positions_of(Deed)[-1]
    assert sorts(with_leaf(position, record_at(position)._replace(outcome="unknown_lot")))[0] == ("leaf", position)


def test_an_act_that_no_rule_allows_is_found_even_if_its_entries_are_written():
    position = positions_of(Deed)[5]
    deed = record_at(position)
    greedy = deed._replace(command=replace(deed.command, act=transfer(901)))
    assert ("leaf", position) in sorts(with_leaf(position, greedy))


def test_a_previous_root_that_does_not_fit_is_told_once():
    position = positions_of(Header)[1]
    assert sorts(with_leaf(position, record_at(position)._replace(previous_root=bytes(32))))[0] == (
        "previous_root",
        position,
    )


@pytest.mark.parametrize("change", [{"height": 5}, {"time_ms": 0}])
def test_a_block_out_of_order_is_found(change: dict[str, int]):
    position = positions_of(Header)[2]
    assert ("header", position) in sorts(with_leaf(position, record_at(position)._replace(**change)))


def test_bytes_that_are_no_leaf_are_found_where_they_stand():
    assert ("malformed_leaf", 3) in sorts(with_leaf(3, b"\x00"))
    assert ("malformed_leaf", 0) in sorts(with_leaf(0, b""))


def test_a_leaf_left_out_is_found():
    position = positions_of(Entry)[-1]
    assert sorts(LEAVES[:position] + LEAVES[position + 1 :])[0] == ("leaf", position)


@given(batched(), st.data())
def test_any_leaf_changed_left_out_or_doubled_is_found(batches: list[list[Command]], data: st.DataObject):
    """A leaf may still be in order by itself: then the tree's root, which was signed, is another one."""
    blocks: list[Block] = chain(batches)
    leaves = contents(blocks)
    position = data.draw(st.integers(0, len(leaves) - 1))
    at, by = data.draw(st.integers(0, len(leaves[position]) - 1)), data.draw(st.integers(1, 255))
    flipped = leaves[position][:at] + bytes([leaves[position][at] ^ by]) + leaves[position][at + 1 :]
    replacement = data.draw(st.sampled_from([[flipped], [], [leaves[position]] * 2]))
    spoiled = [*leaves[:position], *replacement, *leaves[position + 1 :]]
    assert check(spoiled, {block.height: block.root for block in blocks}, blocks[-1].closing)


def test_a_database_that_says_the_same_has_no_difference():
    assert check(LEAVES, ROOTS, CLOSING) == ()


def test_a_database_that_says_something_else_is_told_where():
    live = Holding(OWNER, "lot-1", Book.LIVE)
    lot = CLOSING.lots["lot-1"]
    spoiled = replace(
        CLOSING,
        holdings={**CLOSING.holdings, live: CLOSING.holdings[live] + 1},
        kinds={**CLOSING.kinds, BUYER: "owner"},
        lots={"lot-1": lot._replace(retired_mg=119)},
    )
    differences = check(LEAVES, {**ROOTS, 2: bytes(32)}, spoiled)
    assert [(difference.sort, difference.where) for difference in differences] == [
        ("root", 2),
        ("account", BUYER),
        ("holding", live),
        ("lot", "lot-1"),
    ]
    assert (differences[2].found, differences[2].expected) == (601, 600)


def test_a_season_replays_in_one_block_as_in_many():
    many = chain([[order] for order in numbered(SEASON_OF_ACTS)])
    assert replay(contents(many)).closing.holdings == chain([numbered(SEASON_OF_ACTS)])[0].closing.holdings
