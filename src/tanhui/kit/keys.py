"""Secrets of this installation: kept in files of their own, outside the database, readable by their owner only."""

import secrets
from pathlib import Path

SEED_LENGTH = 32


def ledger_seed(folder: Path) -> bytes:
    """Return the secret behind the key that signs the ledger's checkpoints. Made once, when the installation is new.

    Raises ValueError when the file holds something else: an old ledger never gets a new key by itself.
    """
    path = folder / "keys" / "ledger.seed"
    if not path.exists():
        _write_private(path, secrets.token_hex(SEED_LENGTH).encode())
    seed = bytes.fromhex(path.read_text().strip())
    if len(seed) != SEED_LENGTH:
        raise ValueError(f"{path} is no key of this ledger. Put the right file back; never make a new one.")
    return seed


def local_secret(folder: Path) -> str:
    """Return the secret for sessions and forms of a development installation, made once and kept."""
    path = folder / "keys" / "site.secret"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(48).encode())
    return path.read_text()


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    try:
        path.hardlink_to(part)  # fails where another program was first: then its secret is the one
    except FileExistsError:
        pass
    finally:
        part.unlink()
