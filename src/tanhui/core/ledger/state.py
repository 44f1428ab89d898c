"""Where everything stands after a block: accounts, holdings, lots, and the answers already given.

A state comes from one of two places. Replaying the whole journal gives the whole state, which is what an auditor
and a member node do. A writer with a database need not: it asks `commands.reads` which keys a batch can
touch, loads those rows, and builds a partial state with `State.of(…, scope=reads(batch))`. Applying a batch to
a partial state gives the same block as applying it to the whole one, as long as the batch stays within the
scope; `apply` checks that before it decides anything. The choice is between memory and loading: the whole
state costs about a kilobyte a holding and no reads, the partial one costs one set of reads a block.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tanhui.core.ledger.decision import Account, Encumbrance, Holding, Lot
from tanhui.core.ledger.holdings import Holdings
from tanhui.core.ledger.journal import DONE
from tanhui.core.ledger.merkle import Frontier
from tanhui.core.ledger.origin import Season
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.terms import Sort


class Outcome(NamedTuple):
    """The answer to a command. Asking again with the same command gives the same answer.

    `height` and `leaf` say where in the journal it stands; both are None if it was not written down,
    which is so for one refusal only: an id that was used before for something else.
    """

    command_id: bytes
    digest: bytes
    code: str
    params: tuple[tuple[str, str | int], ...] = ()
    height: int | None = None
    leaf: int | None = None

    @property
    def done(self) -> bool:
        return self.code == DONE


@dataclass(frozen=True, slots=True)
class State:
    """The ledger after the block at `height`. Height 0 is the empty ledger.

    Empty holdings are not listed. `scope` is None for the whole ledger, or names the keys that are here.
    """

    height: int = 0
    time_ms: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    kinds: Mapping[str, str] = field(default_factory=dict)
    holdings: Mapping[Holding, int] = field(default_factory=Holdings)
    lots: Mapping[str, Lot] = field(default_factory=dict)
    seasons: Mapping[Season, str] = field(default_factory=dict)
    outcomes: Mapping[bytes, Outcome] = field(default_factory=dict)
    scope: Scope | None = None
    closed: frozenset[str] = frozenset()
    encumbrances: Mapping[str, Encumbrance] = field(default_factory=dict)

    @classmethod
    def of(  # one keyword for each table that a writer loads
        cls,
        *,
        height: int,
        time_ms: int,
        frontier: Frontier,
        accounts: Iterable[tuple[str, str]] = (),
        holdings: Iterable[tuple[Holding, int]] = (),
        lots: Iterable[Lot] = (),
        outcomes: Iterable[Outcome] = (),
        scope: Scope | None = None,
        closed: Iterable[str] = (),
        encumbrances: Iterable[Encumbrance] = (),
    ) -> "State":
        """Build a state from rows. Accounts are (account, kind); of lots, those by id and those by season."""
        known = tuple(lots)
        return cls(
            height=height,
            time_ms=time_ms,
            frontier=frontier,
            kinds=dict(accounts),
            holdings=Holdings((holding, quantity_mg) for holding, quantity_mg in holdings if quantity_mg),
            lots={lot.lot: lot for lot in known},
            seasons={lot.origin.season: lot.lot for lot in known},
            outcomes={outcome.command_id: outcome for outcome in outcomes},
            scope=scope,
            closed=frozenset(closed),
            encumbrances={one.id: one for one in encumbrances},
        )

    def accounts(self) -> tuple[Account, ...]:
        return tuple(Account(*entry) for entry in sorted(self.kinds.items()))

    def expired(self, time_ms: int) -> tuple[Encumbrance, ...]:
        """Return the open holds whose time has run out by then, the earliest first: what `expire` is for."""
        due = (one for one in self.encumbrances.values() if one.sort == Sort.HOLD and not one.ended)
        return tuple(sorted((one for one in due if one.until_ms <= time_ms), key=lambda one: (one.until_ms, one.id)))

    def balance_mg(self, holding: Holding) -> int:
        return self.holdings.get(holding, 0)
