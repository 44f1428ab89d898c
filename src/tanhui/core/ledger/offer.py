"""What a log asks a witness (c2sp.org/tlog-witness): co-sign this checkpoint; here is how it continues your last one.

    old 20852163
    <hash in base64>          the consistency path from the old size, one hash a line
    …

    <the signed checkpoint>

The witness answers with its line of signature, or with a status that says why not.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from tanhui.core.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from tanhui.core.ledger.merkle import EMPTY_ROOT, Path, continues
from tanhui.core.ledger.note import BadSignature, VerifyingKey, decode_base64, is_signed, split_note
from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.suites import ED25519_SHA256, Suite
from tanhui.core.ledger.terms import HASH_LENGTH

SIZE_TYPE: Final = "text/x.tlog.size"
REFUSAL_TYPE: Final = "text/x.tanhui.refusal"
"""The type of an answer by which a member says which leaf breaks which rule."""

LONGEST_OFFER: Final = 64 * 1024
LONGEST_PATH: Final = 63
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


class Status(IntEnum):
    """What a witness answers."""

    SIGNED = 200
    BAD_REQUEST = 400
    UNKNOWN_KEY = 403
    UNKNOWN_LOG = 404
    CONFLICT = 409
    BAD_PROOF = 422
    NOT_YET = 503


class Seen(NamedTuple):
    """The largest checkpoint of a log that a witness has co-signed. At first there is the empty one."""

    size: int = 0
    root: bytes = EMPTY_ROOT


class Offer(NamedTuple):
    """A checkpoint as offered: the size that the witness has seen as far as the log knows, the path, the note."""

    old_size: int
    path: Path
    note: str

    def spell(self) -> str:
        steps = (base64.b64encode(step).decode() for step in self.path)
        return "\n".join((f"old {self.old_size}", *steps, "", self.note))


class Refused(NamedTuple):
    """Why a witness does not sign, with the size that it has seen where this is the reason."""

    status: int
    why: str
    size: int | None = None


class Accepted(NamedTuple):
    """A checkpoint that a known log has signed, its text, which is what a witness signs, the whole note, its suite."""

    checkpoint: Checkpoint
    text: str
    note: str
    suite: Suite = ED25519_SHA256


def parse_offer(body: str) -> Offer:
    """Read an offer. Raises Malformed."""
    head, blank, note = body.partition("\n\n")
    old, *steps = head.split("\n")
    found = _OLD.fullmatch(old)
    if not blank or not found or len(steps) > LONGEST_PATH:
        raise Malformed("an offer is `old SIZE`, at most 63 hashes, a blank line and a signed checkpoint")
    path = tuple(map(decode_base64, steps))
    if any(len(step) != HASH_LENGTH for step in path):
        raise Malformed("a hash has 32 bytes")
    return Offer(int(found[1]), path, note)


def open_offer(offer: Offer, logs: Mapping[str, Sequence[VerifyingKey]]) -> Accepted | Refused:
    """Check who signed the checkpoint. `logs` are the keys of the logs that this witness knows, by origin.

    A log has two while its key changes.
    """
    try:
        text, _ = split_note(offer.note)
        origin = parse_checkpoint(text).origin
        if origin not in logs:
            return Refused(Status.UNKNOWN_LOG, f"this witness does not know the log {origin}")
        signed = (key for key in logs[origin] if is_signed(offer.note, key))
        checkpoint = open_checkpoint(offer.note, next(signed, logs[origin][0]))
    except BadSignature as fault:
        return Refused(Status.UNKNOWN_KEY, str(fault))
    except Malformed as fault:
        return Refused(Status.BAD_REQUEST, str(fault))
    if offer.old_size > checkpoint.size:
        return Refused(Status.BAD_REQUEST, "the old size is larger than the checkpoint's")
    return Accepted(checkpoint, text, offer.note, logs[origin][0].suite)


def judge(offer: Offer, checkpoint: Checkpoint, seen: Seen, suite: Suite = ED25519_SHA256) -> Refused | None:
    """Say why a checkpoint does not continue what the witness has seen, or nothing when it does."""
    seen_root = seen.root if seen.size else suite.empty_root
    if offer.old_size != seen.size:
        return Refused(Status.CONFLICT, "the old size is not the one that this witness has seen", seen.size)
    if checkpoint.size == seen.size and checkpoint.root != seen_root:
        return Refused(Status.CONFLICT, "another root at the same size: two histories", seen.size)
    if not continues(seen.size, seen_root, checkpoint.size, checkpoint.root, offer.path, suite=suite):
        return Refused(Status.BAD_PROOF, "the path does not show that this checkpoint continues the last one")
    return None
