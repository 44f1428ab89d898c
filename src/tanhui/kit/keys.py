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


def has_ledger_seed(folder: Path) -> bool:
    """Say whether the first key of the ledger lies where it was made."""
    return (folder / "keys" / "ledger.seed").exists()


def stamp(folder: Path) -> int:
    """Return a number that changes with every file that comes into the folder of keys or leaves it."""
    try:
        return (folder / "keys").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def draw_seed() -> bytes:
    """Return fresh secret bytes for a key."""
    return secrets.token_bytes(SEED_LENGTH)


def keep_ledger_seed(folder: Path, key_id: str, seed: bytes) -> None:
    """Write the secret of a further key of the ledger, durably, before anything is signed with it."""
    _write_private(folder / "keys" / f"ledger-{key_id}.seed", seed.hex().encode())


def ledger_seeds(folder: Path, key_id: str) -> list[bytes]:
    """Return the secrets at hand that may be behind a key: the one filed under its id, and the first of all.

    A key that was put aside is not at hand. Raises ValueError when a file holds no secret.
    """
    found = [folder / "keys" / name for name in (f"ledger-{key_id}.seed", "ledger.seed")]
    seeds: list[bytes] = []
    for path in found:
        with suppress(FileNotFoundError):
            seeds.append(_read_seed(path, "this ledger"))
    return seeds


def put_aside(folder: Path, key_id: str, seed: bytes) -> Path:
    """Move the secret of a key out of use, whatever its file is called. Returns where it lies now."""
    aside = retired_file(folder, key_id)
    aside.parent.mkdir(mode=0o700, exist_ok=True)
    for path in (folder / "keys" / f"ledger-{key_id}.seed", folder / "keys" / "ledger.seed"):
        with suppress(FileNotFoundError):
            if _read_seed(path, "this ledger") == seed:
                path.replace(aside)
    _sync_folder(aside.parent)
    _sync_folder(folder / "keys")
    return aside


def destroy(path: Path) -> None:
    """Write zeros over a secret that was put aside, then remove it. The disk may keep copies that no program sees."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(b"0" * path.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync_folder(path.parent)


def retired_file(folder: Path, key_id: str) -> Path:
    """Return where the secret of a key lies once it was put aside."""
    return folder / "keys" / "retired" / f"ledger-{key_id}.seed"


def _sync_folder(folder: Path) -> None:
    """Make names of files in a folder outlive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


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
    _sync_folder(path.parent)
