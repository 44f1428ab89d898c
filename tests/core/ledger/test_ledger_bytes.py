"""Commands and leaves have one spelling each: they come back as they went in, and nothing else is read at all."""

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.ledger.ledger_samples import (
    HASH,
    SEASON_OF_ACTS,
    acts,
    block_of,
    command,
    histories,
    issue,
    numbered,
    retire,
    transfer,
)
from tanhui.core.ledger import (
    AccountKind,
    Act,
    Book,
    Command,
    Entry,
    Holding,
    Leaf,
    LeafKind,
    Malformed,
    OpenAccount,
    Purpose,
    Retire,
    State,
    act_fields,
    apply,
    decode,
    decode_leaf,
    digest,
    encode,
    encode_leaf,
)
from tanhui.core.ledger.commands import MAX_COMMAND_LENGTH
from tanhui.core.ledger.decision import Movement, Spread
from tanhui.core.ledger.journal import Deed, Header, encode_entries, height_in

SPELLED = encode(command(7, transfer(5)))


def respelled(row: object) -> bytes:
    return cbor2.dumps(row, canonical=True)


@pytest.mark.parametrize("order", numbered(SEASON_OF_ACTS))
def test_a_command_comes_back_as_it_went_in(order: Command):
    assert decode(encode(order)) == order


@given(st.integers(0, 2**128 - 1), acts)
def test_any_command_comes_back_as_it_went_in(number: int, act: Act):
    order = Command(number.to_bytes(16, "big"), "per-1", "operator", 0, HASH, act)
    assert decode(encode(order)) == order


def test_the_spelling_is_pinned():
    """Written down once: the id of a command's content may never change by itself."""
    assert SPELLED[:20].hex() == "880150" + "00" * 15 + "0765"
    assert digest(SPELLED).hex() == "caa47da7e3aa2c45658711a09c2c0dfa02a3bee265cf6df2e2f310d53c0fb31b"


def test_named_words_and_plain_text_are_spelled_alike():
    assert encode(command(1, OpenAccount("a", AccountKind.OWNER, HASH))) == encode(
        command(1, OpenAccount("a", "owner", HASH))
    )
    assert encode(command(1, Retire("l", "a", 1, Purpose.EVENT, HASH, HASH))) == encode(
        command(1, Retire("l", "a", 1, "event", HASH, HASH))
    )


def with_part(place: int, value: object) -> list:
    row = cbor2.loads(SPELLED)
    row[place] = value
    return row


@pytest.mark.parametrize(
    "spelling",
    [
        b"",
        b"\x00",
        SPELLED[:-1],
        SPELLED + b"\x00",
        respelled({}),
        respelled([]),
        respelled(cbor2.loads(SPELLED)[:-1]),
        respelled(with_part(0, 2)),
        respelled(with_part(0, 1.0)),
        respelled(with_part(0, True)),
        respelled(with_part(1, b"short")),
        respelled(with_part(2, "张三")),
        respelled(with_part(3, 5)),
        respelled(with_part(4, 1.5)),
        respelled(with_part(4, 2**64)),
        respelled(with_part(5, None)),
        respelled(with_part(6, "burn")),
        respelled(with_part(6, 6)),
        respelled(with_part(6, "issue")),
        respelled(with_part(7, [])),
        respelled(with_part(7, "lot-1")),
        respelled(with_part(7, ["lot-1", "a", "b", 5, [HASH]])),
        respelled(with_part(7, ["lot-1", "a", "b", 5, ["p", "q", HASH, HASH, HASH]])),
        respelled(with_part(2, "a" * MAX_COMMAND_LENGTH)),
        b"\x98\x08" + SPELLED[1:],  # the same array, its length spelled in two bytes
        b"\x9f" + SPELLED[1:] + b"\xff",  # the same array, without a length
    ],
)
def test_what_is_no_command_is_not_read(spelling: bytes):
    with pytest.raises(Malformed):
        decode(spelling)


@given(
    st.binary(max_size=80)
    | st.builds(
        lambda at, by: SPELLED[:at] + bytes([by]) + SPELLED[at + 1 :],
        st.integers(0, len(SPELLED) - 1),
        st.integers(0, 255),
    )
)
def test_bytes_are_a_command_in_its_one_spelling_or_malformed(spelling: bytes):
    try:
        order = decode(spelling)
    except Malformed:
        return
    assert encode(order) == spelling


@given(st.integers(0, len(SPELLED) - 1), st.integers(1, 255))
def test_a_changed_byte_changes_the_command(at: int, by: int):
    changed = SPELLED[:at] + bytes([SPELLED[at] ^ by]) + SPELLED[at + 1 :]
    try:
        assert decode(changed) != decode(SPELLED)
    except Malformed:
        assert digest(changed) != digest(SPELLED)


def test_leaves_come_back_as_they_went_in():
    block = block_of(SEASON_OF_ACTS)
    assert [decode_leaf(leaf.content) for leaf in block.leaves] == [leaf.record for leaf in block.leaves]
    assert block.leaves[0].kind is LeafKind.HEADER
    assert {leaf.kind for leaf in block.leaves} == set(LeafKind)


@given(histories())
def test_leaves_of_any_history_come_back(history: list[Command]):
    for leaf in apply(history, State(), 1, 1).leaves:
        assert encode_leaf(decode_leaf(leaf.content)) == leaf.content


BLOCK = block_of(SEASON_OF_ACTS)


@pytest.mark.parametrize("leaf", [BLOCK.leaves[0], BLOCK.leaves[1], BLOCK.leaves[-4]], ids=["header", "act", "entry"])
def test_a_leaf_with_any_part_gone_or_of_another_sort_is_not_read(leaf: Leaf):
    row = cbor2.loads(leaf.content)
    spoiled = [row[:-1], [*row, 0], [3, *row[1:]], [True, *row[1:]], [float(row[0]), *row[1:]]]
    spoiled += [[*row[:place], {}, *row[place + 1 :]] for place in range(len(row))]
    for one in spoiled:
        with pytest.raises(Malformed):
            decode_leaf(respelled(one))


@given(st.integers(0, 2**63 - 1), st.sampled_from(["header", "deed", "entry"]))
@example(23, "header")
@example(24, "deed")
@example(255, "entry")
@example(256, "header")
@example(65_536, "deed")
@example(2**32, "entry")
def test_a_leaf_tells_its_height_without_being_read(height: int, sort: str):
    moved = Movement(Holding("a", "L", Book.LIVE), Holding("b", "L", Book.LIVE), 1)
    records = {
        "header": Header(height, 0, HASH),
        "deed": Deed(height, command(7, transfer(5)), "done"),
        "entry": Entry(height, bytes(16), moved),
    }
    assert height_in(encode_leaf(records[sort])) == height


@pytest.mark.parametrize("content", [b"", b"\x85", b"\x85\x00", b"\x85\x00\xff"])
def test_what_is_no_leaf_has_no_height(content: bytes):
    assert height_in(content) == 0


def test_a_header_of_another_version_is_not_read():
    row = cbor2.loads(BLOCK.leaves[0].content)
    for version in (2, 1.0, True):
        with pytest.raises(Malformed):
            decode_leaf(respelled([*row[:-1], version]))


def test_an_entry_has_both_serials_or_none():
    entry = next(leaf for leaf in BLOCK.leaves if leaf.kind is LeafKind.ENTRY)
    row = cbor2.loads(entry.content)
    with pytest.raises(Malformed):
        decode_leaf(respelled([*row[:-2], None, 5]))
    with pytest.raises(Malformed):
        decode_leaf(respelled([*row[:5], "cellar", *row[6:]]))


@given(st.binary(max_size=60))
def test_bytes_are_a_leaf_in_its_one_spelling_or_malformed(content: bytes):
    try:
        record = decode_leaf(content)
    except Malformed:
        return
    assert encode_leaf(record) == content


def test_what_an_act_says_is_readable():
    assert act_fields(retire(5)) == {
        "lot": "lot-1",
        "account": "acc-owner",
        "quantity_mg": 5,
        "purpose": "event",
        "beneficiary_hash": HASH.hex(),
        "statement_hash": HASH.hex(),
    }
    named = act_fields(issue())
    assert (named["project"], named["period"], named["survey_hash"]) == ("project-1", "2020-2025", "73" * 32)
    assert "origin" not in named


@given(
    st.lists(st.tuples(st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True), st.integers(1, 2**63 - 1)), min_size=1),
    st.integers(1, 2**40),
    st.sampled_from([Book.LIVE, Book.RETIRED]),
)
def test_a_spread_is_spelled_as_its_movements_one_by_one(parts: list[tuple[str, int]], height: int, book: Book):
    accounts, quantities_mg = zip(*parts, strict=True)
    spread = Spread(Holding("acc-owner", "lot-1", Book.LIVE), book, accounts, quantities_mg)
    one_by_one = [encode_leaf(Entry(height, b"c" * 16, movement)) for movement in spread.each()]
    assert encode_entries(height, b"c" * 16, spread) == one_by_one
