"""A writer that stays: it loads each key once, goes on from what it wrote, and writes nothing for what was answered."""

from itertools import count

import pytest

from core.ledger.every_act import ALL_ACTS, SUPERVISED
from core.ledger.ledger_samples import BUYER, OWNER, command, issue, opened, part_of, transfer
from tanhui.core.ledger import Block, Command, Resident, Scope, State, apply


def role_of(act: object) -> str:
    return "supervisor" if isinstance(act, SUPERVISED) else "operator"


def started(state: State, asked: list[Scope] | None = None) -> Resident:
    def load(scope: Scope) -> State:
        if asked is not None:
            asked.append(scope)
        return part_of(state, scope)

    return Resident(part_of(state, Scope()), load)


def test_a_season_of_all_acts_comes_out_as_with_the_whole_state():
    """The tables stay empty all the while: what the writer wrote itself it never needs to load again."""
    resident, state = started(State()), State()
    for number, act in zip(count(1), ALL_ACTS, strict=False):
        order = command(number, act, role_of(act))
        expected = apply([order], state, state.height + 1, 1000)
        block = resident.write([order], 1000)
        assert isinstance(block, Block)
        assert (block.height, block.leaves, block.root) == (expected.height, expected.leaves, expected.root)
        state = expected.closing


def test_a_key_is_loaded_once():
    asked: list[Scope] = []
    first = apply([command(n, act) for n, act in enumerate((*opened(), issue()), 1)], State(), 1, 1000).closing
    resident = started(first, asked)
    resident.write([command(10, transfer(5))], 2000)
    resident.write([command(11, transfer(6))], 3000)
    assert [scope.accounts for scope in asked] == [{OWNER, BUYER}, set()]
    assert [len(scope.holdings) for scope in asked] == [2, 0]
    assert [scope.command_ids for scope in asked] == [{(10).to_bytes(16, "big")}, {(11).to_bytes(16, "big")}]
    assert len(resident) == 2 + 2 + 1 + 2, "accounts, holdings, the lot, two commands"


def test_what_was_answered_is_answered_again_without_a_block():
    first = apply([command(n, act) for n, act in enumerate((*opened(), issue()), 1)], State(), 1, 1000).closing
    resident = started(first)
    answers = resident.write([command(1, opened()[0]), command(1, opened()[1])], 2000)
    assert isinstance(answers, tuple)
    assert [one.code for one in answers] == ["done", "id_reused_with_other_content"]
    assert answers[0] == first.outcomes[(1).to_bytes(16, "big")]
    assert resident.height == 1
    block = resident.write([command(1, opened()[0]), command(20, transfer(1))], 500)
    assert isinstance(block, Block)
    assert (block.height, block.time_ms) == (2, 1000), "a clock that was set back does not set the ledger back"
    assert len(block.leaves) == 3, "header, act, entry"


def test_what_a_block_touched_is_named_as_it_stands_now():
    resident = started(State())
    written = resident.write([command(n, act) for n, act in enumerate((*opened(), issue(), transfer(900)), 1)], 1000)
    assert isinstance(written, Block)
    touched = written.touched
    assert {(key.account, key.book): left for key, left in touched.holdings.items()} == {
        ("mint", "mint"): -1000,
        (OWNER, "live"): 0,
        ("acc-buffer", "buffer"): 100,
        (BUYER, "live"): 900,
    }
    assert set(touched.accounts) == {"acc-owner", "acc-second", "acc-buyer", "acc-buffer"}
    assert (list(touched.lots), touched.closed, touched.encumbrances) == (["lot-1"], set(), {})


def test_it_starts_with_nothing_in_memory():
    with pytest.raises(ValueError, match="empty scope"):
        Resident(State(), lambda _scope: State())
    assert isinstance(command(1, transfer(1)), Command)
