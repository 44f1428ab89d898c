"""Two people at once on what binds: signed twice it is booked once, and what cannot both be is one or the other."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from act_desk import ENDS, REQUESTS, SUPERVISED, ActDesk, T
from registry.test_two_at_once import Scene, assert_ledger_is_whole
from standing import at_once, load_people
from tanhui.registry import services
from tanhui.registry.models import Block, Encumbrance, Order
from tanhui.registry.queries import live_mg
from tanhui.registry.services import expire_due, open_account
from tanhui.registry.side_tables import side_faults
from walk import AT, Files, signature


@pytest.fixture
def standing_acts(standing: None, small_survey: Files) -> ActDesk:
    """A lot with its owner, whose writes other threads see."""
    assert standing is None
    _region, people = load_people()
    scene = Scene(people, small_survey)
    return ActDesk(people, scene.lot, scene.owner, scene.buyer)


def sign(acts: ActDesk, order: Order, by: str) -> Order:
    return services.approve(number=order.number, **signature(acts.people[by]))


@pytest.mark.parametrize("kind", ["pledge", "reverse", "hold"])
def test_two_who_sign_at_once_book_once(standing_acts: ActDesk, kind: str):
    acts = standing_acts
    order, blocks = acts.order(kind), Block.objects.count()
    answers: list[Any] = at_once([partial(sign, acts, order, by) for by in ("wuyun", "batu", "surina")])
    assert [answer.state for answer in answers] == ["done"] * 3
    assert Block.objects.count() == blocks + 1
    assert_ledger_is_whole()


def test_the_same_form_at_once_is_one_order(standing_acts: ActDesk):
    begins = sorted(set(REQUESTS) - set(ENDS))
    for number, kind in enumerate(begins, 1):
        asked = standing_acts.asked(kind)
        answers: list[Any] = at_once([partial(standing_acts.order, kind, number, **asked)] * 3)
        assert len({answer.pk for answer in answers}) == 1
    assert Order.objects.exclude(kind="issue").count() == len(begins)


def test_a_freeze_and_a_transfer_at_once_end_in_one_of_two_ways(standing_acts: ActDesk):
    acts = standing_acts
    there = live_mg(acts.owner, acts.lot)
    transfer = acts.transfer(quantity_mg=there)
    freeze = acts.order("freeze", quantity_mg=there)
    answers: list[Any] = at_once([partial(acts.approve, transfer), partial(sign, acts, freeze, "xuerong")])
    assert sorted(answer.state for answer in answers) == ["done", "refused"]
    moved, frozen = live_mg(acts.buyer, acts.lot), sum(Encumbrance.objects.values_list("left_mg", flat=True))
    assert (moved, frozen) in {(there, 0), (0, there)}
    assert_ledger_is_whole()


def test_a_release_and_a_foreclosure_of_all_at_once_are_one_of_them(standing_acts: ActDesk):
    acts = standing_acts
    pledge = acts.begun("pledge")
    orders = [
        acts.order(kind, place, pledge=pledge, quantity_mg=5 * T) for place, kind in ((1, "release"), (2, "foreclose"))
    ]
    answers: list[Any] = at_once([partial(acts.approve, order) for order in orders])
    assert sorted(answer.state for answer in answers) == ["done", "refused"]
    assert next(answer for answer in answers if answer.refusal).refusal["code"] == "encumbrance_ended"
    assert list(side_faults()) == []


def test_a_hold_that_two_let_expire_at_once_ends_once(standing_acts: ActDesk):
    acts = standing_acts
    acts.done(acts.order("hold", until=AT + timedelta(days=30)))
    later = Encumbrance.objects.get().until_ms / 1000 + 5
    at = AT.fromtimestamp(later, AT.tzinfo)
    before = live_mg(acts.owner, acts.lot)
    answers = at_once([partial(expire_due, at=at)] * 3)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert live_mg(acts.owner, acts.lot) == before + 5 * T
    assert_ledger_is_whole()


def test_a_posting_and_a_void_of_all_at_once_are_one_of_them(standing_acts: ActDesk):
    acts = standing_acts
    hold = acts.begun("hold")
    orders = [acts.order("post", 1, hold=hold, quantity_mg=5 * T), acts.order("void", 2, hold=hold)]
    answers: list[Any] = at_once([partial(acts.approve, order) for order in orders])
    assert sorted(answer.state for answer in answers) == ["done", "refused"]
    assert next(answer for answer in answers if answer.refusal).refusal["code"] == "encumbrance_ended"
    assert_ledger_is_whole()


def test_a_new_account_can_be_a_pledgee_at_once(standing_acts: ActDesk):
    acts = standing_acts
    holder = acts.people["heping"].organisation
    opened = open_account(holder=holder, kind="organiser", region_code="BT", **signature(acts.people["batu"]))
    done = acts.done(acts.order("pledge", pledgee=opened.account))
    assert Encumbrance.objects.get(name=done.number).party == opened.account
    assert "pledge" not in SUPERVISED
