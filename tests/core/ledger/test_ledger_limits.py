"""The edges: one milligram, the most there can be, full lists and links, a million splits, and no other numbers."""

import gc
from decimal import Decimal
from fractions import Fraction

import cbor2
import pytest

from core.ledger.every_act import START, after, distribute, freeze, hold, ordered, pledge, post
from core.ledger.ledger_samples import BUFFER, BUYER, HASH, OWNER, SECOND, issue, opened, retire, transfer
from tanhui.core.ledger import (
    DONE,
    MAX_QUANTITY_MG,
    Book,
    Command,
    CorrespondIn,
    Distribute,
    Freeze,
    Hold,
    Holding,
    Linked,
    Malformed,
    OpenAccount,
    Reverse,
    State,
    act_fields,
    apply,
    decode,
    encode,
)
from tanhui.core.ledger.commands import MAX_COMMAND_LENGTH, MAX_LONG_COMMAND_LENGTH
from tanhui.core.ledger.draft import Draft
from tanhui.core.ledger.journal import Deed, decode_leaf, encode_leaf
from tanhui.core.ledger.terms import MAX_LEAF_LENGTH, MAX_LINKED_ACTS, MAX_PARTS

LIVE = Holding(BUYER, "lot-1", Book.LIVE)


def test_the_largest_lot_moves_as_one_and_leaves_its_last_milligram():
    block = after(
        *opened(), issue(quantity_mg=MAX_QUANTITY_MG, buffer_mg=0), transfer(MAX_QUANTITY_MG - 1), transfer(1)
    )
    assert {outcome.code for outcome in block.outcomes} == {DONE}
    assert block.closing.balance_mg(LIVE) == MAX_QUANTITY_MG


def test_one_milligram_goes_through_hold_pledge_and_freeze():
    block = after(*START, hold(1), post(1), pledge(1), freeze(1, "lot-1"), retire(1))
    assert {outcome.code for outcome in block.outcomes} == {DONE}
    assert block.closing.balance_mg(LIVE) == 1


NUMBERS = [
    float("nan"),
    float("inf"),
    1e3,
    1.0,
    -0.0,
    True,
    "5",
    "+5",
    "1e3",
    None,
    Decimal(5),
    Fraction(5),
    2**63,
    2**70,
]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_what_is_no_whole_number_never_becomes_a_command(number: object):
    for build in (
        lambda: transfer(number),
        lambda: distribute((BUYER, number)),
        lambda: hold(number),
        lambda: hold(1, until_ms=number),
    ):
        with pytest.raises(Malformed):
            build()


@pytest.mark.parametrize("number", [n for n in NUMBERS if not isinstance(n, Fraction)], ids=repr)
def test_what_is_no_whole_number_is_not_read_from_bytes_either(number: object):
    row = cbor2.loads(encode(ordered(1, transfer(5))))
    row[7][3] = number
    with pytest.raises(Malformed):
        decode(cbor2.dumps(row))


@pytest.mark.parametrize(
    "build",
    [
        lambda: Distribute("lot-1", OWNER, (), HASH),
        lambda: Distribute("lot-1", OWNER, ((BUYER, 1),) * (MAX_PARTS + 1), HASH),
        lambda: Distribute("lot-1", OWNER, [(BUYER, 1)], HASH),
        lambda: Distribute("lot-1", OWNER, ((BUYER, 1, 1),), HASH),
        lambda: Distribute("lot-1", OWNER, (("张三", 1),), HASH),
        lambda: Linked(()),
        lambda: Linked((transfer(1),)),
        lambda: Linked((transfer(1),) * (MAX_LINKED_ACTS + 1)),
        lambda: Linked((transfer(1), Linked((transfer(1), transfer(1))))),
        lambda: Linked((transfer(1), "transfer")),
        lambda: Freeze("f-1", OWNER, None, 5, HASH),
        lambda: Reverse("lot-1", BUFFER, OWNER, None, 5, HASH),
        lambda: Reverse("lot-1", BUFFER, None, "lot-1", 5, HASH),
        lambda: Hold("h 1", "lot-1", OWNER, 1, "listing", 5),
        lambda: CorrespondIn("e", "l", "a", "区", "x", 1, HASH, HASH, HASH, HASH),
    ],
)
def test_what_is_not_well_formed_cannot_be_built(build):
    with pytest.raises(Malformed):
        build()


@pytest.mark.parametrize(
    "acts",
    [5, [], [["transfer", []]], [["burn", [1]], ["burn", [1]]], [["linked", [[]]], ["linked", [[]]]], [1, 2], [[], []]],
    ids=repr,
)
def test_links_that_are_none_are_not_read(acts: object):
    row = cbor2.loads(encode(ordered(1, Linked((transfer(1), transfer(2))))))
    row[7] = [acts]
    with pytest.raises(Malformed):
        decode(cbor2.dumps(row, canonical=True))


@pytest.mark.parametrize("parts", [5, [], [5], [[]], [["a"]], [["a", 1.0]]], ids=repr)
def test_lists_that_are_none_are_not_read(parts: object):
    row = cbor2.loads(encode(ordered(1, distribute((BUYER, 1)))))
    row[7][2] = parts
    with pytest.raises(Malformed):
        decode(cbor2.dumps(row, canonical=True))


@pytest.mark.parametrize(("letters", "receivers"), [(21, MAX_PARTS), (64, 850)])
def test_a_full_list_and_a_full_link_fit_into_a_command(letters: int, receivers: int):
    names = [f"{'x' * letters}{number:05d}"[-letters:] for number in range(receivers)]
    order = longest(tuple((name, 2**63 - 1) for name in names))
    assert MAX_COMMAND_LENGTH < len(encode(order)) <= MAX_LONG_COMMAND_LENGTH
    assert decode(encode(order)) == order
    link = ordered(2, Linked((transfer(1),) * MAX_LINKED_ACTS))
    assert decode(encode(link)) == link


def longest(parts: tuple[tuple[str, int], ...]) -> Command:
    """A distribution of which all else is as long as it can be."""
    act = Distribute("l" * 64, "a" * 64, parts, HASH)
    return Command(bytes(16), "p" * 64, "r" * 64, 2**63 - 1, HASH, act)


def test_the_leaf_of_the_longest_command_has_just_the_length_that_others_can_read():
    empty = len(encode(longest((("x", 0),)))) - 4
    names = iter(f"{'x' * 60}{number:04d}" for number in range(1000))
    parts, left = [], MAX_LONG_COMMAND_LENGTH - empty - 2  # the list's own length takes two bytes more
    while left >= 152:
        parts.append((next(names), 2**63 - 1))
        left -= 76
    half = left // 2
    parts += [(f"y{'z' * (half - 13)}", 2**63 - 1), (f"w{'z' * (left - half - 13)}", 2**63 - 1)]
    order = longest(tuple(parts))
    assert len(encode(order)) == MAX_LONG_COMMAND_LENGTH
    leaf = encode_leaf(Deed(2**63 - 1, order, "r" * 64))
    assert len(leaf) == MAX_LEAF_LENGTH
    assert decode_leaf(leaf) == Deed(2**63 - 1, order, "r" * 64)
    with pytest.raises(Malformed, match="at most"):
        longest((*parts[:-1], (f"{parts[-1][0]}w", 2**63 - 1)))


def test_a_link_too_long_for_its_leaf_cannot_be_ordered():
    links = tuple(
        CorrespondIn(f"{number:064d}", "l" * 64, "a" * 64, "r" * 64, "e" * 64, 1, HASH, HASH, HASH, HASH)
        for number in range(MAX_LINKED_ACTS)
    )
    with pytest.raises(Malformed, match="at most"):
        ordered(1, Linked(links))


def test_a_command_too_long_for_its_leaf_is_not_read():
    with pytest.raises(Malformed, match="at most"):
        decode(b"\x88" + bytes(MAX_LONG_COMMAND_LENGTH))


def test_a_link_that_fails_leaves_nothing_behind():
    state = after(*START).closing
    link = Linked((OpenAccount("acc-7", "buyer", HASH), hold(5), transfer(3, target="acc-7"), retire(10**9)))
    block = apply([ordered(50, link)], state, 2, 2000)
    assert block.outcomes[0].code == "link_refused"
    assert (len(block.leaves), block.entries) == (2, ())
    assert (block.closing.kinds, block.closing.holdings, block.closing.lots) == (
        state.kinds,
        state.holdings,
        state.lots,
    )
    assert block.closing.encumbrances == {}


def test_the_acts_of_a_link_stand_on_each_other_and_keep_their_order():
    link = Linked((transfer(900), transfer(400, BUYER, SECOND), retire(100, SECOND), retire(50, BUYER)))
    block = after(*START, link)
    moved = [entry.movement for entry in block.entries][2:]
    assert [movement.quantity_mg for movement in moved] == [900, 400, 100, 50]
    assert [movement.serials for movement in moved[2:]] == [(1, 100), (101, 150)]
    assert {entry.command_id for entry in block.entries[2:]} == {(6).to_bytes(16, "big")}


def test_what_a_link_and_a_list_say_is_readable():
    said = act_fields(Linked((transfer(5), distribute((BUYER, 1)))))
    assert [one["act"] for one in said["acts"]] == ["transfer", "distribute"]
    assert said["acts"][1]["parts"] == ((BUYER, 1),)


def test_a_million_splits_of_one_lot_sum_to_zero():
    """Five hundred lists of two thousand receivers, a milligram each; the lot still sums to zero."""
    receivers = [f"acc-{number:04d}" for number in range(MAX_PARTS)]
    draft = Draft(State())
    draft.write([ordered(n, act) for n, act in enumerate((*opened(), issue(quantity_mg=10**9)), start=1)], 1, 1)
    draft.write([ordered(100 + n, OpenAccount(name, "buyer", HASH)) for n, name in enumerate(receivers)], 2, 2)
    order = Distribute("lot-1", OWNER, tuple((name, 1) for name in receivers), HASH)
    moved = 0
    gc.disable()  # Nothing here is garbage in cycles; looking for it takes a third of the time.
    try:
        for height in range(3, 503):
            moved += len(draft.write([ordered(10**6 + height, order)], height, height).contents) - 2
    finally:
        gc.enable()
    assert moved == 10**6
    assert all(draft.balance_mg(Holding(name, "lot-1", Book.LIVE)) == 500 for name in receivers)
    assert sum(draft.state().holdings.values()) == 0
