"""The portable proof: a receipt that anybody can check with the public key alone, without asking us.

It carries the leaf of an act and the leaves of its entries, the path from each to the root, and the signed checkpoint
with that root. Checking it needs this package and the log's public key; it shows that these very bytes are in
the history that the key signed. It is a JSON text, so it can lie beside a certificate as a file.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tanhui.core.ledger.checkpoint import Checkpoint
from tanhui.core.ledger.commands import Command
from tanhui.core.ledger.handover import KeyChain
from tanhui.core.ledger.journal import Deed, Entry, decode_leaf
from tanhui.core.ledger.merkle import Path, Subtree, includes, inclusion_path, leaf_hash
from tanhui.core.ledger.note import VerifyingKey, decode_base64, encode_base64
from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.suites import ED25519_SHA256, Suite

FORMAT: Final = "tanhui-receipt/1"


class BadProof(ValueError):  # noqa: N818 - it names what was found
    """A receipt whose leaves are not in the history that was signed, or do not belong together."""


class ProvenLeaf(NamedTuple):
    """A leaf, its place in the tree, and the hashes that lead from it to the root."""

    position: int
    content: bytes
    path: Path


class Reading(NamedTuple):
    """What a receipt proves."""

    command: Command
    outcome: str
    height: int
    entries: tuple[Entry, ...]
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Receipt:
    """The leaves of one act, first the act itself, and the checkpoint note that they are proven against.

    `hand_overs` lead from older keys of the log to the one that signed the checkpoint; as a rule there are none.
    """

    leaves: tuple[ProvenLeaf, ...]
    checkpoint: str
    hand_overs: tuple[str, ...] = ()

    def to_json(self) -> str:
        leaves = [
            {
                "index": leaf.position,
                "leaf": encode_base64(leaf.content),
                "path": [encode_base64(step) for step in leaf.path],
            }
            for leaf in self.leaves
        ]
        document = {"format": FORMAT, "checkpoint": self.checkpoint, "leaves": leaves}
        if self.hand_overs:
            document["handovers"] = list(self.hand_overs)
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Receipt":
        """Read a receipt. Raises Malformed for everything that `to_json` would not have written."""
        try:
            document = json.loads(text)
            leaves = tuple(
                ProvenLeaf(leaf["index"], decode_base64(leaf["leaf"]), tuple(map(decode_base64, leaf["path"])))
                for leaf in document["leaves"]
            )
            receipt = cls(leaves, document["checkpoint"], tuple(document.get("handovers", ())))
            faithful = isinstance(receipt.checkpoint, str) and receipt.to_json() == text
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise Malformed("not a receipt of this format") from error
        if not faithful:
            raise Malformed("not the one spelling of a receipt")
        return receipt


def build_receipt(
    leaves: Sequence[tuple[int, bytes]],
    checkpoint: str,
    size: int,
    subtree: Subtree,
    hand_overs: Sequence[str] = (),
    *,
    suite: Suite = ED25519_SHA256,
) -> Receipt:
    """Build the receipt for leaves (position, content) against a signed checkpoint of this size."""
    proven = tuple(
        ProvenLeaf(position, content, inclusion_path(position, size, subtree, suite)) for position, content in leaves
    )
    return Receipt(proven, checkpoint, tuple(hand_overs))


def read_receipt(receipt: Receipt, key: VerifyingKey, *, witnessed: bool = False) -> Reading:
    """Check a receipt and return what it proves. Raises BadSignature, BadProof or Malformed.

    `key` is any key of the log that the reader trusts. `witnessed` says that enough of the reader's witnesses have
    co-signed the checkpoint; see `handover` for what follows from it.
    """
    checkpoint = KeyChain.read(key, receipt.hand_overs, witnessed=witnessed).open(receipt.checkpoint)
    for leaf in receipt.leaves:
        entry = leaf_hash(leaf.content, key.suite)
        if not includes(checkpoint.root, checkpoint.size, leaf.position, entry, leaf.path, suite=key.suite):
            raise BadProof(f"leaf {leaf.position} is not in the tree of {checkpoint.size} leaves that was signed")
    deed, entries = _records(receipt)
    return Reading(deed.command, deed.outcome, deed.height, entries, checkpoint)


def _records(receipt: Receipt) -> tuple[Deed, tuple[Entry, ...]]:
    records = [decode_leaf(leaf.content) for leaf in receipt.leaves]
    deed = records[0] if records else None
    if not isinstance(deed, Deed):
        raise BadProof("the first leaf of a receipt is an act")
    entries = tuple(record for record in records[1:] if isinstance(record, Entry))
    first = receipt.leaves[0].position
    places = [leaf.position for leaf in receipt.leaves]
    belongs = all(entry.command_id == deed.command.id and entry.height == deed.height for entry in entries)
    if len(entries) != len(records) - 1 or not belongs or places != list(range(first, first + len(places))):
        raise BadProof("the other leaves of a receipt are the entries of its act, one after the other")
    return deed, entries
