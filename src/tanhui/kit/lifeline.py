"""A program of ours as the child of another: it ends when its parent does, even by `kill -9`.

The parent holds one end of a pipe, the child's standard input. When the parent is gone, the system closes it.
"""

import os
import signal
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread


def as_child(*words: str) -> tuple[str, ...]:
    """Return the command line of `tanhui WORDS`, which must know `--with-parent`, as a child."""
    return (sys.executable, "-m", "tanhui.cli", *words, "--with-parent")


def end_with_parent() -> None:
    """Wait for the end of standard input, which is the parent's end of a pipe; then end as by SIGTERM."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def when_ended(then: Callable[[], object]) -> None:
    """Have this called, by a thread of its own, each time the program is told to end: SIGTERM, or Ctrl-C.

    The handler of a signal runs between any two steps of the main thread, which may just hold the lock of an event that
    is to be set: both would wait for ever. So the handler only puts a number into a queue that knows no such wait.
    """
    told: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: told.put(number))

    def listen() -> None:
        while told.get():
            then()

    Thread(target=listen, daemon=True).start()
