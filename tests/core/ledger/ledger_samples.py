"""Commands to test with: a few named ones for plain examples, and strategies for sequences of any kind."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from tanhui.core.ledger import (
    MAX_QUANTITY_MG,
    Act,
    Block,
    Command,
    Issue,
    OpenAccount,
    Origin,
    Retire,
    Scope,
    State,
    Transfer,
    apply,
)

HASH = bytes(range(32))
OWNER, SECOND, BUYER, BUFFER = "acc-owner", "acc-second", "acc-buyer", "acc-buffer"
ACCOUNTS = (OWNER, SECOND, BUYER, BUFFER)
LOTS = ("lot-1", "lot-2", "lot-3")


def origin(project: str = "project-1", period: str = "2020-2025") -> Origin:
    return Origin(project, period, b"s" * 32, b"m" * 32, b"e" * 32)


def command(number: int, act: Act, role: str = "operator", actor: str = "per-1") -> Command:
    """A command with an id made of its number, so that examples read well and repeat exactly."""
    return Command(number.to_bytes(16, "big"), actor, role, 1_760_000_000_000 + number, HASH, act)


def numbered(acts: Iterable[Act]) -> list[Command]:
    return [command(number, act) for number, act in enumerate(acts, start=1)]


def opened(kinds: dict[str, str] | None = None) -> list[Act]:
    kinds = kinds or {OWNER: "owner", SECOND: "owner", BUYER: "buyer", BUFFER: "buffer"}
    return [OpenAccount(account, kind, HASH) for account, kind in kinds.items()]


def issue(lot: str = "lot-1", quantity_mg: int = 1000, buffer_mg: int = 100, **other: object) -> Issue:
    return replace(Issue(lot, OWNER, BUFFER, quantity_mg, buffer_mg, origin()), **other)


def transfer(quantity_mg: int, source: str = OWNER, target: str = BUYER, lot: str = "lot-1") -> Transfer:
    return Transfer(lot, source, target, quantity_mg, HASH)


def retire(quantity_mg: int, account: str = OWNER, lot: str = "lot-1", purpose: str = "event") -> Retire:
    return Retire(lot, account, quantity_mg, purpose, HASH, HASH)


SEASON_OF_ACTS = (*opened(), issue(), transfer(300), retire(120, BUYER), retire(50), transfer(900), retire(30, BUYER))
"""Accounts, a lot of 1000 mg with 100 mg in the buffer, a sale, three retirements, and one refusal."""


def block_of(acts: Iterable[Act], opening: State | None = None) -> Block:
    opening = opening or State()
    return apply(numbered(acts), opening, opening.height + 1, opening.time_ms + 1000)


def chain(batches: Sequence[Sequence[Command]]) -> list[Block]:
    """Write one block for each batch."""
    blocks: list[Block] = []
    state = State()
    for batch in batches:
        blocks.append(apply(batch, state, state.height + 1, state.time_ms + 1000))
        state = blocks[-1].closing
    return blocks


def contents(blocks: Iterable[Block]) -> list[bytes]:
    return [content for block in blocks for content in block.contents]


quantities = st.one_of(st.integers(1, 60), st.sampled_from([-1, 0, 1000, MAX_QUANTITY_MG, MAX_QUANTITY_MG + 1]))
accounts = st.sampled_from((*ACCOUNTS, "acc-unknown", "mint"))
lots = st.sampled_from(LOTS)
seasons = st.builds(origin, st.sampled_from(["project-1", "project-2"]), st.sampled_from(["2020-2025", "2025-2030"]))
acts = st.one_of(
    st.builds(OpenAccount, accounts, st.sampled_from(["owner", "buyer", "buffer", "registry", "bank"]), st.just(HASH)),
    st.builds(Issue, lots, accounts, accounts, st.integers(-1, 500), st.integers(-1, 60), seasons),
    st.builds(Transfer, lots, accounts, accounts, quantities, st.just(HASH)),
    st.builds(
        Retire, lots, accounts, quantities, st.sampled_from(["event", "judicial", "fun"]), st.just(HASH), st.just(HASH)
    ),
)
roles = st.sampled_from(["operator"] * 9 + ["owner"])
free_commands = st.lists(st.builds(command, st.integers(1, 40), acts, roles), max_size=30)
"""Any commands at all; ids repeat, with the same content and with another."""


@st.composite
def histories(draw: st.DrawFn) -> list[Command]:
    """A usual opening, so that movements have something to move, and then any commands."""
    return numbered([*opened(), issue(), issue("lot-2", origin=origin("project-2"))]) + draw(free_commands)


@st.composite
def batched(draw: st.DrawFn) -> list[list[Command]]:
    """A history cut into batches at any places; some batches are empty."""
    history = draw(histories())
    cuts = sorted(draw(st.lists(st.integers(0, len(history)), max_size=5)))
    return [history[first:end] for first, end in zip([0, *cuts], [*cuts, len(history)], strict=True)]


def part_of(state: State, scope: Scope) -> State:
    """What a writer loads of a ledger: just the records that a scope names."""
    return State.of(
        height=state.height,
        time_ms=state.time_ms,
        frontier=state.frontier,
        accounts=[(key, kind) for key, kind in state.kinds.items() if key in scope.accounts],
        closed=state.closed & scope.accounts,
        holdings=[
            (key, amount)
            for key, amount in state.holdings.items()
            if key in scope.holdings or key.account in scope.emptied
        ],
        lots=[lot for lot in state.lots.values() if lot.lot in scope.lots or lot.origin.season in scope.seasons],
        outcomes=[outcome for outcome in state.outcomes.values() if outcome.command_id in scope.command_ids],
        encumbrances=[
            one
            for one in state.encumbrances.values()
            if one.id in scope.encumbrances or (one.book is None and not one.ended and one.account in scope.accounts)
        ],
        scope=scope,
    )
