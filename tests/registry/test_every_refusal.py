"""Each act has a door or a reason why not, and each refusal of the ledger is reached through a service or cannot be."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.db import transaction

from act_desk import PAPER, ActDesk, T, listed
from registry.test_corresponding import ANSWER
from tanhui.core.ledger import ACTS, MAX_QUANTITY_MG, REFUSAL_CODES
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.registry.models import Holding, Lot, Order
from tanhui.registry.queries import live_mg
from tanhui.registry.recipients import FaultyListProblem
from tanhui.registry.services import RetirementWords, open_account, request_retirement
from walk import signature

NOT_ORDERED = {
    "open_account": "one person opens an account: nothing moves",
    "close_day": "the writer's program hands it in for the day before: it says what was booked, and nothing moves",
    "expire": "the writer's program hands it in: its end was signed with the hold",
    "linked": "it has no door: legs of deals and retirements of events come with the market",
}

NOT_REACHED = {
    "account_exists": "accounts are numbered by a sequence; nobody chooses their ids",
    "reserved_account": "the same",
    "lot_exists": "lots are numbered by a sequence; nobody chooses their ids",
    "bad_buffer_share": "the share is that of the estimate, where a constraint sees to it",
    "encumbrance_exists": "what binds has the number of its order, which is new",
    "encumbrance_differs": "account and lot are those of what is bound; nobody types them",
    "hold_not_postable": "nothing is held for a pledge in the making: it would need a link",
    "hold_not_expired": "only what has run out is handed in",
    "wrong_buffer": "the buffer is that of the lot's issue; nobody chooses it",
    "wrong_day": "only the day before is handed in, and only once it has ended",
    "link_refused": "links have no door",
}


def buffer() -> str:
    return str(Holding.objects.get(book="buffer").account)


def retirement(acts: ActDesk, **changes: object) -> Order:
    asked = {
        "lot": acts.lot,
        "account": acts.owner,
        "quantity_mg": T,
        "purpose": "event",
        "words": RetirementWords("一场会议", "会议中心", "抵消。"),
        "region_code": "BT",
        "command_id": (77).to_bytes(16, "big"),
        **signature(acts.people["wangqiang"]),
    }
    return request_retirement(**{**asked, **changes})


def ended(acts: ActDesk) -> Order:
    acts.done(acts.order("void", 2))
    return acts.order("void", 3, hold=acts.begun("hold"))


def frozen(acts: ActDesk) -> Order:
    acts.done(acts.order("freeze", 2, lot="", quantity_mg=None))
    return acts.transfer(3)


def after_closing(acts: ActDesk) -> Order:
    account = acts.empty()
    acts.done(acts.order("close_account", 2, account=account))
    return acts.transfer(3, target=account)


def second_arrival(acts: ActDesk) -> Order:
    acts.done(acts.order("correspond_in", 2, paper=PAPER))
    return acts.order("correspond_in", 3, paper=ANSWER)


REACHED: Mapping[str, Callable[[ActDesk], object]] = {
    "wrong_role": lambda acts: acts.order("pledge", by=acts.people["zhaogang"]),
    "unknown_account": lambda acts: acts.order("pledge", source="x"),
    "bad_account_kind": lambda acts: open_account(
        holder=acts.people["heping"].organisation, kind="bank", region_code="BT", **signature(acts.people["batu"])
    ),
    "wrong_account_kind": lambda acts: acts.order("revoke", source=buffer()),
    "unknown_lot": lambda acts: acts.order("pledge", lot="x"),
    "origin_already_issued": second_arrival,
    "not_positive": lambda acts: acts.order("pledge", quantity_mg=0),
    "too_large": lambda acts: acts.order("pledge", quantity_mg=MAX_QUANTITY_MG + 1),
    "same_account": lambda acts: acts.order("foreclose", target=acts.owner),
    "insufficient_balance": lambda acts: acts.approve(
        acts.order("pledge", quantity_mg=live_mg(acts.owner, acts.lot) + 1)
    ),
    "bad_purpose": lambda acts: retirement(acts, purpose="party"),
    "account_closed": after_closing,
    "account_not_empty": lambda acts: acts.order("close_account", account=acts.owner),
    "account_frozen": frozen,
    "unknown_encumbrance": lambda acts: acts.order("void", hold="x"),
    "encumbrance_ended": ended,
    "more_than_encumbered": lambda acts: acts.order("release", quantity_mg=6 * T),
    "bad_hold_purpose": lambda acts: acts.order("hold", purpose="fun"),
    "expiry_passed": lambda acts: acts.order("hold", until=clock.from_ms(0)),
    "hold_expired": lambda acts: acts.order(
        "post",
        hold=acts.done(acts.order("hold", 5, until=clock.now() + timedelta(minutes=1))).number,
        at=clock.now() + timedelta(minutes=2),
    ),
    "no_absorber": lambda acts: acts.order(
        "reverse", absorber="", quantity_mg=Lot.objects.get(lot=acts.lot).buffer_mg + 1
    ),
    "more_than_stands": lambda acts: acts.order("reverse", quantity_mg=10**15),
    "bad_correction": lambda acts: acts.order("correct", issuable_mg=-1),
    "repeated_recipient": lambda acts: acts.order(
        "distribute", list_content=listed((acts.buyer, "1"), (acts.buyer, "1"))
    ),
    "id_reused_with_other_content": lambda acts: [acts.order("pledge"), acts.order("pledge", quantity_mg=T)],
}


def test_every_act_has_a_kind_of_order_or_a_reason_why_not():
    kinds = set(Order.Kind.values)
    assert kinds | NOT_ORDERED.keys() == set(ACTS)
    assert not kinds & NOT_ORDERED.keys()


def test_every_refusal_is_reached_here_or_cannot_be_for_a_reason():
    assert REACHED.keys() | NOT_REACHED.keys() == set(REFUSAL_CODES)
    assert not REACHED.keys() & NOT_REACHED.keys()


@pytest.mark.parametrize("code", REACHED)
def test_a_refusal_reaches_whoever_orders_with_its_code_and_a_sentence(acts: ActDesk, code: str):
    try:
        with transaction.atomic():
            answer = REACHED[code](acts)
    except FaultyListProblem as faulty:
        found, said = faulty.faults[0].code, faulty.faults[0].sentence
    except Problem as problem:
        found, said = problem.code, problem.message
    else:
        assert isinstance(answer, Order)
        assert answer.refusal is not None
        found, said = answer.refusal["code"], answer.state
    assert (found, bool(str(said))) == (code, True)
