"""Reserves end by themselves: handed to the ledger once, by the writer's program or where somebody asks for it."""

from datetime import timedelta

from act_desk import UNTIL, ActDesk, T, expect_refusal
from registry.test_act_orders import quantities
from tanhui.kit import clock
from tanhui.registry.models import Act, Encumbrance
from tanhui.registry.services import expire_due
from tanhui.registry.services.follow_ups import left_behind
from tanhui.registry.services.reserving import expiry_id

LATER = UNTIL + timedelta(seconds=1)


def test_a_reserve_expires_once_its_time_has_come_and_not_before(acts: ActDesk):
    hold = acts.begun("hold")
    before = quantities(acts.lot)
    assert expire_due(at=UNTIL - timedelta(seconds=1)) == 0
    assert expire_due(at=LATER) == 1
    found = Encumbrance.objects.get(name=hold)
    after = quantities(acts.lot)
    assert (found.ended, found.left_mg) == (True, 0)
    assert (after["reserve"] - before["reserve"], after["live"] - before["live"]) == (-5 * T, 5 * T)
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


def test_the_end_of_a_reserve_lies_ahead(acts: ActDesk):
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
    assert expiry_id("h", LATER) == expiry_id("h", LATER + timedelta(minutes=59))
    assert expiry_id("h", LATER) != expiry_id("h", LATER + timedelta(hours=1))
    assert expiry_id("h", LATER) != expiry_id("g", LATER)
