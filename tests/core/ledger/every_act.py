"""A season in which every act is done once, and the acts to test with one by one."""

from core.ledger.ledger_samples import (
    BUFFER,
    BUYER,
    HASH,
    OWNER,
    SECOND,
    command,
    issue,
    opened,
    origin,
    retire,
    transfer,
)
from tanhui.core.ledger import (
    Act,
    Block,
    CloseAccount,
    CloseDay,
    Correct,
    CorrespondConfirm,
    CorrespondIn,
    CorrespondOut,
    CorrespondReturn,
    Distribute,
    Expire,
    Foreclose,
    Freeze,
    Hold,
    Linked,
    OpenAccount,
    Pledge,
    Post,
    Release,
    Reverse,
    Revoke,
    State,
    Unfreeze,
    Void,
    apply,
)
from tanhui.core.ledger.day_ends import piles_in
from tanhui.core.ledger.days import DAY_MS
from tanhui.core.ledger.piles import piles_root

LATE = 10**12
SUPERVISED = (Freeze, Unfreeze)


def hold(quantity_mg: int = 100, key: str = "h-1", purpose: str = "listing", until_ms: int = LATE) -> Hold:
    return Hold(key, "lot-1", OWNER, quantity_mg, purpose, until_ms)


def post(quantity_mg: int, target: str = BUYER, key: str = "h-1") -> Post:
    return Post(key, "lot-1", OWNER, target, quantity_mg, HASH)


def void(key: str = "h-1", account: str = OWNER, lot: str = "lot-1") -> Void:
    return Void(key, lot, account)


def expire(key: str = "h-1") -> Expire:
    return Expire(key, "lot-1", OWNER)


def pledge(quantity_mg: int = 100, key: str = "p-1", pledgee: str = BUYER) -> Pledge:
    return Pledge(key, "lot-1", OWNER, pledgee, quantity_mg, HASH)


def release(quantity_mg: int, key: str = "p-1") -> Release:
    return Release(key, "lot-1", OWNER, quantity_mg, HASH)


def foreclose(quantity_mg: int, target: str = BUYER, key: str = "p-1") -> Foreclose:
    return Foreclose(key, "lot-1", OWNER, target, quantity_mg, HASH)


def freeze(quantity_mg: int | None = None, lot: str | None = None, key: str = "f-1", account: str = OWNER) -> Freeze:
    return Freeze(key, account, lot, quantity_mg, HASH)


def unfreeze(lot: str | None = None, key: str = "f-1", account: str = OWNER) -> Unfreeze:
    return Unfreeze(key, account, lot, HASH)


def revoke(quantity_mg: int, account: str = OWNER, lot: str = "lot-1") -> Revoke:
    return Revoke(lot, account, quantity_mg, HASH)


def reverse(quantity_mg: int, absorber: str | None = OWNER, absorber_lot: str | None = "lot-1") -> Reverse:
    return Reverse("lot-1", BUFFER, absorber, absorber_lot, quantity_mg, HASH)


def correct(issuable_mg: int, absorber: str | None = OWNER, absorber_lot: str | None = "lot-1") -> Correct:
    return Correct("lot-1", BUFFER, absorber, absorber_lot, issuable_mg, HASH)


def set_out(quantity_mg: int = 100, key: str = "e-1") -> CorrespondOut:
    return CorrespondOut(key, "lot-1", OWNER, "region-2", quantity_mg, HASH)


def arrive(
    quantity_mg: int = 100, key: str = "e-2", lot: str = "lot-in", foreign_entry: str = "their-1"
) -> CorrespondIn:
    return CorrespondIn(key, lot, BUYER, "region-2", foreign_entry, quantity_mg, HASH, HASH, HASH, HASH)


def confirm_out(key: str = "e-1") -> CorrespondConfirm:
    return CorrespondConfirm(key, "lot-1", OWNER, "out", HASH)


def confirm_in(key: str = "e-2", lot: str = "lot-in") -> CorrespondConfirm:
    return CorrespondConfirm(key, lot, BUYER, "in", HASH)


def return_out(key: str = "e-1") -> CorrespondReturn:
    return CorrespondReturn(key, "lot-1", OWNER, "out", HASH)


def return_in(key: str = "e-2", lot: str = "lot-in") -> CorrespondReturn:
    return CorrespondReturn(key, lot, BUYER, "in", HASH)


def distribute(*parts: tuple[str, int], source: str = OWNER) -> Distribute:
    return Distribute("lot-1", source, parts, HASH)


START = (*opened(), issue())
ALL_ACTS: tuple[Act, ...] = (
    *opened(),
    OpenAccount("acc-gone", "buyer", HASH),
    issue(),
    issue("lot-2", origin=origin("project-2")),
    transfer(100),
    distribute((BUYER, 10), (SECOND, 5)),
    hold(80),
    post(30),
    void(),
    hold(20, "h-2", until_ms=3000),
    pledge(60),
    release(10),
    foreclose(40),
    freeze(25, "lot-1"),
    freeze(key="f-2", account=SECOND),
    transfer(1, SECOND),
    unfreeze("lot-1"),
    unfreeze(key="f-2", account=SECOND),
    retire(15),
    revoke(5),
    reverse(70),
    correct(900),
    set_out(50),
    confirm_out(),
    set_out(9, "e-3"),
    return_out("e-3"),
    arrive(),
    confirm_in(),
    arrive(30, "e-4", "lot-in-2", "their-2"),
    return_in("e-4", "lot-in-2"),
    CloseAccount("acc-gone"),
    Linked((transfer(3), retire(2, BUYER), OpenAccount("acc-new", "organiser", HASH))),
    Linked((transfer(3), retire(10**9, BUYER))),
)
"""Everything is done; the transfer out of a frozen account and the second link are refused."""


def ordered(number: int, act: Act):
    """A command in the role that may order the act."""
    return command(number, act, "supervisor" if isinstance(act, SUPERVISED) else "operator")


def close_day(state: State, day: int) -> CloseDay:
    """The act that closes a day which ended with this state."""
    piles = piles_in(state.holdings)
    return CloseDay(day, state.height, len(state.holdings), len(piles), piles_root(piles))


def after(*acts: Act, opening: State | None = None, time_ms: int = 1000, first: int = 1) -> Block:
    state = opening or State()
    orders = [ordered(number, act) for number, act in enumerate(acts, start=first)]
    return apply(orders, state, state.height + 1, time_ms)


def every_block() -> list[Block]:
    """All acts in two blocks, then the hold that ran out; two days later the first day is closed."""
    cut = 12
    first = after(*ALL_ACTS[:cut])
    second = after(*ALL_ACTS[cut:], opening=first.closing, time_ms=2000, first=100)
    third = after(expire("h-2"), opening=second.closing, time_ms=3000, first=200)
    fourth = after(close_day(third.closing, 1), opening=third.closing, time_ms=2 * DAY_MS, first=300)
    return [first, second, third, fourth]
