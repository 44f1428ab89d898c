"""How work tells how far it is: the shape of whoever listens, and nobody."""

from typing import Protocol


class Progress(Protocol):
    """Say how far the work is, as often as you like: at least twice a second, or a stop is not noticed in time.

    Where a job listens it raises `kit.jobs.kinds.Stopped` when somebody asked to stop, or when the worker is shutting
    down. Let it pass: what the work has written in its transaction goes with it.
    """

    def __call__(self, stage: str, done: int, of: int, /) -> None: ...


def silent(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody."""
