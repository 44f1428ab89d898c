"""Any acts in any order: the ledger and the naive books answer alike and hold alike, block after block."""

from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.ledger.every_act import (
    ALL_ACTS,
    START,
    SUPERVISED,
    after,
    arrive,
    confirm_in,
    confirm_out,
    correct,
    every_block,
    return_in,
    return_out,
    set_out,
)
from core.ledger.ledger_samples import (
    BUFFER,
    BUYER,
    HASH,
    OWNER,
    SECOND,
    command,
    contents,
    issue,
    origin,
    part_of,
    retire,
)
from core.ledger.naive_books import NaiveBooks
from core.ledger.test_ledger_block import sums
from tanhui.core.ledger import (
    Act,
    Block,
    Book,
    CloseAccount,
    CorrespondOut,
    Distribute,
    Expire,
    Foreclose,
    Freeze,
    Hold,
    Holding,
    Linked,
    OpenAccount,
    Pledge,
    Post,
    Release,
    Resident,
    Reverse,
    Revoke,
    Scope,
    State,
    Transfer,
    Unfreeze,
    Void,
    apply,
    replay,
)
from tanhui.core.ledger.terms import Purpose

accounts = st.sampled_from((OWNER, OWNER, OWNER, SECOND, BUYER, BUYER, BUFFER, "acc-new", "acc-9"))
lots = st.sampled_from(("lot-1", "lot-1", "lot-1", "lot-2", "lot-in"))
some_lot = st.one_of(st.none(), lots)
mg = st.one_of(st.integers(1, 80), st.integers(-1, 1000))
keys = st.sampled_from(("k-1", "k-2", "k-3", "k-4"))
h = st.just(HASH)

single = st.one_of(
    st.builds(OpenAccount, accounts, st.sampled_from(["owner", "buyer", "buffer"]), h),
    st.builds(CloseAccount, accounts),
    st.builds(issue, st.sampled_from(["lot-2", "lot-3"]), origin=st.builds(origin, st.sampled_from(["p-2", "p-3"]))),
    st.builds(Transfer, lots, accounts, accounts, mg, h),
    st.builds(
        Distribute, lots, accounts, st.lists(st.tuples(accounts, mg), min_size=1, max_size=3).map(tuple), h
    ),
    st.builds(
        Hold, keys, lots, accounts, mg, st.sampled_from(["listing", "pledge", "reserve", "fun"]),
        st.integers(0, 12_000),
    ),
    st.builds(Pledge, keys, lots, accounts, accounts, mg, h),
    st.builds(Freeze, keys, accounts, st.none(), st.none(), h),
    st.builds(Freeze, keys, accounts, lots, st.one_of(st.none(), mg), h),
    st.builds(retire, mg, accounts, lots, st.sampled_from(list(Purpose))),
    st.builds(Revoke, lots, accounts, mg, h),
    st.builds(Reverse, lots, st.just(BUFFER), accounts, lots, mg, h),
    st.builds(correct, st.integers(-1, 1000)),
    st.builds(set_out, mg, keys),
    st.builds(arrive, mg, keys, st.sampled_from(["lot-in", "lot-1"]), st.sampled_from(["their-1", "their-2"])),
)  # fmt: skip
endings = st.one_of(
    st.builds(Post, keys, lots, accounts, accounts, mg, h),
    st.builds(Void, keys, lots, accounts),
    st.builds(Expire, keys, lots, accounts),
    st.builds(Release, keys, lots, accounts, mg, h),
    st.builds(Foreclose, keys, lots, accounts, accounts, mg, h),
    st.builds(Unfreeze, keys, accounts, some_lot, h),
    st.builds(confirm_out, keys),
    st.builds(confirm_in, keys),
    st.builds(return_out, keys),
    st.builds(return_in, keys),
)


def role_of(act: Act) -> str:
    return "supervisor" if isinstance(act, SUPERVISED) else "operator"


linkable = st.one_of(single, endings).filter(lambda act: role_of(act) == "operator")


class Ledger(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state, self.naive, self.leaves, self.number = State(), NaiveBooks(), [], 0
        self.tables, self.followed = self.state, {}
        self.resident = self.begun_anew()

    def begun_anew(self) -> Resident:
        """A writer with nothing in memory, that loads from tables which may lag behind."""
        return Resident(part_of(self.state, Scope()), lambda scope: part_of(self.tables, scope))

    @initialize()
    def begin(self) -> None:
        self.order(START)

    def order(self, acts: tuple[Act, ...], at_ms: int = 0) -> None:
        self.naive.now = at_ms or self.state.time_ms + 1000
        orders = [command(self.number + place, act, role_of(act)) for place, act in enumerate(acts, start=1)]
        self.number += len(acts)
        block = apply(orders, self.state, self.state.height + 1, self.naive.now)
        assert [outcome.done for outcome in block.outcomes] == [self.naive.order(act) for act in acts]
        ours = self.resident.write(orders, self.naive.now)
        assert isinstance(ours, Block)
        assert (ours.leaves, ours.outcomes, ours.runs, ours.root) == (
            block.leaves,
            block.outcomes,
            block.runs,
            block.root,
        )
        assert ours.touched == block.touched
        self.followed = {key: left for key, left in {**self.followed, **ours.touched.holdings}.items() if left}
        self.state = block.closing
        self.leaves += contents([block])

    @rule(acts=st.lists(st.one_of(single, endings), min_size=1, max_size=6).map(tuple))
    def some_acts(self, acts: tuple[Act, ...]) -> None:
        self.order(acts)

    @rule(data=st.data())
    def end_what_is_open(self, data: st.DataObject) -> None:
        """Free draws seldom name account and lot rightly; this one does."""
        still = [one for one in self.state.encumbrances.values() if not one.ended]
        if not still:
            return
        one = data.draw(st.sampled_from(sorted(still, key=lambda one: one.id)))
        amount, other = data.draw(around(one.left_mg)), data.draw(accounts)
        too_much = ends_of(one, one.left_mg + 1, other) if one.sort in {"hold", "pledge"} else []
        few = [act for act in too_much if isinstance(act, Post | Release | Foreclose)]
        self.order((*few, *data.draw(st.permutations(ends_of(one, amount, other)))))

    @rule(data=st.data(), before_ms=st.integers(0, 1))
    def end_a_hold_around_its_last_moment(self, data: st.DataObject, before_ms: int) -> None:
        """The millisecond before a hold runs out, and the one in which it does."""
        holds = [one for one in self.state.encumbrances.values() if one.sort == "hold" and not one.ended]
        ahead = [one for one in holds if one.until_ms > self.state.time_ms + 1]
        if not ahead:
            return
        one = data.draw(st.sampled_from(sorted(ahead, key=lambda one: one.id)))
        post, _void, expire = ends_of(one, max(1, one.left_mg), data.draw(accounts))
        self.order((post, expire), one.until_ms - before_ms)

    @rule(data=st.data())
    def spend_about_what_there_is(self, data: st.DataObject) -> None:
        """A milligram less than there is, all of it, a milligram more: where rules are wrong, they are wrong here."""
        live = sorted(key for key in self.state.holdings if key.book is Book.LIVE)
        if not live:
            return
        account, lot, _ = data.draw(st.sampled_from(live))
        amount, other = data.draw(around(self.state.holdings[account, lot, Book.LIVE])), data.draw(accounts)
        key, ahead_ms = f"e-{self.number}", data.draw(st.integers(0, 3)) * 1000
        until_ms = self.state.time_ms + 1000 + ahead_ms
        self.order((data.draw(st.sampled_from(spending(Spent(account, lot, amount, other, key, until_ms)))),))

    @rule(
        acts=st.lists(st.one_of(single, endings).filter(lambda act: role_of(act) == "operator"), min_size=2, max_size=4)
    )
    def linked(self, acts: list[Act]) -> None:
        self.order((Linked(tuple(acts)),))

    @invariant()
    def holds_what_the_naive_books_hold(self) -> None:
        ours = {tuple(key): amount for key, amount in self.state.holdings.items() if key.book is not Book.MINT}
        assert ours == {key: amount for key, amount in self.naive.mg.items() if amount}
        assert {lot.lot: lot.standing_mg for lot in self.state.lots.values()} == self.naive.stands
        assert {lot.lot: lot.retired_mg for lot in self.state.lots.values() if lot.retired_mg} == +self.naive.retired
        assert self.state.closed == self.naive.closed

    @rule()
    def the_tables_follow(self) -> None:
        self.tables = self.state

    @rule()
    def another_writer_begins(self) -> None:
        self.tables = self.state
        self.resident = self.begun_anew()

    @invariant()
    def what_a_block_touched_makes_the_tables_follow(self) -> None:
        assert self.followed == self.state.holdings

    @invariant()
    def every_lot_sums_to_zero(self) -> None:
        assert set(sums(self.state.holdings).values()) <= {0}

    @invariant()
    def what_is_bound_stands_in_its_book(self) -> None:
        bound: dict[Holding, int] = {}
        for one in self.state.encumbrances.values():
            if one.book is not None and one.left_mg:
                place = Holding(one.account, one.lot, one.book)
                bound[place] = bound.get(place, 0) + one.left_mg
        books = {Book.HELD, Book.RESERVE, Book.PLEDGED, Book.FROZEN}
        assert bound == {key: amount for key, amount in self.state.holdings.items() if key.book in books}

    def teardown(self) -> None:
        replayed = replay(self.leaves)
        assert replayed.differences == ()
        assert replayed.closing == self.state


def around(quantity_mg: int) -> st.SearchStrategy[int]:
    """Amounts at the edges of a quantity, and some within it."""
    edges = st.sampled_from([quantity_mg + 1, quantity_mg, quantity_mg, quantity_mg - 1, 0])
    return st.one_of(edges, st.integers(1, max(1, quantity_mg)))


class Spent(NamedTuple):
    """What somebody wants to do with live milligrams; `key` and `until_ms` for what binds them."""

    account: str
    lot: str
    amount: int
    other: str
    key: str
    until_ms: int


def spending(of: Spent) -> list[Act]:
    account, lot, amount, other, key, until_ms = of
    halves = (amount // 2, amount - amount // 2)
    return [
        Transfer(lot, account, other, amount, HASH),
        Distribute(lot, account, ((other, amount),), HASH),
        Distribute(lot, account, ((other, halves[0]), ("acc-new", halves[1])), HASH),
        Distribute(lot, account, ((other, halves[0]), (other, halves[1])), HASH),
        Hold(key, lot, account, amount, "listing", until_ms),
        Pledge(key, lot, account, other, amount, HASH),
        Freeze(key, account, lot, amount, HASH),
        retire(amount, account, lot),
        Revoke(lot, account, amount, HASH),
        Reverse(lot, BUFFER, account, lot, amount, HASH),
        CorrespondOut(key, lot, account, "region-2", amount, HASH),
        arrive(max(1, amount), key, f"lot-{key}", key),
    ]


def ends_of(one, amount: int, other: str) -> list[Act]:
    place = (one.id, one.lot, one.account)
    return {
        "hold": lambda: [Post(*place, other, amount, HASH), Void(*place), Expire(*place)],
        "pledge": lambda: [Release(*place, amount, HASH), Foreclose(*place, other, amount, HASH)],
        "freeze": lambda: [Unfreeze(one.id, one.account, one.lot, HASH)],
        "out": lambda: [confirm_out(one.id), return_out(one.id)],
        "in": lambda: [confirm_in(one.id, one.lot), return_in(one.id, one.lot)],
    }[one.sort]()


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


def test_the_naive_books_answer_alike_for_a_season_of_all_acts():
    naive = NaiveBooks()
    naive.now = 1000
    first = after(*ALL_ACTS)
    assert [outcome.done for outcome in first.outcomes] == [naive.order(act) for act in ALL_ACTS]
    assert sum(naive.retired.values()) == sum(lot.retired_mg for lot in first.closing.lots.values()) == 67
    assert every_block()[0].closing.height == 1
