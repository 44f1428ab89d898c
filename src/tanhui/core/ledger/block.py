"""Turn a batch of commands into the next block of the ledger.

Every act moves whole milligrams of CO2e of one lot from one holding to another. Issuing moves them out of the
mint, retiring moves them into the retired book. So every lot always sums to zero, and no milligram
appears or vanishes.

Nothing here reads a clock, a setting or a database. The same state and commands always give the same block, to
the last byte, so an auditor can replay the ledger with this package alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tanhui.core.ledger.commands import Command, reads
from tanhui.core.ledger.draft import Draft, Touched
from tanhui.core.ledger.journal import Entry, Leaf
from tanhui.core.ledger.merkle import Frontier, Node
from tanhui.core.ledger.state import Outcome, State


@dataclass(frozen=True, slots=True)
class Block:
    """One block, ready to be stored: the header leaf first, then each new command with its entries.

    `outcomes` has one answer for every command in order, repeated ones included. `nodes` are the subtrees
    that became complete; whoever stores them can prove any leaf later without hashing the history again. `frontier`
    is the tree after the block, `touched` what stands differently after it.
    """

    height: int
    time_ms: int
    leaves: tuple[Leaf, ...]
    outcomes: tuple[Outcome, ...]
    nodes: tuple[Node, ...]
    frontier: Frontier
    touched: Touched

    @property
    def first_leaf(self) -> int:
        return self.leaves[0].position

    @property
    def size(self) -> int:
        """The number of leaves in the whole tree after this block."""
        return self.frontier.size

    @property
    def root(self) -> bytes:
        """The root of the whole tree after this block: what its checkpoint signs."""
        return self.frontier.root()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(leaf.record for leaf in self.leaves if isinstance(leaf.record, Entry))


@dataclass(frozen=True, slots=True)
class ClosedBlock(Block):
    """A block together with the state after it."""

    closing: State


class OutOfScopeError(LookupError):
    """A batch that reads keys which the partial state was not loaded with."""


def apply(commands: Sequence[Command], opening: State, height: int, time_ms: int) -> ClosedBlock:
    """Apply commands in order. What a rule refuses changes nothing; what was answered before is not done again.

    Raises OutOfScopeError if `opening` is a partial state and the commands read beyond it, ValueError if the height
    does not follow or the time runs back. `opening` itself is never changed.
    """
    if opening.scope is not None and not opening.scope.covers(reads(commands)):
        raise OutOfScopeError("load the state with scope=reads(commands)")
    draft = Draft(opening)
    written = draft.write(commands, height, time_ms)
    return ClosedBlock(
        height,
        time_ms,
        written.leaves,
        written.outcomes,
        written.nodes,
        draft.frontier,
        written.touched,
        draft.state(),
    )
