"""How work tells how far it is: the shape of whoever listens, and nobody."""

from typing import Protocol


class Progress(Protocol):
    """Say how far the work is, as often as you like: at least twice a second, or a stop is not noticed in time.

    Whoever listens may raise, to end the work: a job does so when somebody asked to stop, or when its worker is
    shutting down. Let it pass: what the work has written in its transaction goes with it.
    """

    def __call__(self, stage: str, done: int, of: int, /) -> None: ...


def silent(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody."""
