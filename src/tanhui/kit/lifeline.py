"""A program of ours as the child of another: it ends when its parent does, even by `kill -9`.

The parent holds one end of a pipe, the child's standard input. When the parent is gone, the system closes it.
"""

import os
import signal
import sys


def as_child(*words: str) -> tuple[str, ...]:
    """Return the command line of `tanhui WORDS`, which must know `--with-parent`, as a child."""
    return (sys.executable, "-m", "tanhui.cli", *words, "--with-parent")


def end_with_parent() -> None:
    """Wait for the end of standard input, which is the parent's end of a pipe; then end as by SIGTERM."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
