"""The working copy in which a block is written: the one place where balances change.

A draft starts from a state, takes commands one by one, and ends as the next state. The rules only look at
it; it books what they answer. After every booking the invariants are asserted, because a ledger that has lost
a milligram must stop at once and not go on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import repeat
from operator import add
from typing import NamedTuple, TypeVar

from tanhui.core.ledger.commands import Command, digest, encode
from tanhui.core.ledger.decision import Change, Encumbrance, Holding, Lot, Movement, Refusal, Spread
from tanhui.core.ledger.holdings import HoldingKeys, Holdings
from tanhui.core.ledger.journal import DONE, Entry, Header, deed_row, encode_entries, encode_leaf, encode_row
from tanhui.core.ledger.merkle import Run
from tanhui.core.ledger.origin import Season
from tanhui.core.ledger.rules import decide
from tanhui.core.ledger.state import Outcome, State
from tanhui.core.ledger.stops import Stops
from tanhui.core.ledger.terms import END_BOOKS, Book

Key = TypeVar("Key")
Value = TypeVar("Value")


class Touched(NamedTuple):
    """What stands differently after a block: each record as it stands now. A holding that was emptied stands at 0.

    `filled` are the holdings that were empty before the block, whatever they are after it.
    """

    holdings: Holdings
    filled: HoldingKeys
    lots: dict[str, Lot]
    accounts: dict[str, str]
    closed: set[str]
    encumbrances: dict[str, Encumbrance]

    def follow(self, later: "Touched") -> None:
        """Take in what stands differently after the block that comes next. Before both, the same was empty."""
        for (lot, book), accounts in later.filled.piles.items():
            before = self.holdings.pile(lot, book).keys()
            self.filled.add_to_pile(lot, book, accounts - before)
        self.holdings.take_in(later.holdings)
        self.lots.update(later.lots)
        self.accounts.update(later.accounts)
        self.closed.update(later.closed)
        self.encumbrances.update(later.encumbrances)

    @classmethod
    def nothing(cls) -> "Touched":
        return cls(Holdings(), HoldingKeys(), {}, {}, set(), {})


class Booking(NamedTuple):
    """A command that was decided, its answer, and the movements of milligrams because of it."""

    command: Command
    outcome: Outcome
    movements: tuple[Movement, ...] | Spread


class Written(NamedTuple):
    """What a block adds: bytes of leaves, new commands, the answer to every command in order, subtrees completed."""

    header: Header
    contents: tuple[bytes, ...]
    bookings: tuple[Booking, ...]
    outcomes: tuple[Outcome, ...]
    runs: tuple[Run, ...]


class Draft:
    """A state that is being changed. Satisfies `guards.Standing`, so the rules can look at it."""

    def __init__(self, opening: State) -> None:
        self.height = opening.height
        self.time_ms = opening.time_ms
        self.frontier = opening.frontier
        self._kinds = dict(opening.kinds)
        self._holdings = Holdings(opening.holdings)
        self._lots = dict(opening.lots)
        self._seasons = dict(opening.seasons)
        self._outcomes = dict(opening.outcomes)
        self._closed = set(opening.closed)
        self._encumbrances = dict(opening.encumbrances)
        self._stops = Stops(opening.encumbrances.values())
        self._unfinished: dict[str, set[Holding]] | None = None
        self._scope = opening.scope
        self._contents: list[bytes] = []
        self._bookings: list[Booking] = []
        self.touched = Touched.nothing()

    def kind_of(self, account: str) -> str | None:
        return self._kinds.get(account)

    def kinds_of(self, accounts: Iterable[str]) -> set[str | None]:
        return set(map(self._kinds.get, accounts))

    def lot(self, lot: str) -> Lot | None:
        return self._lots.get(lot)

    def lot_of(self, season: Season) -> str | None:
        return self._seasons.get(season)

    def balance_mg(self, holding: Holding) -> int:
        return self._holdings.get(holding, 0)

    def is_closed(self, account: str) -> bool:
        return account in self._closed

    def any_closed(self, accounts: Iterable[str]) -> bool:
        return not self._closed.isdisjoint(accounts)

    def freezes(self, account: str, lot: str | None) -> int:
        return self._stops.count(account, lot)

    def encumbrance(self, key: str) -> Encumbrance | None:
        return self._encumbrances.get(key)

    def unfinished(self, account: str) -> frozenset[Holding]:
        if self._unfinished is None:  # few blocks close an account, so the others need not keep count
            self._unfinished = defaultdict(set)
            for holding in self._holdings:
                self._note(holding, stands=True)
        return frozenset(self._unfinished[account])

    def admit(self, loaded: State, holdings: Holdings) -> None:
        """Take in records that are not here yet. What is here already may have changed since, and stays."""
        self._holdings.take_in(holdings)
        self._unfinished = None
        self._closed |= loaded.closed
        self._kinds |= loaded.kinds  # an account keeps its kind
        _take_in(self._lots, loaded.lots)
        _take_in(self._seasons, loaded.seasons)
        _take_in(self._outcomes, loaded.outcomes)
        for one in loaded.encumbrances.values():
            if one.id not in self._encumbrances:
                self._encumbrances[one.id] = one
                if not one.ended:
                    self._stops.take(one)

    def state(self) -> State:
        """Return the state as it stands now, as a copy of its own."""
        return State(
            self.height,
            self.time_ms,
            self.frontier,
            dict(self._kinds),
            Holdings(self._holdings),
            dict(self._lots),
            dict(self._seasons),
            dict(self._outcomes),
            self._scope,
            frozenset(self._closed),
            dict(self._encumbrances),
        )

    def write(self, commands: Iterable[Command], height: int, time_ms: int) -> Written:
        """Write the next block. A height out of order or a clock that ran back is the caller's mistake."""
        if height != self.height + 1:
            raise ValueError(f"block {height} does not follow block {self.height}")
        if time_ms < self.time_ms:
            raise ValueError(f"block {height} would be earlier than the block before it")
        self.height, self.time_ms = height, time_ms
        self.touched = Touched.nothing()
        header = Header(height, time_ms, self.frontier.root())
        self._contents, self._bookings = [encode_leaf(header)], []
        outcomes = tuple(self._answer(command) for command in commands)
        self.frontier, runs = self.frontier.grow(self._contents)
        return Written(header, tuple(self._contents), tuple(self._bookings), outcomes, runs)

    def answered(self, command: Command) -> Outcome | None:
        """Return the answer to a command whose id was used before."""
        earlier = self._outcomes.get(command.id)
        if earlier is None:
            return None
        content = digest(encode(command), self.frontier.suite)
        return earlier if earlier.digest == content else _reused(command.id, content)

    def _answer(self, command: Command) -> Outcome:
        if earlier := self.answered(command):
            return earlier
        spelling = encode(command)
        content = digest(spelling, self.frontier.suite)
        decision = decide(command, self)
        code, params = decision if isinstance(decision, Refusal) else (DONE, ())
        leaf = self.frontier.size + len(self._contents)
        outcome = Outcome(command.id, content, code, params, self.height, leaf)
        self._outcomes[command.id] = outcome
        self._contents.append(encode_row(deed_row(self.height, spelling, code)))
        change = decision if isinstance(decision, Change) else Change()
        self._bookings.append(Booking(command, outcome, change.movements))
        self._book(command.id, change)
        return outcome

    def _book(self, command_id: bytes, change: Change) -> None:
        height, write, touched = self.height, self._contents.append, self.touched
        if isinstance(change.movements, Spread):
            self._spread(change.movements)
            self._contents += encode_entries(height, command_id, change.movements)
        else:
            for movement in change.movements:
                self._move(movement)
                write(encode_leaf(Entry(height, command_id, movement)))
        for account in change.accounts:
            self._kinds[account.account] = touched.accounts[account.account] = account.kind
        self._closed.update(change.closed)
        touched.closed.update(change.closed)
        for lot in change.lots:
            self._lots[lot.lot] = touched.lots[lot.lot] = lot
            self._seasons[lot.origin.season] = lot.lot
        for one in change.encumbrances:
            self._encumbrances[one.id] = touched.encumbrances[one.id] = one
            self._stops.take(one)

    def _move(self, movement: Movement) -> None:
        source, target, quantity_mg, _ = movement
        if quantity_mg <= 0 or source.lot != target.lot:
            raise AssertionError(f"not a movement within one lot: {movement}")
        if source.book in END_BOOKS:
            raise AssertionError(f"nothing leaves the {source.book} book: {movement}")
        self._add(source, -quantity_mg)
        self._add(target, quantity_mg)

    def _spread(self, spread: Spread) -> None:
        """Book many movements out of one holding at once: what `_move` does, and asserts, one by one."""
        source, book, accounts, quantities_mg = spread
        receivers = set(accounts)
        returned = source.book is book and source.account in receivers
        if min(quantities_mg) <= 0 or len(receivers) != len(accounts) or returned:
            raise AssertionError(f"not movements to many others: {source}")
        if source.book in END_BOOKS or book is Book.MINT:
            raise AssertionError(f"nothing is spread from the {source.book} to the {book} book")
        self._add(source, -sum(quantities_mg))
        pile, touched = self._holdings.pile(source.lot, book), self.touched.holdings.pile(source.lot, book)
        before_mg = list(map(pile.get, accounts, repeat(0)))
        if any(before_mg):
            receivers = {account for account, mg in zip(accounts, before_mg, strict=True) if not mg}
        self.touched.filled.add_to_pile(source.lot, book, receivers - touched.keys() if touched else receivers)
        stand = dict(zip(accounts, map(add, before_mg, quantities_mg), strict=True))
        pile.update(stand)
        touched.update(stand)
        if self._unfinished is not None:
            for target in spread.targets():
                self._note(target, stands=True)

    def _add(self, holding: Holding, quantity_mg: int) -> None:
        before_mg = self._holdings.get(holding, 0)
        after_mg = before_mg + quantity_mg
        if (after_mg > 0) if holding.book is Book.MINT else (after_mg < 0):
            raise AssertionError(f"{holding} would stand at {after_mg} mg")
        if not before_mg and holding not in self.touched.holdings:
            self.touched.filled.add(holding)
        self.touched.holdings[holding] = after_mg
        if after_mg:
            self._holdings[holding] = after_mg
        else:
            del self._holdings[holding]
        if self._unfinished is not None:
            self._note(holding, stands=bool(after_mg))

    def _note(self, holding: Holding, *, stands: bool) -> None:
        if self._unfinished is None or holding.book in END_BOOKS:
            return
        if stands:
            self._unfinished[holding.account].add(holding)
        else:
            self._unfinished[holding.account].discard(holding)


def _take_in(mine: dict[Key, Value], theirs: Mapping[Key, Value]) -> None:
    here = {key: mine[key] for key in mine.keys() & theirs.keys()}
    mine |= theirs
    mine |= here


def _reused(command_id: bytes, content: bytes) -> Outcome:
    """An id that was used before for another command. The journal keeps the first; this one leaves no trace."""
    return Outcome(command_id, content, "id_reused_with_other_content", (("command_id", command_id.hex()),))
