"""Signed notes and checkpoints, against notes that other programs signed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.ledger import (
    BadSignature,
    Checkpoint,
    Malformed,
    SigningKey,
    VerifyingKey,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from tanhui.core.ledger.note import open_note

# From the tests of Go's golang.org/x/mod/sumdb/note.
PETER_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
PETER_NOTE = f"{PETER_TEXT}\n{PETER_LINE}"
# The example of c2sp.org/signed-note.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The example of c2sp.org/tlog-checkpoint.
CHECKPOINT_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

KEY = SigningKey("registry.example/baotou", bytes(range(32)))
ROOT = bytes(range(32, 64))


def test_the_note_of_another_program_is_opened():
    assert open_note(PETER_NOTE, VerifyingKey.parse(PETER)) == PETER_TEXT
    assert open_note(FOO_NOTE, VerifyingKey.parse(FOO)) == "This is an example message.\n"


def test_a_note_is_signed_as_another_program_signs_it():
    key = SigningKey.parse(PETER_SECRET)
    assert key.sign(PETER_TEXT) == PETER_NOTE
    assert str(key.public) == PETER
    assert key.secret_text() == PETER_SECRET


def test_a_note_can_carry_several_signatures_and_each_reader_finds_their_own():
    both = f"{PETER_TEXT}\n{PETER_LINE}{ENOCH_LINE}"
    assert open_note(both, VerifyingKey.parse(PETER)) == PETER_TEXT
    assert open_note(both, VerifyingKey.parse(ENOCH)) == PETER_TEXT


def test_a_secret_is_not_printed():
    assert "PRIVATE" not in repr(KEY)
    assert KEY.seed.hex() not in repr(KEY)
    assert "seed" not in repr(KEY)


@pytest.mark.parametrize(
    "note",
    [
        f"{PETER_TEXT}\n{ENOCH_LINE}",
        f"{PETER_TEXT}\n{PETER_LINE}{PETER_LINE}",
        PETER_NOTE.replace("problem", "question"),
        PETER_NOTE.replace("PeterNeumann", "PeterNewmann"),
        PETER_NOTE.replace("x08go/", "x08go+"),
        PETER_NOTE.replace("/ZJk", "/ZJj"),
    ],
)
def test_a_note_that_the_key_did_not_sign_is_not_opened(note: str):
    with pytest.raises(BadSignature):
        open_note(note, VerifyingKey.parse(PETER))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        PETER_TEXT,
        f"{PETER_TEXT}{PETER_LINE}",
        PETER_NOTE.removesuffix("\n"),
        PETER_NOTE + "\n",
        PETER_NOTE.replace("— ", "- "),
        PETER_NOTE.replace("AM=", "AN="),
        PETER_NOTE.replace("AM=", "AM"),
        PETER_NOTE.replace("you think", "you\tthink"),
        f"{PETER_TEXT}\n— PeterNeumann x08g\n",
        f"{PETER_TEXT}\n— PeterNeumann x08g!!!!\n",
        f"{PETER_TEXT}\n{PETER_LINE * 101}",
    ],
)
def test_what_is_no_note_is_malformed(note: str):
    with pytest.raises(Malformed):
        open_note(note, VerifyingKey.parse(PETER))


@given(st.integers(0, len(PETER_NOTE.encode()) - 1), st.integers(1, 255))
def test_a_note_with_any_byte_changed_is_not_opened(at: int, by: int):
    changed = bytearray(PETER_NOTE.encode())
    changed[at] ^= by
    with pytest.raises((BadSignature, Malformed, UnicodeDecodeError)):
        open_note(changed.decode(), VerifyingKey.parse(PETER))


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER.replace("ARpc", "ARpd"),
        PETER.replace("+ARpc", "+AhpC"),
        PETER + "=",
        PETER[:-4],
        "+" + PETER,
    ],
)
def test_a_key_that_does_not_fit_its_own_id_is_none(vkey: str):
    with pytest.raises(Malformed):
        VerifyingKey.parse(vkey)


@pytest.mark.parametrize("secret", ["", PETER_SECRET[:-4], PETER_SECRET.replace("c74f", "c74e"), PETER])
def test_a_secret_that_does_not_fit_its_own_id_is_none(secret: str):
    with pytest.raises(Malformed):
        SigningKey.parse(secret)


@pytest.mark.parametrize("text", ["", "no newline", "a tab\there\n"])
def test_what_cannot_stand_in_a_note_is_not_signed(text: str):
    with pytest.raises(Malformed):
        KEY.sign(text)


def test_a_checkpoint_of_the_specification_is_read():
    checkpoint = parse_checkpoint(CHECKPOINT_TEXT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == CHECKPOINT_TEXT


def test_a_checkpoint_is_signed_and_opened():
    checkpoint = Checkpoint(KEY.name, 42, ROOT)
    note = sign_checkpoint(checkpoint, KEY)
    assert note.startswith("registry.example/baotou\n42\n")
    assert open_checkpoint(note, KEY.public) == checkpoint


def test_extension_lines_are_kept_and_signed():
    checkpoint = Checkpoint(KEY.name, 42, ROOT, ("height 7",))
    note = sign_checkpoint(checkpoint, KEY)
    assert open_checkpoint(note, KEY.public).extensions == ("height 7",)
    with pytest.raises(BadSignature):
        open_checkpoint(note.replace("height 7", "height 8"), KEY.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n42\n",
        CHECKPOINT_TEXT.removesuffix("\n"),
        CHECKPOINT_TEXT.replace("20852163", "020852163"),
        CHECKPOINT_TEXT.replace("20852163", "-1"),
        CHECKPOINT_TEXT.replace("20852163", "٤٢"),
        CHECKPOINT_TEXT.replace("q2I=", "q2J="),
        CHECKPOINT_TEXT.replace("CsUY", ""),
        CHECKPOINT_TEXT.replace("example.com/behind-the-sofa", ""),
        CHECKPOINT_TEXT + "\n",
    ],
)
def test_what_is_no_checkpoint_is_malformed(text: str):
    with pytest.raises(Malformed):
        parse_checkpoint(text)


@pytest.mark.parametrize("origin", ["", "two\nlines", "a\ttab"])
def test_an_origin_is_one_line(origin: str):
    with pytest.raises(Malformed):
        Checkpoint(origin, 1, ROOT)
