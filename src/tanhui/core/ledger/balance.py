"""The proof of a balance: what an account had at the end of a day, for anybody who has the public keys.

It carries the leaf by which the day was closed, with its path to the signed root of the history; the pile of each lot
and book that the account had something in, with its path to the root of the day; and the path from the account's
holding to the top of the pile. It is a JSON text, and its checkpoint may carry the signatures of witnesses.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tanhui.core.ledger.acts import CloseDay
from tanhui.core.ledger.checkpoint import Checkpoint
from tanhui.core.ledger.handover import KeyChain
from tanhui.core.ledger.journal import DONE, Deed, decode_leaf
from tanhui.core.ledger.merkle import Path, includes, leaf_hash
from tanhui.core.ledger.note import VerifyingKey, decode_base64, encode_base64
from tanhui.core.ledger.piles import Pile, holding_value, sum_in, top_of
from tanhui.core.ledger.proof import BadProof, ProvenLeaf
from tanhui.core.ledger.shape import Malformed, require_ids, require_whole
from tanhui.core.ledger.suites import ED25519_SHA256, Suite
from tanhui.core.ledger.terms import HASH_LENGTH, Book

FORMAT: Final = "tanhui-balance/1"


class Balance(NamedTuple):
    """A holding in its pile, and the pile in the day: where each stands, and the path from it to the top."""

    quantity_mg: int
    place: int
    path: Path
    pile: Pile
    pile_place: int
    pile_path: Path


class BalanceReading(NamedTuple):
    """What is proven: the account, the day and how it was closed, its balances, the checkpoint over all of it."""

    account: str
    end: CloseDay
    height: int
    balances: tuple[Balance, ...]
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class BalanceProof:
    """The balances of one account at the end of a day. `closing` is the leaf of the act that closed it."""

    account: str
    balances: tuple[Balance, ...]
    closing: ProvenLeaf
    checkpoint: str
    hand_overs: tuple[str, ...] = ()

    def to_json(self) -> str:
        closing = {"index": self.closing.position, "leaf": encode_base64(self.closing.content)}
        document = {
            "format": FORMAT,
            "account": self.account,
            "balances": [_written(balance) for balance in self.balances],
            "checkpoint": self.checkpoint,
            "leaves": [closing | {"path": _encode_all(self.closing.path)}],
        }
        if self.hand_overs:
            document["handovers"] = list(self.hand_overs)
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "BalanceProof":
        """Read a proof. Raises Malformed for everything that `to_json` would not have written."""
        try:
            document = json.loads(text)
            (leaf,) = document["leaves"]
            closing = ProvenLeaf(leaf["index"], decode_base64(leaf["leaf"]), _decode_all(leaf["path"]))
            balances = tuple(map(_read, document["balances"]))
            proof = cls(
                document["account"], balances, closing, document["checkpoint"], tuple(document.get("handovers", ()))
            )
            faithful = isinstance(proof.checkpoint, str) and proof.to_json() == text
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise Malformed("not the proof of a balance in this format") from error
        if not faithful:
            raise Malformed("not the one spelling of the proof of a balance")
        require_ids(account=proof.account)
        return proof


def is_balance(text: str | bytes) -> bool:
    """Say whether a proof is one of a balance, by the format that it names."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("format") == FORMAT


def read_balance(proof: BalanceProof, key: VerifyingKey, *, witnessed: bool = False) -> BalanceReading:
    """Check a proof and return what it proves. Raises BadSignature, BadProof or Malformed.

    `key` is any key of the log that the reader trusts; `witnessed` as for `read_receipt`.
    """
    checkpoint = KeyChain.read(key, proof.hand_overs, witnessed=witnessed).open(proof.checkpoint)
    position, content, path = proof.closing
    if not includes(checkpoint.root, checkpoint.size, position, leaf_hash(content, key.suite), path, suite=key.suite):
        raise BadProof(f"leaf {position} is not in the tree of {checkpoint.size} leaves that was signed")
    deed = decode_leaf(content)
    if not isinstance(deed, Deed) or not isinstance(deed.command.act, CloseDay) or deed.outcome != DONE:
        raise BadProof(f"leaf {position} does not close a day")
    end = deed.command.act
    for balance in proof.balances:
        _require_proven(proof.account, balance, end, key.suite)
    keys = [(balance.pile.lot, balance.pile.book) for balance in proof.balances]
    if not keys or len(set(keys)) != len(keys):
        raise BadProof("a lot and book is proven once, and at least one is")
    return BalanceReading(proof.account, end, deed.height, proof.balances, checkpoint)


def check_balance(account: str, balance: Balance, end: CloseDay, suite: Suite = ED25519_SHA256) -> bool:
    """Say whether a balance was in the holdings that a day ended with."""
    pile = balance.pile
    value = holding_value(account, balance.quantity_mg, suite)
    top = top_of(value, balance.place, pile.holdings, balance.path, suite)
    if top is None or (top[:HASH_LENGTH], sum_in(top)) != (pile.root, pile.total_mg):
        return False
    leaf = leaf_hash(pile.content(), suite)
    return includes(end.root, end.piles, balance.pile_place, leaf, balance.pile_path, suite=suite)


def _require_proven(account: str, balance: Balance, end: CloseDay, suite: Suite) -> None:
    if not check_balance(account, balance, end, suite):
        raise BadProof(f"{balance.quantity_mg} mg of {balance.pile.lot} are not among the holdings of day {end.day}")


def _written(balance: Balance) -> Mapping[str, Any]:
    pile = balance.pile
    return {
        "lot": pile.lot,
        "book": pile.book,
        "quantity_mg": str(balance.quantity_mg),
        "index": balance.place,
        "path": _encode_all(balance.path),
        "pile": {
            "count": pile.holdings,
            "total_mg": str(pile.total_mg),
            "root": encode_base64(pile.root),
            "index": balance.pile_place,
            "path": _encode_all(balance.pile_path),
        },
    }


def _read(row: Mapping[str, Any]) -> Balance:
    pile = row["pile"]
    quantity_mg, total_mg = int(row["quantity_mg"]), int(pile["total_mg"])
    require_whole(quantity=quantity_mg, total=total_mg, index=row["index"], count=pile["count"], place=pile["index"])
    require_ids(lot=row["lot"])
    stands = Pile(row["lot"], Book(row["book"]).value, pile["count"], total_mg, decode_base64(pile["root"]))
    return Balance(
        quantity_mg, row["index"], _decode_all(row["path"]), stands, pile["index"], _decode_all(pile["path"])
    )


def _encode_all(path: Path) -> list[str]:
    return list(map(encode_base64, path))


def _decode_all(path: Sequence[str]) -> Path:
    return tuple(map(decode_base64, path))
