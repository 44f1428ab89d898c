"""The end of a day: its tree is what the bytes say, a wrong root is found by whoever replays, a balance is proven."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ledger.every_act import START, after, close_day, hold, transfer, void
from core.ledger.ledger_samples import BUYER, HASH, OWNER, chain, command, contents, issue, origin, retire
from tanhui.core.ledger import (
    BadProof,
    BadSignature,
    Block,
    Book,
    Checkpoint,
    CloseDay,
    Frontier,
    Linked,
    Malformed,
    OpenAccount,
    SigningKey,
    State,
    replay,
    sign_checkpoint,
)
from tanhui.core.ledger.balance import Balance, BalanceProof, check_balance, is_balance, read_balance
from tanhui.core.ledger.day_ends import Replaying, piles_in
from tanhui.core.ledger.days import DAY_MS, begin_of, day_of
from tanhui.core.ledger.merkle import EMPTY_ROOT, inclusion_path
from tanhui.core.ledger.piles import (
    CHUNK,
    Pile,
    chunk_values,
    climbed,
    holding_value,
    joined,
    pile_of,
    pile_path,
    piles_root,
    sum_in,
    top_of,
    value_path,
)
from tanhui.core.ledger.proof import ProvenLeaf
from tanhui.core.ledger.replay import replay_block
from tanhui.kit import clock

KEY = SigningKey("registry.example/baotou", b"k" * 32)
DAY = 20_000
NOON = begin_of(DAY) + DAY_MS // 2


def test_a_day_begins_at_midnight_of_the_region():
    for day in (0, 1, DAY, 20_784):
        here = clock.from_ms(begin_of(day)).astimezone(clock.LOCAL)
        assert (here.hour, here.minute, here.second, here.microsecond) == (0, 0, 0, 0)
        assert (here.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days == day
        assert (day_of(begin_of(day) - 1), day_of(begin_of(day)), day_of(begin_of(day + 1) - 1)) == (day - 1, day, day)


def recursive_top(values: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word, with sums."""
    if len(values) == 1:
        return values[0]
    split = 1 << ((len(values) - 1).bit_length() - 1)
    return joined(recursive_top(values[:split]), recursive_top(values[split:]))


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 3])
def test_a_pile_has_the_tree_that_the_standard_gives(count: int):
    held = [(f"a-{place:05d}", place + 1) for place in range(count)]
    values = [holding_value(*one) for one in held]
    chunks = chunk_values(held)
    top = recursive_top(values)
    pile = pile_of("lot-1", "live", count, chunks)
    assert (pile.root, pile.total_mg) == (top[:32], count * (count + 1) // 2)
    for index in {0, count // 2, count - 1}:
        inside, chunk = index % CHUNK, index // CHUNK
        path = value_path(values[chunk * CHUNK :][:CHUNK], inside) + value_path(chunks, chunk)
        assert top_of(values[index], index, count, path) == top
        assert top_of(values[index], index + 1, count, path) != top
        assert top_of(values[index], index, count, (*path, values[0])) is None


def test_the_bytes_of_values_are_those_that_are_written_down():
    foot = hashlib.sha256(b"\x02" + (7).to_bytes(8) + b"acc-1").digest() + (7).to_bytes(8)
    below_zero = hashlib.sha256(b"\x02" + (-7).to_bytes(8, signed=True) + b"mint").digest()
    assert holding_value("acc-1", 7) == foot
    assert holding_value("mint", -7)[:32] == below_zero
    node = hashlib.sha256(b"\x03" + foot + foot).digest() + (14).to_bytes(8)
    assert climbed([foot, foot], 1) == [node]
    assert Pile("lot-1", "live", 2, 14, node[:32]).content() == (
        f"tanhui-pile/1\nlot-1\nlive\n2\n14\n{node[:32].hex()}\n".encode()
    )


def test_a_path_with_a_negative_or_an_overflowing_part_leads_nowhere():
    """Otherwise a registry could hide what it owes behind a part that makes the total smaller."""
    below = holding_value("x", -5)
    large = holding_value("y", 2**63 - 1)
    value = holding_value("z", 8)
    for step in (below, large, b"short"):
        assert top_of(value, 0, 2, (step,)) is None
    assert top_of(value, 0, 2, (holding_value("w", 1),)) is not None
    assert top_of(below, 0, 1, ()) == below, "the mint stands alone in its pile"


def day_blocks() -> list[Block]:
    """A day of acts, the next day's first block closes it, and another transfer."""
    first = after(*START, transfer(300), retire(20), time_ms=NOON)
    second = after(close_day(first.closing, DAY), transfer(1), opening=first.closing, time_ms=NOON + DAY_MS, first=100)
    third = after(transfer(2), opening=second.closing, time_ms=NOON + DAY_MS + 1, first=200)
    return [first, second, third]


BLOCKS = day_blocks()


def ends(blocks: list[Block]) -> list[tuple[object, object, object]]:
    found = replay(contents(blocks)).differences
    assert {difference.sort for difference in found} <= {"day_end"}
    return [tuple(difference)[1:] for difference in found]


def closed_with(end: CloseDay, *more, time_ms: int = NOON + DAY_MS) -> list[Block]:
    first = BLOCKS[0]
    return [first, after(end, *more, opening=first.closing, time_ms=time_ms, first=100)]


def test_a_day_closed_with_what_it_ended_with_replays():
    assert replay(contents(BLOCKS)).differences == ()


def test_each_wrong_word_about_a_day_is_found_at_its_leaf():
    right = close_day(BLOCKS[0].closing, DAY)
    for wrong in (
        replace(right, root=bytes(32)),
        replace(right, height=0),
        replace(right, holdings=right.holdings + 1),
        replace(right, piles=right.piles - 1),
    ):
        place = BLOCKS[0].size + 1
        assert ends(closed_with(wrong)) == [(place, wrong, right)]
    linked = closed_with(Linked((replace(right, root=HASH), transfer(1))))
    assert [found[1] for found in ends(linked)] == [replace(right, root=HASH)]


def test_only_the_day_before_can_be_closed():
    right = close_day(BLOCKS[0].closing, DAY)
    for day, time_ms in ((DAY, NOON), (DAY + 1, NOON + DAY_MS), (DAY, NOON + 2 * DAY_MS)):
        blocks = closed_with(replace(right, day=day), time_ms=time_ms)
        assert blocks[1].outcomes[0].code == "wrong_day"
        assert ends(blocks) == []
    quiet = closed_with(replace(right, day=DAY + 8), time_ms=NOON + 9 * DAY_MS)
    assert (quiet[1].outcomes[0].code, ends(quiet)) == ("done", [])


def test_what_moves_after_midnight_is_not_in_the_day_before():
    first, second = BLOCKS[:2]
    late = after(close_day(second.closing, DAY), opening=second.closing, time_ms=NOON + DAY_MS + 5, first=300)
    assert len(ends([first, second, late])) == 1
    true_but_late = after(close_day(first.closing, DAY), opening=second.closing, time_ms=NOON + DAY_MS + 5, first=300)
    assert ends([first, second, true_but_late]) == []


def test_the_first_day_ended_with_nothing():
    nothing = CloseDay(DAY - 1, 0, 0, 0, EMPTY_ROOT)
    assert ends([after(nothing, time_ms=NOON)]) == []


@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from([OWNER, BUYER]), st.booleans()), max_size=12))
def test_piles_kept_from_day_to_day_are_those_counted_anew(moves):
    """A day counts only what was touched in it; that must come to the same as counting everything."""
    blocks = chain([[command(n, act) for n, act in enumerate((*START, issue("lot-2", origin=origin("p2"))), start=1)]])
    state, number = blocks[0].closing, 100
    for place, (quantity_mg, source, keep) in enumerate(moves, start=1):
        act = (
            retire(quantity_mg, source) if keep else transfer(quantity_mg, source, BUYER if source == OWNER else OWNER)
        )
        day = day_of(begin_of(DAY + place)) - 1
        block = after(close_day(state, day), act, opening=state, time_ms=begin_of(DAY + place), first=number)
        blocks.append(block)
        state, number = block.closing, number + 10
    assert ends(blocks) == []


def test_a_replay_tells_the_piles_of_closed_days_where_they_have_changed():
    first = BLOCKS[0]
    lift = after(
        close_day(first.closing, DAY), hold(5, until_ms=10**15), opening=first.closing, time_ms=NOON + DAY_MS, first=100
    )
    gone = after(close_day(lift.closing, DAY + 1), void(), opening=lift.closing, time_ms=NOON + 2 * DAY_MS, first=200)
    last = after(close_day(gone.closing, DAY + 2), opening=gone.closing, time_ms=NOON + 3 * DAY_MS, first=300)
    told = replay(contents([first, lift, gone, last])).piles
    assert [pile for day, pile in told if day == DAY] == piles_in(first.closing.holdings)
    assert {(pile.book, pile.holdings) for day, pile in told if day == DAY + 1} == {("live", 2), ("held", 1)}
    assert {(pile.book, pile.holdings) for day, pile in told if day == DAY + 2} == {("live", 2), ("held", 0)}
    assert replay(contents([first, lift])).piles == told[: len(piles_in(first.closing.holdings))]


def test_whoever_follows_block_by_block_finds_it_too():
    draft = Replaying()
    forged = closed_with(replace(close_day(BLOCKS[0].closing, DAY), root=bytes(32)))
    assert replay_block(draft, 0, forged[0].contents) == ()
    (difference,) = replay_block(draft, forged[0].size, forged[1].contents)
    assert (difference.sort, difference.where) == ("day_end", forged[0].size + 1)


# --- balances ------------------------------------------------------------------------------------------


PILES = piles_in(BLOCKS[0].closing.holdings)
END = close_day(BLOCKS[0].closing, DAY)


def balance(account: str, book: str, lot: str = "lot-1", state: State = BLOCKS[0].closing) -> Balance:
    held = sorted((one.account, mg) for one, mg in state.holdings.items() if (one.lot, one.book) == (lot, book))
    values = [holding_value(*one) for one in held]
    place = [one for one, _ in held].index(account)
    pile_place = next(at for at, pile in enumerate(PILES) if (pile.lot, pile.book) == (lot, book))
    path = value_path(values, place)
    return Balance(held[place][1], place, path, PILES[pile_place], pile_place, pile_path(PILES, pile_place))


def proof_of(*balances: Balance, account: str = OWNER, key: SigningKey = KEY, leaf: int = 1) -> BalanceProof:
    leaves = contents(BLOCKS)
    _, runs = Frontier().extend([found for block in BLOCKS for found in block.runs[0].hashes])
    kept = {(level, place): found for run in runs for level, place, found in run.each()}
    position, size = BLOCKS[0].size + leaf, BLOCKS[-1].size
    path = inclusion_path(position, size, lambda level, place: kept[level, place])
    note = sign_checkpoint(Checkpoint(KEY.name, size, BLOCKS[-1].root), key)
    return BalanceProof(account, balances, ProvenLeaf(position, leaves[position], path), note)


PROOF = proof_of(balance(OWNER, "live"), balance(OWNER, "retired"))


def test_a_balance_is_proven_with_the_public_key_alone():
    reading = read_balance(BalanceProof.from_json(PROOF.to_json()), KEY.public)
    assert (reading.account, reading.end, reading.height) == (OWNER, END, 2)
    assert [(one.pile.book, one.quantity_mg, one.pile.total_mg) for one in reading.balances] == [
        ("live", 580, 880),
        ("retired", 20, 20),
    ]
    assert is_balance(PROOF.to_json())
    assert not is_balance("{}")


def test_the_mint_proves_what_was_issued():
    (found,) = read_balance(proof_of(balance("mint", "mint"), account="mint"), KEY.public).balances
    assert (found.quantity_mg, found.pile.total_mg, found.pile.holdings) == (-1000, -1000, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"quantity_mg": 581},
        {"place": 0},
        {"path": ()},
        {"pile": PILES[0]},
        {"pile": balance(OWNER, "live").pile._replace(total_mg=881)},
        {"pile_place": 0},
        {"pile_path": ()},
    ],
)
def test_a_balance_that_is_not_so_is_not_proven(change):
    live = balance(OWNER, "live")
    assert check_balance(OWNER, live, END)
    assert not check_balance(BUYER, live, END)
    assert not check_balance(OWNER, live._replace(**change), END)
    with pytest.raises(BadProof):
        read_balance(proof_of(live._replace(**change)), KEY.public)


def test_a_proof_closes_a_day_that_was_signed_and_says_each_thing_once():
    live = balance(OWNER, "live")
    stranger = SigningKey(KEY.name, b"x" * 32)
    with pytest.raises(BadSignature):
        read_balance(proof_of(live, key=stranger), KEY.public)
    for wrong in (proof_of(live, leaf=2), proof_of(live, live), proof_of()):
        with pytest.raises(BadProof):
            read_balance(wrong, KEY.public)
    moved = replace(PROOF, closing=PROOF.closing._replace(position=PROOF.closing.position + 1))
    with pytest.raises(BadProof):
        read_balance(moved, KEY.public)


@given(st.integers(0, len(PROOF.to_json()) - 1), st.characters(codec="ascii"))
def test_a_proof_with_any_letter_changed_is_refused(at: int, letter: str):
    text = PROOF.to_json()
    changed = text[:at] + letter + text[at + 1 :]
    if changed != text:
        with pytest.raises((BadProof, BadSignature, Malformed)):
            read_balance(BalanceProof.from_json(changed), KEY.public)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "tanhui-balance/2"},
        {"leaves": []},
        {"balances": [5]},
        {"account": ""},
        {"checkpoint": None},
        {"balances": [json.loads(PROOF.to_json())["balances"][0] | {"quantity_mg": "1e3"}]},
        {"balances": [json.loads(PROOF.to_json())["balances"][0] | {"book": "purse"}]},
    ],
)
def test_what_is_no_proof_is_malformed(change):
    text = json.dumps(json.loads(PROOF.to_json()) | change, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with pytest.raises((Malformed, BadProof)):
        read_balance(BalanceProof.from_json(text), KEY.public)


def test_an_empty_root_is_that_of_no_piles():
    assert piles_root([]) == EMPTY_ROOT
    assert sum_in(holding_value("a", 3)) == 3
    opened = after(OpenAccount("acc-1", "owner", HASH), time_ms=NOON)
    assert piles_in(opened.closing.holdings) == []
    assert {one.book for one in BLOCKS[0].closing.holdings} == {Book.LIVE, Book.RETIRED, Book.MINT, Book.BUFFER}
