"""Holds: posted to who bought, in parts; at their time they end by themselves, handed to the ledger once."""

from datetime import UTC, datetime, timedelta

import pytest

from act_desk import DEAL, UNTIL, ActDesk, T, expect_refusal
from registry.test_act_orders import quantities
from tanhui.kit import clock
from tanhui.registry.models import Act, Encumbrance, Holding
from tanhui.registry.queries import live_mg
from tanhui.registry.services import expire_due
from tanhui.registry.services.booking import hash_words
from tanhui.registry.services.follow_ups import left_behind
from tanhui.registry.services.holds import expiry_id
from tanhui.registry.side_tables import side_faults

LATER = UNTIL + timedelta(seconds=1)


@pytest.mark.parametrize(("purpose", "book"), [("listing", "held"), ("auction", "held"), ("reserve", "reserve")])
def test_a_hold_expires_once_its_time_has_come_and_not_before(acts: ActDesk, purpose: str, book: str):
    hold = acts.done(acts.order("hold", purpose=purpose)).number
    before = quantities(acts.lot)
    assert expire_due(at=UNTIL - timedelta(seconds=1)) == 0
    assert expire_due(at=LATER) == 1
    found = Encumbrance.objects.get(name=hold)
    after = quantities(acts.lot)
    assert (found.ended, found.left_mg) == (True, 0)
    assert (after[book] - before[book], after["live"] - before["live"]) == (-5 * T, 5 * T)
    act = Act.objects.get(kind="expire")
    assert (act.actor, act.role, act.outcome) == ("registry", "operator", "done")
    assert expire_due(at=LATER) == 0
    expect_refusal("encumbrance_ended", acts.order, "void", 3, hold=hold)


def test_several_expire_together_and_what_was_voided_does_not(acts: ActDesk):
    first, second = acts.done(acts.order("hold", 1)), acts.done(acts.order("hold", 2))
    acts.done(acts.order("void", 3, hold=first.number))
    third = acts.done(acts.order("hold", 4))
    assert expire_due(at=LATER) == 2
    ended = Act.objects.filter(kind="expire", outcome="done").values_list("terms__hold", flat=True)
    assert set(ended) == {second.number, third.number}


def test_a_void_signed_too_late_is_refused_by_the_ledger(acts: ActDesk):
    order = acts.order("void")
    expire_due(at=LATER)
    assert acts.approve(order).refusal["code"] == "encumbrance_ended"


@pytest.mark.parametrize("purpose", ["listing", "auction", "reserve"])
def test_a_hold_is_posted_in_parts_and_the_rest_goes_back(acts: ActDesk, purpose: str):
    hold = acts.done(acts.order("hold", purpose=purpose)).number
    had = live_mg(acts.buyer, acts.lot)
    order = acts.done(acts.order("post", 2, hold=hold, quantity_mg=2 * T))
    assert live_mg(acts.buyer, acts.lot) == had + 2 * T
    assert Act.objects.get(command_hex=order.command_hex).terms["contract_hash"] == (
        hash_words(b"", DEAL["exchange_certificate"], str(DEAL["price_fen_per_t"])).hex()
    )
    expect_refusal("more_than_encumbered", acts.order, "post", 3, field="quantity_t", hold=hold, quantity_mg=3 * T + 1)
    acts.done(acts.order("post", 4, hold=hold, quantity_mg=T))
    acts.done(acts.order("void", 5, hold=hold))
    assert live_mg(acts.buyer, acts.lot) == had + 3 * T
    expect_refusal("encumbrance_ended", acts.order, "post", 6, field="encumbrance", hold=hold)
    assert list(side_faults()) == []


def test_postings_that_cannot_be(acts: ActDesk):
    buffer = Holding.objects.get(book="buffer").account
    for code, field, changes in (
        ("unknown_encumbrance", "encumbrance", {"hold": "x"}),
        ("unknown_encumbrance", "encumbrance", {"hold": acts.begun("pledge")}),
        ("unknown_account", "target", {"target": "x"}),
        ("same_account", "target", {"target": acts.owner}),
        ("wrong_account_kind", "source", {"target": buffer}),
        ("exchange_certificate_missing", "exchange_certificate", {"exchange_certificate": " "}),
        ("bad_price", "price", {"price_fen_per_t": -1}),
        ("more_than_encumbered", "quantity_t", {"quantity_mg": 5 * T + 1}),
    ):
        expect_refusal(code, acts.order, "post", field=field, **changes)


def test_a_posting_after_the_end_of_the_hold_is_refused_before_and_at_the_signature(acts: ActDesk):
    hold = acts.done(acts.order("hold", until=clock.from_ms(clock.to_ms(clock.now()) + 60_000))).number
    order = acts.order("post", 2, hold=hold)
    expect_refusal(
        "hold_expired", acts.order, "post", 3, field="encumbrance", hold=hold, at=clock.now() + timedelta(minutes=2)
    )
    late = {"at": clock.now() + timedelta(minutes=2)}
    assert acts.approve(order, **late).refusal["code"] == "hold_expired"


def test_what_is_frozen_is_not_posted_but_may_go_back(acts: ActDesk):
    hold = acts.begun("hold")
    acts.done(acts.order("freeze", 2, lot="", quantity_mg=None))
    expect_refusal("account_frozen", acts.order, "post", 3, field="source", hold=hold)
    acts.done(acts.order("void", 4, hold=hold))


@pytest.mark.parametrize("purpose", ["", "pledge", "fun"])
def test_what_is_held_for_is_one_of_three(acts: ActDesk, purpose: str):
    expect_refusal("bad_hold_purpose", acts.order, "hold", field="purpose", purpose=purpose)


def test_the_end_of_a_hold_lies_ahead(acts: ActDesk):
    for until in (clock.now() - timedelta(days=1), clock.from_ms(0)):
        expect_refusal("expiry_passed", acts.order, "hold", field="until", until=until)
    expect_refusal("unknown_lot", acts.order, "hold", field="lot", lot="x")
    expect_refusal("unknown_account", acts.order, "hold", field="source", source="x")
    expect_refusal("unknown_encumbrance", acts.order, "void", field="encumbrance", hold="x")


def test_the_writers_program_sees_to_it_when_it_is_idle(acts: ActDesk, monkeypatch):
    hold = acts.begun("hold")
    monkeypatch.setattr(clock, "now", lambda: LATER)
    for work in left_behind(clock.now()):
        work()
    assert Encumbrance.objects.get(name=hold).ended


def test_the_expiry_of_a_hold_has_one_id_an_hour():
    hour = datetime(2099, 1, 1, tzinfo=UTC)
    assert expiry_id("h", hour) == expiry_id("h", hour + timedelta(minutes=59))
    assert expiry_id("h", hour) != expiry_id("h", hour + timedelta(hours=1))
    assert expiry_id("h", hour) != expiry_id("g", hour)
