"""Check a proof of the ledger with public keys alone. Needs Python 3.11 and the package `cryptography`.

    python3 verify_proof.py FILE.proof.json 'REGISTRY-KEY' 'WITNESS-KEY' … [--needed 2]

Keys are name+id+base64, as they are published. It shows that the records of the file are in the history
that the registry signed and that so many of these witnesses co-signed. Without --needed, all of them must have.
An older key of the registry will do: the file holds the hand-overs by which each key named the next.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

REGISTRY, WITNESS = 1, 4  # the algorithm byte: signed notes, cosignature/v1


def read_key(text: str, algorithm: int) -> tuple[str, bytes, bytes]:
    """Return name, id and public key. The id is a hash over name and key, so a miscopied key is noticed."""
    name, written, coded = text.split("+", 2)
    content = base64.b64decode(coded, validate=True)
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


def root_from(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    """Climb from a leaf to the root of a tree of this size (RFC 9162, 2.1.3.2)."""
    found, place, last = hashlib.sha256(b"\x00" + leaf).digest(), index, size - 1
    for step in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        place, last = place >> 1, last >> 1
    return found if last == 0 and index < size else None


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
        content, path = base64.b64decode(leaf["leaf"]), [base64.b64decode(step) for step in leaf["path"]]
        if origin != registry[0] or root_from(leaf["index"], int(size), content, path) != base64.b64decode(root):
            return f"record {leaf['index']} is not in the history that was signed"
        print(f"record {leaf['index']} of {size}: {content.hex()}")
    print(f"holds: signed by {registry[0]}, co-signed by {len(signed)} of {len(keys)} witnesses")
    return "" if proof["leaves"] else "there is no record in this file"


if __name__ == "__main__":
    sys.exit(main() or 0)
