"""Check a proof of the ledger, of an act or of a balance, with public keys alone.

Needs Python 3.11 and the package `cryptography`.

    python3 verify_proof.py FILE.proof.json 'REGISTRY-KEY' 'WITNESS-KEY' … [--needed 2]

Keys are name+id+base64, as they are published. It shows that the records of the file are in the history
that the registry signed and that so many of these witnesses co-signed. Without --needed, all of them must have.
For ledgers of the suite ed25519-sha256; the proof of an SM2/SM3 ledger is checked by `tanhui verify`.
An older key of the registry will do: the file holds the hand-overs by which each key named the next.
Of a balance it shows that the account had so much when a day ended, and that it is counted in the total.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

REGISTRY, WITNESS, FOREIGN = 1, 4, 255  # the algorithm byte: signed notes, cosignature/v1, others
HASH, VALUE = 32, 40  # bytes: a hash; a hash with the sum below it
Join = Callable[[bytes, bytes], bytes]


def read_key(text: str, algorithm: int) -> tuple[str, bytes, bytes]:
    """Return name, id and public key. The id is a hash over name and key, so a miscopied key is noticed."""
    name, written, coded = text.split("+", 2)
    content = base64.b64decode(coded, validate=True)
    if content[0] == FOREIGN:
        raise ValueError(f"SM2/SM3: this script cannot check it; `tanhui verify FILE --key KEY` can: {text}")
    found = hashlib.sha256(name.encode() + b"\n" + content).digest()[:4]
    if content[0] != algorithm or len(content) != 33 or found.hex() != written:
        raise ValueError(f"not a key for this: {text}")
    return name, found, content[1:]


def is_signed(note: str, key: tuple[str, bytes, bytes], algorithm: int) -> bool:
    """Say whether a line of this note is a signature by this key that holds."""
    body, _, tail = note.rpartition("\n\n")
    text = body + "\n"
    for line in tail.splitlines():
        dash, name, coded = line.split(" ")
        signature = base64.b64decode(coded, validate=True)
        if (dash, name, signature[:4]) != ("—", key[0], key[1]):
            continue
        signature = signature[4:]
        message = text
        if algorithm == WITNESS:
            message = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}"
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(key[2]).verify(signature, message.encode())
        except InvalidSignature:
            continue
        return True
    return False


def newest(key: str, handovers: list[str]) -> str:
    """Follow the hand-overs from a key to the one that signs now. Each must be signed by the old key and by the new."""
    for note in handovers:
        lines = note.split("\n")
        if lines[3:5] != ["tanhui-handover/1", f"old {key}"] or not is_signed(note, read_key(key, REGISTRY), REGISTRY):
            continue
        new = lines[5].removeprefix("new ")
        if is_signed(note, read_key(new, REGISTRY), REGISTRY):
            key = new
    return key


def root_from(index: int, size: int, found: bytes, path: list[bytes], join: Join) -> bytes | None:
    """Climb from the foot of a tree of this size to its root (RFC 9162, 2.1.3.2)."""
    place, last = index, size - 1
    for step in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = join(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = join(found, step)
        place, last = place >> 1, last >> 1
    return found if last == 0 and 0 <= index < size else None


def plain(left: bytes, right: bytes) -> bytes:
    """Join two nodes of a tree of records, or of piles."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def summed(left: bytes, right: bytes) -> bytes:
    """Join two nodes of a pile: each carries the sum below it. None may be negative, or it would hide another."""
    parts_mg = [int.from_bytes(one[HASH:], signed=True) for one in (left, right)]
    if len(left) != VALUE or len(right) != VALUE or min(parts_mg) < 0:
        raise ValueError("a part of a total is negative or misshapen")
    return hashlib.sha256(b"\x03" + left + right).digest() + sum(parts_mg).to_bytes(8, signed=True)


def plain_root(leaf: dict, size: int, content: bytes) -> bytes | None:
    path = [base64.b64decode(step) for step in leaf["path"]]
    return root_from(leaf["index"], size, hashlib.sha256(b"\x00" + content).digest(), path, plain)


def read_cbor(content: bytes, at: int = 0) -> tuple[object, int]:
    """Return a value of a record and where it ends: whole numbers, bytes, texts (as bytes) and lists, nothing else."""
    sort, number, at = content[at] >> 5, content[at] & 31, at + 1
    if number >= 24:  # then it stands in the next 1, 2, 4 or 8 bytes
        end = at + (1 << number - 24)
        number, at = int.from_bytes(content[at:end]), end
    if sort in (2, 3):
        return content[at : at + number], at + number
    if sort != 4:
        return -1 - number if sort else number, at
    parts = []
    for _place in range(number):
        part, at = read_cbor(content, at)
        parts.append(part)
    return parts, at


def balance_fault(proof: dict, closing: bytes) -> str:
    """Hold each balance against the day that this record closed. Return what is wrong, or nothing."""
    deed = read_cbor(closing)[0]
    command = read_cbor(deed[2])[0] if deed[0] == 1 else [b""] * 8
    if (deed[0], deed[3], command[6]) != (1, b"done", b"close_day"):
        return "this record does not close a day"
    day, height, _holdings, piles, root = command[7]
    print(f"{date(1970, 1, 1) + timedelta(days=day)} ended after block {height}: {root.hex()}")
    for held in proof["balances"]:
        pile, quantity = held["pile"], int(held["quantity_mg"]).to_bytes(8, signed=True)
        foot = hashlib.sha256(b"\x02" + quantity + proof["account"].encode()).digest() + quantity
        path = [base64.b64decode(step) for step in held["path"]]
        top = root_from(held["index"], pile["count"], foot, path, summed) or bytes(VALUE)
        total_mg = int.from_bytes(top[HASH:], signed=True)
        lines = ("tanhui-pile/1", held["lot"], held["book"], pile["count"], total_mg, top[:HASH].hex())
        if plain_root(pile, piles, "".join(f"{line}\n" for line in lines).encode()) != root:
            return f"{held['quantity_mg']} mg of {held['lot']} are not in the holdings of that day"
        print(f"{proof['account']}: {held['quantity_mg']} mg of {held['lot']}, {held['book']}; all: {total_mg} mg")
    return "" if proof["balances"] else "there is no balance in this file"


def main() -> str:
    """Return what is wrong, or nothing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("registry")
    parser.add_argument("witness", nargs="*")
    parser.add_argument("--needed", type=int)
    options = parser.parse_args()
    proof = json.loads(Path(options.file).read_text(encoding="utf-8"))
    read_key(options.registry, REGISTRY)
    note, registry = proof["checkpoint"], read_key(newest(options.registry, proof.get("handovers", [])), REGISTRY)
    if not is_signed(note, registry, REGISTRY):
        return "the registry's key did not sign this checkpoint"
    keys = {read_key(text, WITNESS) for text in options.witness}
    signed = sorted(key[0] for key in keys if is_signed(note, key, WITNESS))
    needed = len(keys) if options.needed is None else options.needed
    if len(signed) < needed:
        return f"{needed} witnesses are needed, and {len(signed)} have co-signed: {', '.join(signed)}"
    origin, size, root = note.split("\n")[:3]
    for leaf in proof["leaves"]:
        content = base64.b64decode(leaf["leaf"])
        if origin != registry[0] or plain_root(leaf, int(size), content) != base64.b64decode(root):
            return f"record {leaf['index']} is not in the history that was signed"
        print(f"record {leaf['index']} of {size}: {content.hex()}")
    if proof["leaves"] and "balances" in proof and (fault := balance_fault(proof, content)):
        return fault
    print(f"holds: signed by {registry[0]}, co-signed by {len(signed)} of {len(keys)} witnesses")
    return "" if proof["leaves"] else "there is no record in this file"


if __name__ == "__main__":
    sys.exit(main() or 0)
