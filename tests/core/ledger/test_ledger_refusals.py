"""Every refusal of the acts beyond issue, transfer and retire, each given once and changing nothing."""

import pytest

from core.ledger.every_act import (
    START,
    after,
    arrive,
    confirm_in,
    confirm_out,
    correct,
    distribute,
    expire,
    foreclose,
    freeze,
    hold,
    ordered,
    pledge,
    post,
    release,
    return_out,
    reverse,
    revoke,
    set_out,
    unfreeze,
    void,
)
from core.ledger.ledger_samples import BUFFER, BUYER, HASH, OWNER, SECOND, command, issue, origin, retire, transfer
from tanhui.core.ledger import (
    DONE,
    MAX_QUANTITY_MG,
    SINGLE_ACTS,
    Act,
    CloseAccount,
    CloseDay,
    CorrespondConfirm,
    Freeze,
    Hold,
    Linked,
    OpenAccount,
    Reverse,
    Role,
    State,
    apply,
)
from tanhui.core.ledger.draft import Draft
from tanhui.core.ledger.overlay import Overlay

CLOSED = (OpenAccount("acc-gone", "buyer", HASH), CloseAccount("acc-gone"))
SOLD_OUT = (retire(900),)
REFUSED: list[tuple[str, tuple[Act, ...], Act, dict]] = [
    ("account_closed", CLOSED, transfer(1, target="acc-gone"), {"account": "acc-gone"}),
    ("account_closed", CLOSED, CloseAccount("acc-gone"), {"account": "acc-gone"}),
    ("account_closed", CLOSED, freeze(account="acc-gone"), {"account": "acc-gone"}),
    ("account_exists", CLOSED, OpenAccount("acc-gone", "buyer", HASH), {"account": "acc-gone"}),
    ("account_not_empty", (), CloseAccount(OWNER), {"account": OWNER, "lot": "lot-1", "book": "live"}),
    ("account_not_empty", (), CloseAccount(BUFFER), {"account": BUFFER, "lot": "lot-1", "book": "buffer"}),
    ("account_not_empty", (hold(900),), CloseAccount(OWNER), {"account": OWNER, "lot": "lot-1", "book": "held"}),
    ("account_not_empty", (pledge(900),), CloseAccount(OWNER), {"account": OWNER, "lot": "lot-1", "book": "pledged"}),
    ("account_frozen", (freeze(account=BUYER),), CloseAccount(BUYER), {"account": BUYER, "lot": ""}),
    ("unknown_account", (), CloseAccount("acc-9"), {"account": "acc-9"}),
    *(
        ("account_frozen", (*before, stop), act, {"account": OWNER, "lot": "lot-1"})
        for stop in (freeze(), freeze(lot="lot-1"))
        for before, act in (
            ((), transfer(1)),
            ((), retire(1)),
            ((), hold(1)),
            ((), pledge(1)),
            ((), revoke(1)),
            ((), set_out(1)),
            ((), reverse(101)),
            ((), correct(10)),
            ((), distribute((BUYER, 1))),
            ((hold(),), post(1)),
            ((pledge(),), foreclose(1)),
            ((set_out(),), confirm_out()),
        )
    ),
    ("encumbrance_exists", (hold(),), hold(), {"encumbrance": "h-1"}),
    ("encumbrance_exists", (hold(), void()), pledge(key="h-1"), {"encumbrance": "h-1"}),
    ("encumbrance_exists", (hold(),), freeze(key="h-1"), {"encumbrance": "h-1"}),
    ("encumbrance_exists", (hold(),), arrive(key="h-1"), {"encumbrance": "h-1"}),
    ("unknown_encumbrance", (), void(), {"encumbrance": "h-1", "sort": "hold"}),
    ("unknown_encumbrance", (hold(),), release(1, "h-1"), {"encumbrance": "h-1", "sort": "pledge"}),
    ("unknown_encumbrance", (set_out(),), confirm_in("e-1", "lot-1"), {"encumbrance": "e-1", "sort": "in"}),
    (
        "unknown_encumbrance",
        (hold(),),
        CorrespondConfirm("h-1", "lot-1", OWNER, "hold", HASH),
        {"encumbrance": "h-1", "sort": "hold"},
    ),
    ("encumbrance_differs", (hold(),), void(account=BUYER), {"encumbrance": "h-1"}),
    ("encumbrance_differs", (hold(),), void(lot="lot-2"), {"encumbrance": "h-1"}),
    ("encumbrance_differs", (freeze(),), unfreeze("lot-1"), {"encumbrance": "f-1"}),
    ("encumbrance_ended", (hold(), void()), void(), {"encumbrance": "h-1"}),
    ("encumbrance_ended", (hold(), post(100)), post(1), {"encumbrance": "h-1"}),
    ("encumbrance_ended", (pledge(), release(100)), foreclose(1), {"encumbrance": "p-1"}),
    ("encumbrance_ended", (freeze(), unfreeze()), unfreeze(), {"encumbrance": "f-1"}),
    ("encumbrance_ended", (set_out(), confirm_out()), return_out(), {"encumbrance": "e-1"}),
    ("more_than_encumbered", (hold(),), post(101), {"encumbrance": "h-1", "left_mg": 100, "quantity_mg": 101}),
    ("more_than_encumbered", (pledge(),), release(101), {"encumbrance": "p-1", "left_mg": 100, "quantity_mg": 101}),
    ("more_than_encumbered", (pledge(),), foreclose(101), {"encumbrance": "p-1", "left_mg": 100, "quantity_mg": 101}),
    ("bad_hold_purpose", (), hold(purpose="fun"), {"purpose": "fun"}),
    ("expiry_passed", (), hold(until_ms=2000), {"until_ms": 2000, "time_ms": 2000}),
    ("hold_not_postable", (hold(purpose="pledge"),), post(1), {"hold": "h-1", "purpose": "pledge"}),
    ("hold_expired", (hold(until_ms=2000),), post(1), {"hold": "h-1", "until_ms": 2000, "time_ms": 2000}),
    ("hold_not_expired", (hold(until_ms=2001),), expire(), {"hold": "h-1", "until_ms": 2001, "time_ms": 2000}),
    ("same_account", (hold(),), post(1, OWNER), {"account": OWNER}),
    ("same_account", (), pledge(pledgee=OWNER), {"account": OWNER}),
    ("same_account", (pledge(),), foreclose(1, OWNER), {"account": OWNER}),
    ("same_account", (), distribute((BUYER, 1), (OWNER, 1)), {"account": OWNER}),
    ("wrong_day", (), CloseDay(0, 1, 0, 0, HASH), {"day": 0, "expected": -1}),
    ("repeated_recipient", (), distribute((BUYER, 1), (SECOND, 1), (BUYER, 2)), {"account": BUYER}),
    ("wrong_account_kind", (hold(),), post(1, BUFFER), {"account": BUFFER, "kind": "buffer"}),
    ("wrong_account_kind", (), pledge(pledgee=BUFFER), {"account": BUFFER, "kind": "buffer"}),
    ("wrong_account_kind", (), freeze(account=BUFFER), {"account": BUFFER, "kind": "buffer"}),
    ("wrong_account_kind", (), distribute((BUFFER, 1)), {"account": BUFFER, "kind": "buffer"}),
    ("wrong_account_kind", (), Reverse("lot-1", OWNER, None, None, 1, HASH), {"account": OWNER, "kind": "owner"}),
    (
        "wrong_buffer",
        (OpenAccount("acc-b2", "buffer", HASH),),
        Reverse("lot-1", "acc-b2", OWNER, "lot-1", 1, HASH),
        {"account": "acc-b2", "lot": "lot-1"},
    ),
    ("no_absorber", (), reverse(101, None, None), {"lacking_mg": 1}),
    ("no_absorber", (), correct(899, None, None), {"lacking_mg": 1}),
    ("more_than_stands", (), reverse(1001), {"lot": "lot-1", "standing_mg": 1000, "quantity_mg": 1001}),
    (
        "insufficient_balance",
        SOLD_OUT,
        reverse(101),
        {"account": OWNER, "lot": "lot-1", "available_mg": 0, "quantity_mg": 1},
    ),
    ("bad_correction", (), correct(1000), {"lot": "lot-1", "issuable_mg": 1000, "standing_mg": 1000}),
    ("bad_correction", (), correct(-1), {"lot": "lot-1", "issuable_mg": -1, "standing_mg": 1000}),
    ("bad_correction", (reverse(50),), correct(950), {"lot": "lot-1", "issuable_mg": 950, "standing_mg": 950}),
    ("lot_exists", (), arrive(lot="lot-1"), {"lot": "lot-1"}),
    (
        "origin_already_issued",
        (arrive(),),
        arrive(1, "e-9", "lot-9"),
        {"project": "region-2", "period": "their-1", "lot": "lot-in"},
    ),
    (
        "link_refused",
        (),
        Linked((transfer(900), retire(1))),
        {
            "place": 2, "act": "retire", "why": "insufficient_balance",
            "account": OWNER, "lot": "lot-1", "available_mg": 0, "quantity_mg": 1,
        },
    ),
    *(("unknown_lot", (), act, {"lot": "lot-9"}) for act in (
        Hold("h-1", "lot-9", OWNER, 1, "auction", 10**12),
        Freeze("f-1", OWNER, "lot-9", None, HASH),
        revoke(1, lot="lot-9"),
        reverse(101, OWNER, "lot-9"),
        Reverse("lot-9", BUFFER, None, None, 1, HASH),
    )),
    *(("not_positive", (), act, {"quantity_mg": 0}) for act in (
        hold(0), pledge(0), freeze(0, "lot-1"), revoke(0), reverse(0), set_out(0), arrive(0), post(0), release(0),
        foreclose(0), distribute((BUYER, 0)),
    )),
    *(("too_large", (), act, {"quantity_mg": MAX_QUANTITY_MG + 1, "limit_mg": MAX_QUANTITY_MG}) for act in (
        hold(MAX_QUANTITY_MG + 1), pledge(MAX_QUANTITY_MG + 1), distribute((BUYER, MAX_QUANTITY_MG + 1)),
    )),
    *(
        ("insufficient_balance", (), act, {"account": OWNER, "lot": "lot-1", "available_mg": 900, "quantity_mg": 901})
        for act in (
            hold(901),
            pledge(901), freeze(901, "lot-1"), revoke(901), set_out(901), distribute((BUYER, 900), (SECOND, 1)),
        )
    ),
]  # fmt: skip


def world(state: State) -> tuple:
    return state.kinds, state.holdings, state.lots, state.closed, state.encumbrances


@pytest.mark.parametrize(("code", "before", "act", "params"), REFUSED, ids=lambda value: getattr(value, "name", None))
def test_a_refusal_is_given_and_changes_nothing(code: str, before: tuple[Act, ...], act: Act, params: dict):
    opening = after(*START, *before)
    assert {outcome.code for outcome in opening.outcomes} == {DONE}
    block = apply([ordered(99, act)], opening.closing, 2, 2000)
    (outcome,) = block.outcomes
    assert (outcome.code, dict(outcome.params)) == (code, params)
    assert not block.entries
    assert world(block.closing) == world(opening.closing)


def test_a_refused_command_stays_refused_when_it_could_be_done_later():
    first = after(*START, retire(900))
    order = ordered(50, transfer(1))
    second = apply([order], first.closing, 2, 2000)
    third = apply([ordered(51, issue("lot-2", origin=origin("p2"))), order], second.closing, 3, 3000)
    assert second.outcomes[0].code == "insufficient_balance"
    assert third.outcomes[1] == second.outcomes[0]


@pytest.mark.parametrize("name", [name for name in SINGLE_ACTS if name in {"freeze", "unfreeze"}])
def test_only_the_supervisor_freezes(name: str):
    act = freeze() if name == "freeze" else unfreeze()
    for role in Role:
        (outcome,) = apply([command(9, act, role)], State(), 1, 1).outcomes
        assert (outcome.code == "wrong_role") == (role is not Role.SUPERVISOR)


def test_a_link_asks_for_the_role_of_each_of_its_acts():
    link = Linked((transfer(1), freeze()))
    for role, refused in (("operator", "freeze"), ("supervisor", "transfer")):
        (outcome,) = apply([command(9, link, role)], after(*START).closing, 2, 2000).outcomes
        assert (outcome.code, dict(outcome.params)["act"]) == ("wrong_role", refused)


def test_what_ends_and_returns_is_allowed_in_a_frozen_account():
    acts = (hold(), pledge(), set_out(), freeze(), void(), release(100), return_out())
    block = after(*START, *acts)
    assert {outcome.code for outcome in block.outcomes} == {DONE}


def test_the_second_of_two_freezes_goes_on_when_the_first_is_lifted():
    block = after(*START, freeze(), freeze(key="f-2"), unfreeze(), transfer(1), unfreeze(key="f-2"), transfer(1))
    assert [outcome.code for outcome in block.outcomes[-3:]] == ["account_frozen", DONE, DONE]


def test_what_a_link_freezes_and_lifts_counts_for_the_acts_after_it():
    below = Draft(after(*START, freeze()).closing)
    over = Overlay(below)
    over.take(freeze(lot="lot-1", key="f-2").decide(over))
    assert (over.freezes(OWNER, "lot-1"), over.freezes(OWNER, None), over.freezes(BUYER, "lot-1")) == (2, 1, 0)
    over.take(unfreeze().decide(over))
    assert (over.freezes(OWNER, "lot-1"), over.freezes(OWNER, None)) == (1, 0)
    assert below.freezes(OWNER, "lot-1") == 1


def test_what_a_link_sets_free_can_be_pledged_in_it():
    state = after(*START, hold()).closing
    linked = Linked((void(), pledge(900, "p-9"), release(1, "p-9")))
    assert apply([ordered(61, linked)], state, 2, 2000).outcomes[0].code == DONE
    assert apply([ordered(62, pledge(900, "p-9"))], state, 2, 2000).outcomes[0].code == "insufficient_balance"
