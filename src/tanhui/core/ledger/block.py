"""Turn a batch of commands into the next block of the ledger.

Every act moves whole milligrams of CO2e of one lot from one holding to another. Issuing moves them out of the
mint, retiring moves them into the retired book. So every lot always sums to zero, and no milligram
appears or vanishes.

Nothing here reads a clock, a setting or a database. The same state and commands always give the same block, to
the last byte, so an auditor can replay the ledger with this package alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tanhui.core.ledger.commands import Command, reads
from tanhui.core.ledger.decision import each_of
from tanhui.core.ledger.draft import Booking, Draft, Touched
from tanhui.core.ledger.journal import Deed, Entry, Header, Leaf, Record
from tanhui.core.ledger.merkle import Frontier, Run
from tanhui.core.ledger.state import Outcome, State


@dataclass(frozen=True, slots=True)
class Block:
    """One block, ready to be stored: the header leaf first, then each new command with its entries.

    `contents` are the bytes of the leaves, `bookings` the new commands that they tell of. `outcomes` has one answer for
    every command in order, repeated ones included. `runs` are the subtrees that became complete; whoever stores them
    can prove any leaf later without hashing the history again. `frontier` is the tree after the block, `touched` what
    stands differently after it.
    """

    header: Header
    contents: tuple[bytes, ...]
    bookings: tuple[Booking, ...]
    outcomes: tuple[Outcome, ...]
    runs: tuple[Run, ...]
    frontier: Frontier
    touched: Touched

    @property
    def height(self) -> int:
        return self.header.height

    @property
    def time_ms(self) -> int:
        return self.header.time_ms

    @property
    def first_leaf(self) -> int:
        return self.size - len(self.contents)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaves one by one, read: for whoever wants to look at them. The block itself needs only their bytes."""
        places = range(self.first_leaf, self.size)
        return tuple(map(Leaf, places, self._records(), self.contents))

    def _records(self) -> Iterator[Record]:
        yield self.header
        for command, outcome, movements in self.bookings:
            yield Deed(self.height, command, outcome.code)
            for movement in each_of(movements):
                yield Entry(self.height, command.id, movement)

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
    return ClosedBlock(*written, draft.frontier, draft.touched, draft.state())
