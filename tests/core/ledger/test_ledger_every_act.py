"""All acts together: old journals keep their bytes, all acts replay, and one block needs no more than it names."""

from pathlib import Path

import pytest

from core.ledger.every_act import ALL_ACTS, every_block, ordered
from core.ledger.ledger_samples import contents, part_of
from core.ledger.test_ledger_block import sums
from tanhui.core.ledger import ACTS, DONE, Deed, State, apply, decode, decode_leaf, encode, reads, replay

GOLDEN = Path(__file__).with_name("golden") / "journal-v1.txt"


def old_leaves() -> list[bytes]:
    return [bytes.fromhex(line) for line in GOLDEN.read_text("ascii").split()]


def test_an_old_journal_replays_byte_for_byte():
    """Written by the first version of the ledger, with four acts, refusals and an empty block."""
    replayed = replay(old_leaves())
    assert replayed.differences == ()
    assert [block.root.hex() for block in replayed.blocks] == [
        "e3b517d115c963cffd25bed55b77518c957cd9133dbe6a361ff5f263c775f059",
        "dc6c73401a9a12d31535409c4270d107ec79c7d5fbe327e8b7ad35cbce9d2ca3",
        "c4e4cf270539d6262c5e4ef6a2efa6477f1ada207df173c19c23007bfca020bb",
        "d7a6b1883387a761c803e2d3a1380a4b4fce377b3b46c90486da4ba91a1d74dd",
    ]


def test_the_leaves_of_an_old_journal_are_spelled_as_they_were():
    records = [decode_leaf(leaf) for leaf in old_leaves()]
    assert {record.command.act.name for record in records if isinstance(record, Deed)} == {
        "open_account",
        "issue",
        "transfer",
        "retire",
    }
    commands = [record.command for record in records if isinstance(record, Deed)]
    assert [decode(encode(order)) for order in commands] == commands


BLOCKS = every_block()


def test_every_act_is_done_and_two_are_refused():
    outcomes = [outcome.code for block in BLOCKS for outcome in block.outcomes]
    assert [code for code in outcomes if code != DONE] == ["account_frozen", "link_refused"]
    done = {
        leaf.record.command.act.name
        for block in BLOCKS
        for leaf in block.leaves
        if isinstance(leaf.record, Deed) and leaf.record.outcome == DONE
    }
    assert done == set(ACTS)


def test_a_journal_with_all_acts_replays_to_the_same_state():
    replayed = replay(contents(BLOCKS))
    assert replayed.differences == ()
    assert replayed.closing == BLOCKS[-1].closing
    assert set(sums(replayed.closing.holdings).values()) == {0}


def test_the_bytes_of_a_journal_with_all_acts_are_pinned():
    assert BLOCKS[2].root.hex() == "6fac34ece3ad64c847111288fd8c3399aded181443eb9796359effdd199d9c39"
    assert BLOCKS[3].root.hex() == "6e8e8b44283a4f2b49c143b14c573981ebfd8daca831327bfa4655cfaa1dd6e0"


@pytest.mark.parametrize("act", ALL_ACTS, ids=lambda act: act.name)
def test_every_act_comes_back_as_it_went_in(act):
    order = ordered(7, act)
    assert decode(encode(order)) == order


def test_a_writer_needs_no_more_than_an_act_names():
    """One act a block, each on a state that holds just what it reads: the same leaves as on the whole one."""
    state = State()
    for number, act in enumerate(ALL_ACTS, start=1):
        order = ordered(number, act)
        whole = apply([order], state, state.height + 1, 1000)
        part = apply([order], part_of(state, reads([order])), state.height + 1, 1000)
        assert (part.leaves, part.outcomes, part.root) == (whole.leaves, whole.outcomes, whole.root)
        state = whole.closing


def test_expired_holds_can_be_listed():
    state = BLOCKS[1].closing
    assert state.expired(2999) == ()
    assert [one.id for one in state.expired(3000)] == ["h-2"]
    assert BLOCKS[2].closing.expired(3000) == ()
