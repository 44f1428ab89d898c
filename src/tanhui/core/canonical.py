"""One way to write a document down, so that its hash is the same on any machine."""

import hashlib
import json
from collections.abc import Mapping

Document = dict[str, object]


def canonical_json(document: Mapping[str, object]) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: the bytes that are hashed."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def hash_without(document: Mapping[str, object], name: str) -> str:
    """SHA-256 of a document without the hash that it may carry under `name`."""
    rest = {key: value for key, value in document.items() if key != name}
    return hashlib.sha256(canonical_json(rest)).hexdigest()
