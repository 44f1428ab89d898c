"""Whose signature counts: the key that the reader brought along, or else the one in the file.

A file can only vouch for itself with its own key: a forger would bring another key. So whoever knows the log's
key gives it, and a file with another one is told apart at once.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tanhui.core.audit.report import AuditFault, Finding, Place, fault
from tanhui.core.audit.rows import AuditBook, KeyRow
from tanhui.core.audit.seal import SealedFile
from tanhui.core.ledger import BadSignature, Checkpoint, Malformed, VerifyingKey, open_checkpoint


class Trust(NamedTuple):
    """The key to verify with (None if there is no usable one), and what was found out about it."""

    key: VerifyingKey | None
    finding: Finding


def choose_key(book: AuditBook, sealed: SealedFile, vkey: str | None) -> Trust:
    """Choose the key to verify with. Raises Malformed if the reader's own `vkey` is none."""
    given = VerifyingKey.parse(vkey) if vkey is not None else None
    faults = list(_row_faults(book))
    row = book.key[0] if book.key else KeyRow("", "")
    own = _parse(row)
    place = Place("key", (row.name,))
    if own is None:
        faults.append(fault("key_unusable", place, name=row.name))
    elif own.name != row.name:
        faults.append(fault("cell_changed", place, column="name", found=row.name, expected=own.name))
    if given is not None and row.vkey != vkey:
        faults.append(fault("key_not_expected", place, name=row.name))
    elif own is not None and given is None and not _vouched(own, book, sealed):
        faults.append(fault("key_changed", place, name=row.name))
        own = None
    shown = given or own
    return Trust(shown, Finding("key", tuple(faults), (("given", int(given is not None)), ("vkey", str(shown or "")))))


def read_checkpoints(book: AuditBook, key: VerifyingKey | None) -> tuple[dict[int, Checkpoint], Finding]:
    """Open the checkpoint of every block. Without a key they prove nothing, and none is believed."""
    if key is None:
        return {}, Finding("signatures", (fault("not_checked", Place("block")),))
    found: dict[int, Checkpoint] = {}
    faults: list[AuditFault] = []
    for block in sorted(book.block):
        try:
            checkpoint = open_checkpoint(block.checkpoint, key)
        except (BadSignature, Malformed):
            checkpoint = None
        if checkpoint is None or checkpoint.origin != key.name:
            faults.append(fault("checkpoint_not_signed", Place("block", (block.height,)), height=block.height))
        else:
            found[block.height] = checkpoint
    return found, Finding("signatures", tuple(faults), (("blocks", len(book.block)),))


def check_seal(sealed: SealedFile, key: VerifyingKey | None) -> Finding:
    """Check the seal behind the pages; without a key it proves nothing, and that is said."""
    place = Place("seal")
    if key is None:
        return Finding("seal", (fault("not_checked", place),))
    faults = () if sealed.is_signed_by(key) else (fault("seal_broken", place),)
    return Finding("seal", faults, (("bytes", len(sealed.pages) + len(sealed.seal)),))


def _row_faults(book: AuditBook) -> Iterator[AuditFault]:
    if not book.key:
        yield fault("row_missing", Place("key"))
    for row in book.key[1:]:
        yield fault("row_unexpected", Place("key", (row.name,)))


def _vouched(key: VerifyingKey, book: AuditBook, sealed: SealedFile) -> bool:
    """Whether anything at all in the file was signed by this key. If nothing was, it is the key that is wrong."""
    return sealed.is_signed_by(key) or any(_opens(block.checkpoint, key) for block in book.block)


def _opens(note: str, key: VerifyingKey) -> bool:
    try:
        open_checkpoint(note, key)
    except (BadSignature, Malformed):
        return False
    return True


def _parse(row: KeyRow) -> VerifyingKey | None:
    try:
        return VerifyingKey.parse(row.vkey)
    except Malformed:
        return None
