"""Booking: hand commands to the ledger and store the block that comes of it, in the caller's transaction."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from tanhui.core.ledger import Act, Checkpoint, Command, Entry, Outcome, SigningKey, apply, reads, sign_checkpoint
from tanhui.kit import clock, keys
from tanhui.people.models import Person
from tanhui.registry import store

SALT_LENGTH = 16


class Booked(NamedTuple):
    """What the ledger answered, and in which block it stands. Without a block everything had been answered before."""

    outcomes: tuple[Outcome, ...]
    entries: tuple[tuple[int, Entry], ...]
    height: int | None
    root_hex: str | None


def book(commands: Sequence[Command], *, at: datetime) -> Booked:
    """Write one block. Must run inside a transaction: either the block and all that hangs on it stand, or nothing.

    A command that was answered before gets the same answer. When all were, no block is written.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a block is written inside a transaction")
    store.lock_writer()
    opening = store.load(reads(list(commands)))
    # Two machines, or a clock set back: the ledger's time never runs backwards.
    time_ms = max(clock.to_ms(at), opening.time_ms)
    block = apply(commands, opening, opening.height + 1, time_ms)
    if len(block.leaves) == 1:  # only the header: nothing new was ordered
        return Booked(block.outcomes, (), None, None)
    store.save(block, sign_checkpoint(Checkpoint(settings.REGISTRY_NAME, block.size, block.root), signing_key()))
    entries = tuple((leaf.position, leaf.record) for leaf in block.leaves if isinstance(leaf.record, Entry))
    return Booked(block.outcomes, entries, block.height, block.root.hex())


def command(*, command_id: bytes, act: Act, by: Person, reason: str, at: datetime) -> Command:
    """Return the command of a person. The ledger sees an opaque id and a hash of the reason, no names."""
    return Command(
        id=command_id,
        actor=f"person-{by.pk}",
        role=by.role,
        at_ms=clock.to_ms(at),
        reason_hash=hashlib.sha256(reason.encode()).digest(),
        act=act,
    )


def signing_key() -> SigningKey:
    return SigningKey(settings.REGISTRY_NAME, keys.ledger_seed(settings.HOME))


def draw_salt() -> bytes:
    """Return random bytes that keep a hashed name from being guessed."""
    return secrets.token_bytes(SALT_LENGTH)


def hash_words(salt: bytes, *words: str) -> bytes:
    """Return the hash that stands on the ledger in place of words. Salt and words together open it later."""
    return hashlib.sha256(salt + "\0".join(words).encode()).digest()
