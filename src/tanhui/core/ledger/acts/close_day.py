"""Close a day: write down what all holdings came to at its end.

1. The registry closes days, and only the day before the one in which the block is written, by the clock of the region.
2. The end of a day is the end of its last block; where the day had none, of the last block before it.
3. What is written down must be so: that block, how many holdings were not empty, how many piles they make (one for each
   book of each lot), and the root over them. Whoever has all holdings finds it wrong otherwise, and signs nothing more.
4. Nothing moves.
"""

from dataclasses import dataclass
from typing import ClassVar

from tanhui.core.ledger.days import day_of
from tanhui.core.ledger.decision import Change, Refusal, refuse
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import require_hashes, require_whole


@dataclass(frozen=True, slots=True)
class CloseDay:
    """Write down the root over all holdings after block `height`, the last one of `day` or before it."""

    name: ClassVar[str] = "close_day"

    day: int
    height: int
    holdings: int
    piles: int
    root: bytes

    def __post_init__(self) -> None:
        require_whole(day=self.day, height=self.height, holdings=self.holdings, piles=self.piles)
        require_hashes(root=self.root)

    def reads(self) -> Scope:
        return Scope()

    def decide(self, standing: Standing) -> Change | Refusal:
        """Decide what can be told without all holdings; `day_ends` tells the rest."""
        before = day_of(standing.time_ms) - 1
        if self.day != before:
            return refuse("wrong_day", day=self.day, expected=before)
        return Change()
