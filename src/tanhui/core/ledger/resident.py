"""The ledger in the memory of a writer: it grows by what is asked for, and writes one block after the other.

`apply` starts each block from a state that is given and hands back the next one as a copy. A writer that stays goes on
from where its last block ended, and loads from its tables only keys that it has not met before. That is safe as
long as nobody else writes: a key not met is one that no block of this writer could touch, so the tables have it right,
however far behind they are.
"""

from collections.abc import Callable, Sequence

from tanhui.core.ledger.block import Block
from tanhui.core.ledger.commands import Command, reads
from tanhui.core.ledger.draft import Draft
from tanhui.core.ledger.holdings import Holdings
from tanhui.core.ledger.scope import KnownKeys, Scope
from tanhui.core.ledger.state import Outcome, State

Loader = Callable[[Scope], State]
"""Gives the records of a scope as they stand. Height, time and tree of what it gives are not looked at."""


class Resident:
    """The working state of a writer. After an exception it is of no use any more: begin a new one."""

    def __init__(self, opening: State, load: Loader) -> None:
        """Start after the block of `opening`, a state without records; `load` gives those that are asked for."""
        if opening.scope is None or opening.scope != Scope():
            raise ValueError("a resident state starts with an empty scope")
        self._draft = Draft(opening)
        self._load = load
        self._known = KnownKeys()

    @property
    def height(self) -> int:
        return self._draft.height

    @property
    def time_ms(self) -> int:
        """The time of the last block."""
        return self._draft.time_ms

    def __len__(self) -> int:
        """How many keys it keeps: what its memory is measured by."""
        return len(self._known)

    def write(self, commands: Sequence[Command], time_ms: int) -> Block | tuple[Outcome, ...]:
        """Decide the commands as the next block. When all were answered before, give the answers and write nothing.

        A time before that of the last block is taken as the time of the last block: two machines, a clock set back.
        """
        self._admit(reads(commands))
        draft = self._draft
        again = tuple(filter(None, map(draft.answered, commands)))
        if len(again) == len(commands):
            return again
        written = draft.write(commands, draft.height + 1, max(time_ms, draft.time_ms))
        return Block(*written, draft.frontier, draft.touched)

    def _admit(self, wanted: Scope) -> None:
        missing = self._known.lacking(wanted)
        if missing == Scope():
            return
        loaded = self._load(missing)
        held = loaded.holdings if isinstance(loaded.holdings, Holdings) else Holdings(loaded.holdings)
        fresh = held.without(self._known.holdings)
        self._draft.admit(loaded, fresh)
        self._known.add(missing)
        self._known.holdings.update(fresh)
