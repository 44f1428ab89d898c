"""Two hundred writers killed under load, one after the other, each at a random moment."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

from django.db import connection, transaction

from registry.test_writer import assert_whole, opening, wait_until
from tanhui.kit import clock
from tanhui.registry.models import Act, Block, QueuedCommand
from tanhui.registry.writer import queue
from tanhui.registry.writer.sending import await_answers
from workers import database_url

KILLS, SENDERS, EACH = 200, 4, 100_000
NURSERY = Path(__file__).with_name("nursery.py")


@contextmanager
def nursery() -> Iterator[Any]:
    """Gives a function that starts a writer and returns its process number."""
    words = [sys.executable, str(NURSERY)]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    process = subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    asking, answering = process.stdin, process.stdout
    assert asking is not None
    assert answering is not None

    def start() -> int:
        asking.write("\n")
        asking.flush()
        return int(answering.readline())

    try:
        yield start
    finally:
        asking.close()
        process.wait(timeout=60)


class Sender(Thread):
    """Somebody who hands in one command after the other, and remembers them all."""

    def __init__(self, number: int, over: Event) -> None:
        super().__init__()
        self.first, self.over, self.rows = number * EACH + 1, over, list[QueuedCommand]()

    def run(self) -> None:
        try:
            while not self.over.is_set():
                with transaction.atomic():
                    self.rows.append(queue.put(opening(self.first + len(self.rows)), at=clock.now()))
                self.over.wait(0.01)
        finally:
            connection.close()


def answered_so_far() -> dict[int, tuple[str, int]]:
    rows = QueuedCommand.objects.exclude(code="").values_list("id", "code", "index")
    return {number: (code, leaf) for number, code, leaf in rows}


def test_nothing_acknowledged_is_lost_and_nothing_booked_twice(standing: None):
    assert standing is None
    chance = random.Random(20261127)  # noqa: S311 - when to kill, not a secret
    over, acknowledged, at_work = Event(), dict[int, tuple[str, int]](), 0
    senders = [Sender(number, over) for number in range(SENDERS)]
    with nursery() as start:
        for sender in senders:
            sender.start()
        for turn in range(KILLS):
            blocks, writer = Block.objects.count(), start()
            if turn % 4:  # else somewhere in its start
                wait_until(lambda before=blocks: Block.objects.count() > before)
            sleep(chance.random() * 0.06)  # the moment at which it dies
            os.kill(writer, signal.SIGKILL)
            now = answered_so_far()
            assert {number: now.get(number) for number in acknowledged} == acknowledged, "an answer given stands"
            acknowledged, at_work = now, at_work + (Block.objects.count() > blocks)
        over.set()
        for sender in senders:
            sender.join()
    rows = [row for sender in senders for row in sender.rows]
    answers = await_answers(rows, at=clock.now())
    assert answers is not None
    assert {answer.code for answer in answers} == {"done"}
    assert len({answer.leaf for answer in answers}) == Act.objects.count() == len(rows)
    assert at_work > KILLS // 2, "most of them were killed at work"
    assert_whole()
