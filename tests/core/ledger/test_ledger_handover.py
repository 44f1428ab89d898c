"""Hand-overs: from any key of a log that one knows to the one that signs now, and nowhere without the signatures."""

from dataclasses import replace

import pytest

from tanhui.core.ledger import (
    BadSignature,
    Checkpoint,
    HandOver,
    KeyChain,
    Malformed,
    SigningKey,
    read_link,
    sign_checkpoint,
    sign_hand_over,
)
from tanhui.core.ledger.note import is_signed

NAME = "registry.example/baotou"
FIRST, SECOND, THIRD, STRANGER = (SigningKey(NAME, bytes([n]) * 32) for n in (1, 2, 3, 9))


def handed(old: SigningKey, new: SigningKey, size: int, *, by_old: bool = True, instead=None) -> str:
    told = HandOver(
        Checkpoint(NAME, size, bytes([size]) * 32), old.public, new.public, 1_795_762_800_000, "person-7", "年度更换"
    )
    return sign_hand_over(told._replace(**(instead or {})), new, old if by_old else None)


def signed(size: int, *keys: SigningKey) -> str:
    checkpoint = Checkpoint(NAME, size, bytes(32))
    return sign_checkpoint(checkpoint, keys[0]) + "".join(key.line(checkpoint.text()) for key in keys[1:])


NOTES = (handed(FIRST, SECOND, 10), handed(SECOND, THIRD, 20))


def test_a_hand_over_is_a_checkpoint_that_both_keys_signed():
    link = read_link(NOTES[0])
    assert link.by_old
    assert link.hand_over.text() == NOTES[0].rpartition("\n\n")[0] + "\n"
    assert (link.hand_over.old, link.hand_over.new, link.hand_over.checkpoint.size) == (FIRST.public, SECOND.public, 10)
    assert (link.hand_over.by, link.hand_over.reason) == ("person-7", "年度更换")
    assert is_signed(NOTES[0], FIRST.public)
    assert is_signed(NOTES[0], SECOND.public)


@pytest.mark.parametrize("known", [FIRST, SECOND, THIRD])
def test_whoever_knows_one_key_follows_to_the_newest(known):
    chain = KeyChain.read(known.public, NOTES)
    assert chain.newest == THIRD.public
    assert chain.keys == (FIRST.public, SECOND.public, THIRD.public)
    assert chain.open(signed(21, THIRD)).size == 21
    assert [chain.at(size) for size in (0, 10, 11, 20, 21)] == [
        key.public for key in (FIRST, FIRST, SECOND, SECOND, THIRD)
    ]


def test_a_key_counts_up_to_the_size_at_which_it_was_handed_over():
    chain = KeyChain.read(FIRST.public, NOTES)
    assert chain.open(signed(10, FIRST)).size == 10
    for too_late in (signed(11, FIRST), signed(21, SECOND), signed(21, STRANGER)):
        with pytest.raises(BadSignature):
            chain.open(too_late)
    assert chain.open(signed(11, FIRST, SECOND)).size == 11, "both sign while the old one leaves"
    assert chain.open(signed(5, FIRST, THIRD)).size == 5, "the present key may sign what an older one signed"


def test_whoever_was_given_a_later_key_trusts_an_earlier_one_only_for_a_history_that_is_vouched_for():
    chain = KeyChain.read(THIRD.public, NOTES)
    with pytest.raises(BadSignature):
        chain.open(signed(5, FIRST))
    assert chain.open_any(signed(5, FIRST)).size == 5
    with pytest.raises(BadSignature):
        chain.open_any(signed(11, FIRST))


def test_without_the_old_signature_only_the_new_key_or_witnesses_convince():
    notes = (handed(FIRST, SECOND, 10, by_old=False),)
    assert not read_link(notes[0]).by_old
    with pytest.raises(BadSignature, match="did not sign that"):
        KeyChain.read(FIRST.public, notes)
    assert KeyChain.read(FIRST.public, notes, witnessed=True).newest == SECOND.public
    assert KeyChain.read(SECOND.public, notes).newest == SECOND.public


def test_a_stranger_hands_nothing_over():
    forged = handed(FIRST, STRANGER, 10, by_old=False)
    with pytest.raises(BadSignature):
        KeyChain.read(FIRST.public, [forged])
    with pytest.raises(BadSignature):
        KeyChain.read(STRANGER.public, NOTES)
    unsigned = FIRST.sign(HandOver(Checkpoint(NAME, 1, bytes(32)), FIRST.public, SECOND.public, 1, "x", "y").text())
    with pytest.raises(BadSignature):
        read_link(unsigned)


@pytest.mark.parametrize(
    "notes",
    [
        (NOTES[1], NOTES[0]),
        (NOTES[0], NOTES[0]),
        (NOTES[0], handed(FIRST, THIRD, 20)),
        (NOTES[0], handed(SECOND, THIRD, 9)),
        (NOTES[0], handed(SECOND, FIRST, 20)),
    ],
)
def test_hand_overs_stand_in_one_row(notes):
    with pytest.raises((Malformed, BadSignature)):
        KeyChain.read(FIRST.public, notes)


def test_any_changed_letter_is_noticed():
    note = NOTES[0]
    text = note.rpartition("\n\n")[0]
    for place, letter in enumerate(text):
        changed = note[:place] + ("B" if letter == "A" else "A") + note[place + 1 :]
        with pytest.raises((Malformed, BadSignature)):
            read_link(changed)


@pytest.mark.parametrize(
    "other",
    [
        {"reason": "two\nlines"},
        {"reason": ""},
        {"by": ""},
        {"new": SigningKey("other.example", bytes(32)).public},
        {"new": FIRST.public},
        {"checkpoint": Checkpoint("other.example", 10, bytes(32))},
    ],
)
def test_what_is_no_hand_over_is_none(other):
    with pytest.raises((Malformed, BadSignature)):
        read_link(handed(FIRST, SECOND, 10, instead=other))


def test_a_plain_checkpoint_is_none():
    with pytest.raises(Malformed, match="a hand-over names"):
        read_link(signed(10, FIRST, SECOND))
    extended = replace(read_link(NOTES[0]).hand_over.checkpoint, extensions=("tanhui-handover/1",))
    with pytest.raises(Malformed, match="a hand-over names"):
        read_link(sign_checkpoint(extended, SECOND))


def test_a_checkpoint_of_another_log_is_not_ours():
    other = sign_checkpoint(Checkpoint("other.example", 3, bytes(32)), FIRST)
    with pytest.raises(BadSignature, match=r"of other\.example"):
        KeyChain(FIRST.public).open(other)
