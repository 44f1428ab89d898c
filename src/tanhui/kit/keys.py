"""Secrets of this installation: kept in files of their own, outside the database, readable by their owner only."""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

SEED_LENGTH = 32
_SEED = re.compile(rf"[0-9a-f]{{{2 * SEED_LENGTH}}}")


def ledger_seed(folder: Path) -> bytes:
    """Return the secret behind the key that signs the ledger's checkpoints. Made once, when the installation is new.

    Raises ValueError when the file holds something else: an old ledger never gets a new key by itself.
    """
    path = folder / "keys" / "ledger.seed"
    if not path.exists():
        _write_private(path, secrets.token_hex(SEED_LENGTH).encode())
    return _read_seed(path, "this ledger")


def witness_seed(folder: Path) -> bytes:
    """Return the secret behind the key with which a witness co-signs, made on its first start. Raises ValueError."""
    path = folder / "witness.seed"
    if not path.exists():
        _write_private(path, secrets.token_hex(SEED_LENGTH).encode())
    return _read_seed(path, "this witness")


def _read_seed(path: Path, whose: str) -> bytes:
    written = path.read_text().strip()
    if not _SEED.fullmatch(written):
        raise ValueError(f"{path} is no key of {whose}. Put the right file back; never make a new one.")
    return bytes.fromhex(written)


def local_secret(folder: Path) -> str:
    """Return the secret for sessions and forms of a development installation, made once and kept."""
    path = folder / "keys" / "site.secret"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(48).encode())
    return path.read_text()


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.") as part:  # mode 600
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(part.name)  # fails where another program was first: then its secret is the one
