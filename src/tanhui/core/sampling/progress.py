"""How a draw tells how far it is, and how whoever listens can end it: the call raises, and nothing was drawn."""

from collections.abc import Callable

LAND, COUNT, PLACE, DUTIES = "land", "count", "place", "duties"
STAGES = (LAND, COUNT, PLACE, DUTIES)

Pulse = Callable[[], None]
"""Called every now and then within a step of a stage."""


def quiet() -> None:
    """Nobody listens."""
