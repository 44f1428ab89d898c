"""Whether one ledger is the other one further on: by audit files, checkpoints and proofs alone."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.audit.audit_samples import BOOK, KEY
from tanhui.core.audit import audit_bytes
from tanhui.core.audit.continuing import KnownRoot, continues_from, known_roots, root_of_note
from tanhui.core.ledger import Checkpoint, Malformed, sign_checkpoint

FILE = audit_bytes(BOOK, KEY.sign)
ROOTS = known_roots(FILE)
LATER = {one.size: one.root_hex for one in ROOTS}


def test_an_audit_file_continues_itself_and_every_beginning_of_it():
    assert [one.height for one in ROOTS] == [row.height for row in BOOK.block]
    found = continues_from(ROOTS[:2], LATER)
    assert (found.ok, found.shared, found.differing, found.missing) == (True, 2, None, ())


def test_a_shorter_ledger_is_told_what_it_lacks():
    shorter = {one.size: one.root_hex for one in ROOTS[:-1]}
    found = continues_from(ROOTS, shorter)
    assert (found.ok, found.missing, found.differing) == (False, (ROOTS[-1],), None)


def test_another_history_is_found_at_the_first_block_that_differs():
    other = {**LATER, ROOTS[1].size: "00" * 32, ROOTS[2].size: "11" * 32}
    assert continues_from(ROOTS, other).differing == ROOTS[1]
    without = {size: root for size, root in LATER.items() if size != ROOTS[1].size}
    assert continues_from(ROOTS, without).differing == ROOTS[1]


def test_a_checkpoint_and_a_proof_are_held_against_it_too():
    note = BOOK.block[1].checkpoint
    assert root_of_note(note) == KnownRoot(ROOTS[1].size, ROOTS[1].root_hex)
    assert known_roots(note.encode()) == (root_of_note(note),)
    other = sign_checkpoint(Checkpoint(KEY.name, ROOTS[1].size, bytes(32)), KEY)
    assert not continues_from(known_roots(other.encode()), LATER).ok


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"{", b"\xff\xfe", b"text", b"SQLite format 3\0", b'{"checkpoint": 5}']
)
def test_what_holds_no_root_is_refused(content: bytes):
    with pytest.raises(Malformed):
        known_roots(content)


@given(st.integers(0, 63), st.data())
@example(0, None)
def test_any_changed_digit_of_any_root_is_another_history(digit: int, data: st.DataObject | None):
    place = data.draw(st.integers(0, len(ROOTS) - 1)) if data else 0
    one = ROOTS[place]
    changed = one.root_hex[:digit] + ("0" if one.root_hex[digit] != "0" else "1") + one.root_hex[digit + 1 :]
    found = continues_from(ROOTS, {**LATER, one.size: changed})
    assert (found.ok, found.differing) == (False, one)
