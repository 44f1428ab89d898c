"""Whose signature counts: the key that the reader brought along, or else the one in the file.

A file can only vouch for itself with its own key: a forger would bring another key. So whoever knows the log's
key gives it, and a file with another one is told apart at once.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tanhui.core.audit.report import AuditFault, Finding, Place, fault
from tanhui.core.audit.rows import HAND_OVER, AuditBook, BlockRow, KeyRow, hand_over_notes
from tanhui.core.audit.seal import SealedFile
from tanhui.core.ledger import BadSignature, Checkpoint, KeyChain, Malformed, VerifyingKey, open_checkpoint
from tanhui.core.ledger.suites import ED25519_SHA256, Suite


class Trust(NamedTuple):
    """The keys to verify with (None if there is no usable one), the suite, and what was found out about them."""

    chain: KeyChain | None
    finding: Finding
    suite: Suite

    @property
    def key(self) -> VerifyingKey | None:
        """The newest key: the one that seals."""
        return self.chain.newest if self.chain else None


def choose_key(book: AuditBook, sealed: SealedFile, vkey: str | None) -> Trust:
    """Choose the key to verify with. Raises Malformed if the reader's own `vkey` is none.

    From the reader's key the hand-overs of the file lead to its newest one. Where they do not, the reader's key alone
    counts.
    """
    given = VerifyingKey.parse(vkey) if vkey is not None else None
    faults = list(_row_faults(book))
    row = book.key[0] if book.key else KeyRow("", "")
    own = _parse(row)
    place = Place("key", (row.name,))
    if own is None:
        faults.append(fault("key_unusable", place, name=row.name))
    elif own.name != row.name:
        faults.append(fault("cell_changed", place, column="name", found=row.name, expected=own.name))
    trusted = given or own
    chain = _chain(book, trusted, faults) if trusted else None
    if given is not None and chain is not None and row.vkey != str(chain.newest):
        faults.append(fault("key_not_expected", place, name=row.name))
    elif own is not None and given is None and not _vouched(own, book, sealed):
        faults.append(fault("key_changed", place, name=row.name))
        chain = None
    told = (("given", int(given is not None)), ("vkey", str(chain.newest if chain else given or "")))
    return Trust(chain, Finding("key", tuple(faults), told), trusted.suite if trusted else ED25519_SHA256)


def _chain(book: AuditBook, trusted: VerifyingKey, faults: list[AuditFault]) -> KeyChain:
    """Follow the hand-overs of the file; what is wrong with them is added to the faults."""
    notes = hand_over_notes(book.meta)
    try:
        return KeyChain.read(trusted, notes)
    except (BadSignature, Malformed):
        faults.append(fault("handover_unusable", Place("meta", (f"{HAND_OVER}{len(notes)}",)), number=len(notes)))
        return KeyChain(trusted)


def read_checkpoints(book: AuditBook, chain: KeyChain | None) -> tuple[dict[int, Checkpoint], Finding]:
    """Open the checkpoint of every block, and hold the hand-overs against them.

    Without a key they prove nothing, and none is believed.
    """
    if chain is None:
        return {}, Finding("signatures", (fault("not_checked", Place("block")),))
    found, faults = open_checkpoints(sorted(book.block), chain)
    faults += _hand_over_faults(chain, found.values())
    return found, Finding("signatures", tuple(faults), (("blocks", len(book.block)),))


def open_checkpoints(blocks: Iterable[BlockRow], chain: KeyChain) -> tuple[dict[int, Checkpoint], list[AuditFault]]:
    """Open the checkpoints of blocks, by height, and name those that are not signed."""
    found: dict[int, Checkpoint] = {}
    faults: list[AuditFault] = []
    for block in blocks:
        try:
            found[block.height] = chain.open_any(block.checkpoint)
        except (BadSignature, Malformed):
            faults.append(fault("checkpoint_not_signed", Place("block", (block.height,)), height=block.height))
    return found, faults


def _hand_over_faults(chain: KeyChain, checkpoints: Iterable[Checkpoint]) -> Iterator[AuditFault]:
    """Say which hand-overs speak of another history than the blocks do."""
    roots = {0: chain.trusted.suite.empty_root} | {checkpoint.size: checkpoint.root for checkpoint in checkpoints}
    for number, link in enumerate(chain.links, start=1):
        at = link.hand_over.checkpoint
        if roots.get(at.size) != at.root:
            yield fault("handover_differs", Place("meta", (f"{HAND_OVER}{number}",)), number=number, size=at.size)


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
