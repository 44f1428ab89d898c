"""Both suites: published vectors of SM2 and SM3, the same bytes everywhere; nothing of one passes as the other."""

import hashlib
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.core.ledger import (
    ED25519_SHA256,
    SM2_SM3,
    SUITES,
    Checkpoint,
    Command,
    Frontier,
    HandOver,
    KeyChain,
    Malformed,
    OpenAccount,
    SigningKey,
    State,
    Suite,
    VerifyingKey,
    apply,
    build_receipt,
    digest,
    encode,
    open_checkpoint,
    read_link,
    read_receipt,
    replay,
    sign_checkpoint,
    sign_hand_over,
    sm2,
)
from tanhui.core.ledger.cosignature import WitnessKey, WitnessSigner, cosignatures
from tanhui.core.ledger.merkle import (
    consistency_path,
    continues,
    includes,
    inclusion_path,
    leaf_hash,
    leaf_hashes,
    node_hash,
    tree_root,
)
from tanhui.core.ledger.note import BadSignature, is_signed
from tanhui.core.ledger.piles import (
    chunk_values,
    holding_value,
    pile_of,
    pile_path,
    piles_root,
    top_of,
    value_path,
)
from tanhui.core.ledger.tiles import subtree_in

NAME = "registry.example/baotou"
BOTH = pytest.mark.parametrize("suite", SUITES.values(), ids=list(SUITES))

# GB/T 32918.5, annex A.2: a signature with the recommended curve.
SECRET = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
PUBLIC_X = 0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
PUBLIC_Y = 0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13
NUMBER = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
SIGNED = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
MESSAGE = b"message digest"
SEED = (SECRET - 1).to_bytes(32)
PUBLIC = bytes([2 + PUBLIC_Y % 2]) + PUBLIC_X.to_bytes(32)

# GB/T 32905, annex A.
HASHED = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


# --- the algorithms ------------------------------------------------------------------------------------


@pytest.mark.parametrize("new", [sm2.sm3, sm2.Sm3])
def test_sm3_is_the_one_of_the_standard(new):
    for content, expected in HASHED.items():
        assert new(content).digest().hex() == expected


def test_a_python_without_sm3_takes_that_of_the_other_package(monkeypatch):
    monkeypatch.setattr(hashlib, "algorithms_available", set())
    assert sm2._sm3_at_hand() is sm2.Sm3


def test_sm2_is_the_one_of_the_standard(monkeypatch):
    assert sm2.public_of(SEED) == PUBLIC
    assert sm2.holds(PUBLIC, MESSAGE, SIGNED)
    assert not sm2.holds(PUBLIC, MESSAGE + b".", SIGNED)
    monkeypatch.setattr(sm2, "_numbers_for", lambda _seed, _message: lambda _bits: NUMBER)
    assert sm2.sign(SEED, MESSAGE) == SIGNED


def test_the_same_text_gets_the_same_signature_and_another_text_another_number():
    one, again, other = sm2.sign(SEED, b"a"), sm2.sign(SEED, b"a"), sm2.sign(SEED, b"b")
    assert one == again
    assert one[:32] != other[:32]
    drawn = [sm2._numbers_for(SEED, b"a")(256), sm2._numbers_for(SEED, b"b")(256), sm2._numbers_for(PUBLIC, b"a")(256)]
    draw = sm2._numbers_for(SEED, b"a")
    assert len({*drawn, draw(256), draw(256)}) == 4, "the first of the last two is the first of all"


@pytest.mark.parametrize("seed", [bytes(32), b"\xff" * 32, (sm2.ORDER - 2).to_bytes(32), (sm2.ORDER - 1).to_bytes(32)])
def test_any_secret_bytes_are_a_key(seed):
    assert 1 <= int.from_bytes(sm2.secret_of(seed)) <= sm2.ORDER - 2
    assert sm2.holds(sm2.public_of(seed), b"x", sm2.sign(seed, b"x"))


@given(st.integers(0, 8 * 64 - 1))
@settings(max_examples=12)
def test_a_changed_bit_of_a_signature_is_noticed(bit):
    changed = int.from_bytes(SIGNED) ^ (1 << bit)
    assert not sm2.holds(PUBLIC, MESSAGE, changed.to_bytes(64))


@pytest.mark.parametrize(
    "signature", [b"", SIGNED[:-1], SIGNED + b"\0", bytes(64), b"\xff" * 64, SIGNED[:32] + bytes(32)]
)
def test_what_is_no_signature_does_not_hold(signature):
    assert not sm2.holds(PUBLIC, MESSAGE, signature)


def test_a_signature_that_its_owner_made_to_end_nowhere_does_not_hold():
    # s + t * secret = 0: the point that verifying ends at is the one at infinity.
    t = 7
    s = -t * SECRET % sm2.ORDER
    r = (t - s) % sm2.ORDER
    assert not sm2.holds(PUBLIC, MESSAGE, r.to_bytes(32) + s.to_bytes(32))


@pytest.mark.parametrize(
    "public",
    [
        b"",
        PUBLIC[1:],
        b"\4" + PUBLIC[1:],
        b"\2" + sm2.FIELD.to_bytes(32),
        b"\2" + b"\xff" * 32,
    ],
)
def test_what_is_no_point_is_no_key(public):
    assert not sm2.is_public(public)
    assert sm2.is_public(PUBLIC)


def test_about_half_of_all_numbers_are_no_point():
    on_curve = [sm2.is_public(b"\2" + number.to_bytes(32)) for number in range(1, 41)]
    assert 5 < sum(on_curve) < 35


@BOTH
def test_a_suite_goes_to_another_process_by_its_name(suite: Suite):
    key = SigningKey(NAME, b"k" * 32, suite).public
    again = pickle.loads(pickle.dumps(key))  # noqa: S301 - our own bytes
    assert again == key
    assert again.suite is suite


# --- keys and notes ------------------------------------------------------------------------------------


@BOTH
def test_a_key_is_read_back_with_its_suite(suite: Suite):
    key = SigningKey(NAME, b"k" * 32, suite).public
    assert VerifyingKey.parse(str(key)) == key
    assert VerifyingKey.parse(str(key)).suite is suite
    witness = WitnessSigner("w.example", b"w" * 32, suite).public
    assert WitnessKey.parse(str(witness)) == witness
    for reader, other in ((WitnessKey, key), (VerifyingKey, witness)):
        with pytest.raises(Malformed):
            reader.parse(str(other))


def test_a_foreign_algorithm_begins_with_the_byte_for_it_and_a_name():
    key = SigningKey(NAME, b"k" * 32, SM2_SM3).public
    assert key.algorithm[:1] == b"\xff"
    assert b"sm2-sm3" in key.algorithm
    assert SM2_SM3.cosignature_type[:1] == b"\xff"
    assert not SM2_SM3.cosignature_type.startswith(SM2_SM3.note_type)
    with pytest.raises(Malformed):
        VerifyingKey(NAME, b"\2" + b"\xff" * 32, SM2_SM3)


@BOTH
def test_a_checkpoint_is_signed_and_opened(suite: Suite):
    key = SigningKey(NAME, b"k" * 32, suite)
    note = sign_checkpoint(Checkpoint(NAME, 3, bytes(32)), key)
    assert open_checkpoint(note, key.public).size == 3
    assert note == sign_checkpoint(Checkpoint(NAME, 3, bytes(32)), key), "no chance in it"
    other = next(one for one in SUITES.values() if one is not suite)
    for stranger in (SigningKey(NAME, b"x" * 32, suite), SigningKey(NAME, b"k" * 32, other)):
        with pytest.raises(BadSignature):
            open_checkpoint(note, stranger.public)
    with pytest.raises(BadSignature):
        open_checkpoint(note.replace("\n3\n", "\n4\n"), key.public)


@BOTH
def test_a_witness_cosigns(suite: Suite):
    log, signer = SigningKey(NAME, b"k" * 32, suite), WitnessSigner("w.example", b"w" * 32, suite)
    checkpoint = Checkpoint(NAME, 3, bytes(32))
    note = sign_checkpoint(checkpoint, log) + signer.cosign(checkpoint.text(), 1_760_000_000)
    assert [one.at_s for one in cosignatures(note, [signer.public])] == [1_760_000_000]
    assert cosignatures(note.replace("\n3\n", "\n4\n"), [signer.public]) == ()
    assert is_signed(note, log.public)


@BOTH
def test_keys_of_one_suite_hand_over_to_each_other(suite: Suite):
    old, new = SigningKey(NAME, b"a" * 32, suite), SigningKey(NAME, b"b" * 32, suite)
    told = HandOver(Checkpoint(NAME, 3, bytes(32)), old.public, new.public, 1, "person-1", "x")
    assert KeyChain.read(old.public, [sign_hand_over(told, new, old)]).newest == new.public


def test_a_key_never_hands_over_to_one_of_another_suite():
    old, new = SigningKey(NAME, b"a" * 32), SigningKey(NAME, b"b" * 32, SM2_SM3)
    told = HandOver(Checkpoint(NAME, 3, bytes(32)), old.public, new.public, 1, "person-1", "x")
    with pytest.raises(Malformed, match="one suite"):
        read_link(sign_hand_over(told, new, old))


# --- the tree ------------------------------------------------------------------------------------------


def stored(leaves, suite):
    _, runs = Frontier(suite=suite).grow(leaves)
    found = {(level, place): entry for run in runs for level, place, entry in run.each()}
    return lambda level, place: found[level, place]


@BOTH
def test_proofs_of_a_tree_hold_in_its_suite_alone(suite: Suite):
    other = next(one for one in SUITES.values() if one is not suite)
    leaves = [bytes([number]) for number in range(13)]
    root, early = (tree_root(leaf_hashes(leaves[:size], suite), suite) for size in (13, 6))
    subtree = stored(leaves, suite)
    path = inclusion_path(4, 13, subtree, suite)
    assert includes(root, 13, 4, leaf_hash(leaves[4], suite), path, suite=suite)
    assert not includes(root, 13, 4, leaf_hash(leaves[4], suite), path, suite=other)
    steps = consistency_path(6, 13, subtree, suite)
    assert continues(6, early, 13, root, steps, suite=suite)
    assert not continues(6, early, 13, root, steps, suite=other)
    assert continues(0, suite.empty_root, 13, root, (), suite=suite)
    assert not continues(0, other.empty_root, 13, root, (), suite=suite)
    assert Frontier(suite=suite).root() == suite.empty_root
    assert node_hash(b"l" * 32, b"r" * 32, suite) != node_hash(b"l" * 32, b"r" * 32, other)
    tiles = leaf_hashes(leaves, suite)
    assert subtree_in(lambda _level, _place: tiles, suite)(2, 0) == subtree(2, 0)


def test_the_roots_are_the_same_everywhere():
    leaves = [b"", b"\0", b"\x10"]
    roots = {suite.name: tree_root(leaf_hashes(leaves, suite), suite).hex() for suite in SUITES.values()}
    assert roots == {
        "ed25519-sha256": "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "sm2-sm3": "209ec96a210d662a964772680e8544d18cab7b88ffec3e00962220349b56ea56",
    }


@BOTH
def test_a_holding_is_proven_in_its_pile_in_its_suite_alone(suite: Suite):
    other = next(one for one in SUITES.values() if one is not suite)
    held = [(f"a-{number}", 10 + number) for number in range(5)]
    values = [holding_value(*one, suite) for one in held]
    pile = pile_of("lot-1", "live", 5, chunk_values(held, suite), suite)
    top = top_of(values[3], 3, 5, value_path(values, 3, suite), suite)
    assert top is not None
    assert (top[:32], pile.total_mg) == (pile.root, 60)
    assert top_of(values[3], 3, 5, value_path(values, 3, suite), other) != top
    piles = [pile, pile._replace(book="pledged")]
    assert includes(
        piles_root(piles, suite), 2, 1, leaf_hash(piles[1].content(), suite), pile_path(piles, 1, suite), suite=suite
    )
    assert piles_root(piles, suite) != piles_root(piles, other)


def block_of(suite: Suite):
    commands = [
        Command(
            number.to_bytes(16), "person-1", "operator", 1000, bytes(32), OpenAccount(f"a-{number}", "buyer", bytes(32))
        )
        for number in range(3)
    ]
    return apply(commands, State(frontier=Frontier(suite=suite)), 1, 1_760_000_000_000)


@BOTH
def test_a_block_is_replayed_and_proven_in_its_suite(suite: Suite):
    block, key = block_of(suite), SigningKey(NAME, b"k" * 32, suite)
    assert replay(block.contents, suite).blocks[0].root == block.root
    assert block.closing.frontier.suite is suite
    first = block.outcomes[0]
    assert first.digest == digest(encode(block.bookings[0].command), suite)
    note = sign_checkpoint(Checkpoint(NAME, block.size, block.root), key)
    leaves = [(1, block.contents[1])]
    receipt = build_receipt(leaves, note, block.size, stored(block.contents, suite), suite=suite)
    assert read_receipt(receipt, key.public).outcome == "done"


def test_the_leaves_of_both_suites_differ_by_the_root_before_alone():
    one, two = block_of(ED25519_SHA256), block_of(SM2_SM3)
    assert one.contents[1:] == two.contents[1:]
    assert one.contents[0] != two.contents[0], "the header holds the root of what was before, here the empty one"
    assert one.root != two.root
