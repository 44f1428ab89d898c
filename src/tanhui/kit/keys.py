"""Secrets of this installation: kept in files of their own, outside the database, readable by their owner only."""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key that signs the ledger's checkpoints. It is made once, when this installation is new."""
    path = folder / "keys" / "ledger.pem"
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write_private(path, pem)
    found = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(found, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key. Put the ledger's key back; never make a new one for an old ledger.")
    return found


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
