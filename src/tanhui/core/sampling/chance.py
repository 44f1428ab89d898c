"""Chance as whole numbers: the same seed gives the same draw on every machine, in every language, for ever.

The i-th number of a stream is the first eight bytes, big end first, of
SHA-256("tanhui-draw-1" LF seed LF label LF i), i counting from 0. A number below a limit is found by taking the
remainder, after rejecting numbers from the last incomplete run of the limit, so that all are equally likely. Each
stratum and each purpose has a label of its own: what is drawn in one does not depend on any other.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from tanhui.core.sampling.refusal import DesignRefusal

RULE = "tanhui-draw-1"
WORD = 2**64
MOST_SEED = 2**63 - 1

Item = TypeVar("Item")


class Chance:
    """A stream of equally likely whole numbers. It counts how many it has given, and nothing else changes in it."""

    def __init__(self, seed: int, label: str) -> None:
        if not 0 <= seed <= MOST_SEED:
            raise DesignRefusal("seed_out_of_range", seed=str(seed))
        self._head = f"{RULE}\n{seed}\n{label}\n"
        self._given = 0

    def word(self) -> int:
        """Return the next of the 2^64 whole numbers."""
        digest = hashlib.sha256(f"{self._head}{self._given}".encode()).digest()
        self._given += 1
        return int.from_bytes(digest[:8], "big")

    def below(self, limit: int) -> int:
        """Return one of 0 … limit − 1, all equally likely."""
        assert 0 < limit <= WORD, limit
        usable = WORD - WORD % limit
        drawn = self.word()
        while drawn >= usable:
            drawn = self.word()
        return drawn % limit

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return the items in a random order (Fisher and Yates, from the last place down)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order
