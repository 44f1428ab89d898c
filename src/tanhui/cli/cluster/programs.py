"""Programs of ours as children of this one: started, listened to, killed, and in the end all stopped."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from tanhui.kit.lifeline import as_child
from tanhui.witness.web import Unreachable, get

PATIENCE_S: Final = 60
"""Long enough for a machine that does much else; only what never comes is waited for so long."""
PAUSE_S: Final = 0.1
Found = TypeVar("Found")


class ProgramError(RuntimeError):
    """A program ended, or did not come up, and should have served."""


class Program:
    """One of our programs: `tanhui WORDS`. What it says is kept in a file."""

    def __init__(self, name: str, log: Path, *words: str) -> None:
        self.name = name
        self._log = log
        self._words = words
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(as_child(*self._words), stdin=subprocess.PIPE, stdout=log, stderr=log)

    def wait_until_reached(self, url: str) -> None:
        """Wait until it answers under its address. Raises ProgramError."""
        until_seen(lambda: not self._running() or _answers(url))
        if not self._running() or not _answers(url):
            raise ProgramError(f"{self.name}: {self.said()}")

    def wait_for_end(self) -> int | None:
        """Return its exit code once it has ended by itself; None where it goes on."""
        assert self._child is not None
        try:
            return self._child.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._child is not None:
            self._child.kill()
            self._put_away()

    def stop(self) -> None:
        """Let go of it: it puts down what it is doing and leaves."""
        if self._child is not None:
            assert self._child.stdin is not None
            self._child.stdin.close()
            try:
                self._child.wait(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._child.kill()
            self._put_away()

    def said(self) -> str:
        """Return the last line that it said."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def _put_away(self) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        self._child.wait()
        self._child.stdin.close()
        self._child = None


def until_seen(look: Callable[[], Found]) -> Found:
    """Look until there is something, or patience is over; return what was seen last."""
    until = time.monotonic() + PATIENCE_S
    while not (found := look()) and time.monotonic() < until:
        time.sleep(PAUSE_S)  # other programs, asked through their doors and files, tell nobody when they are ready
    return found


def _answers(url: str) -> bool:
    try:
        get(url)
    except Unreachable:
        return False
    return True
