"""Booking: hand commands to the ledger and read what came of it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from tanhui.core.ledger import Act, Command
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.people.models import Person
from tanhui.registry.models import QueuedCommand
from tanhui.registry.wording import STOPPED
from tanhui.registry.writer import queue
from tanhui.registry.writer.queue import Answer
from tanhui.registry.writer.sending import await_answers
from tanhui.registry.writer.stops import standing_stop

SALT_LENGTH = 16


def book(commands: Sequence[Command], *, at: datetime, readable: bool = True) -> list[Answer]:
    """Have commands decided one after the other, and return the answers. One that was answered before gets the same.

    Without `readable` it does not wait for the tables to follow: the answers stand, in the journal.
    Raises `ledger_silent` when the writer does not answer in time, `writing_stopped` while a fault keeps it from
    writing; the commands wait in the queue then.
    """
    return answered(queue.put_all(commands, at=at), at=at, readable=readable)


def answered(rows: Sequence[QueuedCommand], *, at: datetime, readable: bool = True) -> list[Answer]:
    """Wait for the answers to queued commands. Raises `ledger_silent`, `writing_stopped`."""
    answers = await_answers(rows, at=at, readable=readable)
    if answers is None and (stop := standing_stop()) is not None:
        said, remedy = STOPPED[stop.cause]
        raise Problem("writing_stopped", str(said), remedy=str(remedy))
    if answers is None:
        text = _("账本这会儿没有应答。这一笔已经排进队列，不会丢，也不会记两次。")
        raise Problem("ledger_silent", text, remedy=_("过一会儿刷新页面看结果，不用再交一次。"))
    return answers


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


def draw_salt() -> bytes:
    """Return random bytes that keep a hashed name from being guessed."""
    return secrets.token_bytes(SALT_LENGTH)


def hash_words(salt: bytes, *words: str) -> bytes:
    """Return the hash that stands on the ledger in place of words. Salt and words together open it later."""
    return hashlib.sha256(salt + "\0".join(words).encode()).digest()
