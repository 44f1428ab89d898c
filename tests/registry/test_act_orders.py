"""Every act that is ordered: two people of the right role, once each, to the milligram, true beside the ledger."""

from datetime import timedelta

import pytest

from act_desk import BASIS, REQUESTS, SUPERVISED, UNGROUNDED, UNMOVING, UNTIL, ActDesk, T, expect_refusal
from standing import row_counts
from tanhui.core.ledger import MAX_QUANTITY_MG
from tanhui.core.ledger.rules import MAY_ORDER
from tanhui.people.models import Role
from tanhui.people.queries import trail
from tanhui.registry.models import Act, Encumbrance, Entry, Holding, Lot
from tanhui.registry.models.desk import COUNTED_BY_THE_LEDGER
from tanhui.registry.queries import books_of, live_mg
from tanhui.registry.services import Basis, withdraw
from tanhui.registry.side_tables import side_faults
from walk import signature

KINDS = tuple(REQUESTS)
UNCOUNTED = frozenset(COUNTED_BY_THE_LEDGER) - {"freeze"} | {"distribute"}
"""Kinds whose form has no quantity."""
BOOKS = ("live", "held", "pledged", "frozen", "buffer", "reserve", "retired", "revoked")
MOVES = {
    "freeze": {"live": -5, "frozen": 5},
    "unfreeze": {"live": 5, "frozen": -5},
    "pledge": {"live": -5, "pledged": 5},
    "release": {"live": 2, "pledged": -2},
    "foreclose": {"live": 2, "pledged": -2},
    "revoke": {"live": -5, "revoked": 5},
    "reverse": {"buffer": -5, "revoked": 5},
    "distribute": {},
    "correspond_out": {"live": -5, "held": 5},
    "correspond_in": {},
    "correspond_confirm": {"held": -5, "retired": 5},
    "correspond_return": {"live": 5, "held": -5},
    "hold": {"live": -5, "held": 5},
    "post": {"live": 2, "held": -2},
    "void": {"live": 5, "held": -5},
}


def quantities(lot: str) -> dict[str, int]:
    return {line.code: line.quantity_mg for line in books_of(lot).lines}


# --- two people, once each -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_act_is_prepared_by_one_and_signed_by_another_of_the_same_role(acts: ActDesk, kind: str):
    order = acts.order(kind)
    entries = Entry.objects.count()
    assert (order.kind, order.state, order.requested_by) == (kind, "waiting", acts.maker(kind))
    expect_refusal("same_person", acts.approve, order, by=acts.maker(kind))
    before = quantities(acts.lot)
    done = acts.done(order)
    after = quantities(acts.lot)
    assert (done.decided_by, done.decision_reason) == (acts.checker(kind), "核对无误。")
    moved = {book: (after[book] - before[book]) // T for book in BOOKS if after[book] != before[book]}
    if kind in MOVES:
        assert moved == MOVES[kind]
    assert (Entry.objects.count() > entries) == (kind not in UNMOVING)
    assert Act.objects.get(command_hex=order.command_hex).kind == kind
    assert [entry.act for entry in trail(order.number)] == [f"request_{kind}", f"approve_{kind}"]
    assert books_of(acts.lot).difference_mg == 0
    assert list(side_faults()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_of_another_role_orders_signs_or_gives_back(acts: ActDesk, kind: str):
    order, somebody = acts.order(kind), acts.people["sunwei"]
    allowed = Role.SUPERVISOR if kind in SUPERVISED else Role.OPERATOR
    assert set(MAY_ORDER[kind]) == {allowed}
    asked = acts.asked(kind)
    for role in set(Role.values) - {allowed}:
        somebody.role = role
        expect_refusal("wrong_role", acts.order, kind, 7, by=somebody, **asked)
        expect_refusal("wrong_role", acts.approve, order, by=somebody)
        expect_refusal("wrong_role", withdraw, number=order.number, **signature(somebody))


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_sent_twice_is_one_order_and_two_signatures_book_once(acts: ActDesk, kind: str):
    asked = acts.asked(kind)
    order = acts.order(kind, **asked)
    before = row_counts()
    assert acts.order(kind, **asked).pk == order.pk
    assert row_counts() == before
    acts.done(order)
    after, books = row_counts(), books_of(acts.lot)
    assert acts.approve(order).state == "done"
    assert acts.order(kind, **asked).state == "done", "a lost answer can be asked again"
    assert (row_counts(), books_of(acts.lot)) == (after, books)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_form_with_other_content_is_refused(acts: ActDesk, kind: str):
    order, asked = acts.order(kind), acts.asked(kind)
    other = {"basis": BASIS._replace(document="另一份")} if "basis" in asked else {}
    if kind == "hold":
        other = {"until": UNTIL + timedelta(days=1)}
    if kind == "post":
        other = {"exchange_certificate": "HX-3"}
    if kind == "close_account":
        other = {"account": acts.empty("buyer")}
    if kind == "void":
        other = {"hold": acts.done(acts.order("hold", 44)).number}
    problem = expect_refusal("id_reused_with_other_content", acts.order, kind, **{**asked, **other})
    assert order.number in problem.message


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_that_is_given_back_books_nothing(acts: ActDesk, kind: str):
    order, books = acts.order(kind), books_of(acts.lot)
    back = withdraw(number=order.number, **signature(acts.checker(kind), "材料不齐。"))
    assert (back.state, books_of(acts.lot)) == ("withdrawn", books)
    expect_refusal("order_decided", acts.approve, order)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_ordered_or_signed_without_a_reason(acts: ActDesk, kind: str):
    asked = acts.asked(kind)
    expect_refusal("reason_missing", acts.order, kind, reason=" ", **asked)
    expect_refusal("reason_missing", acts.approve, acts.order(kind), reason="")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in UNGROUNDED])
def test_every_act_but_a_hold_and_its_ends_rests_on_a_document(acts: ActDesk, kind: str):
    asked = acts.asked(kind)
    for code, field, basis in (
        ("document_missing", "document", Basis(" ", "法院")),
        ("authority_missing", "authority", Basis("1号", "")),
        ("text_too_long", "document", Basis("长" * 121, "法院")),
        ("text_too_long", "authority", Basis("1号", "长" * 121)),
    ):
        expect_refusal(code, acts.order, kind, field=field, **{**asked, "basis": basis})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in UNCOUNTED])
def test_a_quantity_is_more_than_nothing_and_no_more_than_the_ledger_takes(acts: ActDesk, kind: str):
    asked = acts.asked(kind)
    for code, quantity_mg in (("not_positive", 0), ("not_positive", -1), ("too_large", MAX_QUANTITY_MG + 1)):
        expect_refusal(code, acts.order, kind, field="quantity_t", **{**asked, "quantity_mg": quantity_mg})


# --- freeze ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lot", ["", "one"])
def test_what_is_frozen_does_not_leave_and_the_refusal_names_the_document(acts: ActDesk, lot: str):
    freeze = acts.done(acts.order("freeze", lot=acts.lot if lot else "", quantity_mg=None))
    assert (freeze.quantity_mg, Encumbrance.objects.get(name=freeze.number).book) == (None, "")
    problem = expect_refusal("account_frozen", acts.transfer, field="source")
    assert BASIS.document in problem.remedy
    assert BASIS.authority in problem.remedy
    assert freeze.number in problem.remedy
    for kind in ("pledge", "revoke", "hold"):
        expect_refusal("account_frozen", acts.order, kind, 5)
    assert acts.approve(acts.transfer(source=acts.buyer, target=acts.owner)).state == "done", "it may still receive"
    acts.done(acts.order("unfreeze", 6, freeze=freeze.number))
    assert acts.approve(acts.transfer(801)).state == "done"


def test_a_freeze_that_comes_between_request_and_signature_stops_the_transfer(acts: ActDesk):
    order = acts.transfer()
    acts.done(acts.order("freeze", lot="", quantity_mg=None))
    decided = acts.approve(order)
    assert (decided.state, decided.refusal["code"]) == ("refused", "account_frozen")


def test_two_freezes_are_lifted_one_by_one(acts: ActDesk):
    first = acts.done(acts.order("freeze", 1, lot="", quantity_mg=None))
    second = acts.done(acts.order("freeze", 2, quantity_mg=None))
    acts.done(acts.order("unfreeze", 3, freeze=first.number))
    expect_refusal("account_frozen", acts.transfer)
    acts.done(acts.order("unfreeze", 4, freeze=second.number))
    assert acts.transfer().state == "waiting"
    expect_refusal("encumbrance_ended", acts.order, "unfreeze", 5, freeze=second.number)


def test_freezes_that_cannot_be(acts: ActDesk):
    buffer = Holding.objects.get(book="buffer").account
    for code, field, changes in (
        ("unknown_account", "source", {"account": "BT-A-999999"}),
        ("unknown_lot", "lot", {"lot": "x"}),
        ("lot_missing", "lot", {"lot": ""}),
        ("wrong_account_kind", "source", {"account": buffer}),
        ("wrong_account_kind", "source", {"account": buffer, "lot": "", "quantity_mg": None}),
    ):
        expect_refusal(code, acts.order, "freeze", field=field, **changes)
    expect_refusal("unknown_encumbrance", acts.order, "unfreeze", field="encumbrance", freeze="BT-O-1")
    expect_refusal("unknown_encumbrance", acts.order, "unfreeze", field="encumbrance", freeze=acts.begun("pledge"))


# --- pledge ----------------------------------------------------------------------------------------


def test_a_pledge_is_released_and_foreclosed_in_parts_until_nothing_is_left(acts: ActDesk):
    pledge = acts.begun("pledge")
    had = live_mg(acts.buyer, acts.lot)
    acts.done(acts.order("release", 1, quantity_mg=T))
    acts.done(acts.order("foreclose", 2, quantity_mg=3 * T))
    assert live_mg(acts.buyer, acts.lot) == had + 3 * T
    expect_refusal("more_than_encumbered", acts.order, "release", 3, field="quantity_t", quantity_mg=T + 1)
    expect_refusal("more_than_encumbered", acts.order, "foreclose", 3, field="quantity_t", quantity_mg=T + 1)
    acts.done(acts.order("release", 4, quantity_mg=T))
    found = Encumbrance.objects.get(name=pledge)
    assert (found.left_mg, found.ended, found.party) == (0, True, acts.buyer)
    expect_refusal("encumbrance_ended", acts.order, "release", 5, quantity_mg=1)
    assert list(side_faults()) == []


def test_two_releases_that_together_are_too_much(acts: ActDesk):
    first, second = acts.order("release", 1, quantity_mg=4 * T), acts.order("release", 2, quantity_mg=4 * T)
    acts.done(first)
    assert acts.approve(second).refusal["code"] == "more_than_encumbered"


def test_pledges_that_cannot_be(acts: ActDesk):
    buffer = Holding.objects.get(book="buffer").account
    for code, field, changes in (
        ("unknown_lot", "lot", {"lot": "x"}),
        ("unknown_account", "source", {"source": "x"}),
        ("unknown_account", "target", {"pledgee": "x"}),
        ("same_account", "target", {"pledgee": acts.owner}),
        ("wrong_account_kind", "source", {"pledgee": buffer}),
        ("wrong_account_kind", "source", {"source": buffer}),
    ):
        expect_refusal(code, acts.order, "pledge", field=field, **changes)
    for kind in ("release", "foreclose"):
        expect_refusal("unknown_encumbrance", acts.order, kind, field="encumbrance", pledge="x")
        expect_refusal("unknown_encumbrance", acts.order, kind, field="encumbrance", pledge=acts.begun("freeze"))
    expect_refusal("unknown_account", acts.order, "foreclose", field="target", target="x")
    expect_refusal("same_account", acts.order, "foreclose", target=acts.owner)
    expect_refusal("wrong_account_kind", acts.order, "foreclose", target=buffer)


def test_more_than_there_is_waits_for_the_signature_and_is_refused_by_the_ledger(acts: ActDesk):
    there = live_mg(acts.owner, acts.lot)
    for number, kind in enumerate(("freeze", "pledge", "revoke", "hold"), 20):
        decided = acts.approve(acts.order(kind, number, quantity_mg=there + 1))
        assert (decided.state, decided.refusal["code"]) == ("refused", "insufficient_balance")
    assert live_mg(acts.owner, acts.lot) == there


def test_what_is_pledged_or_held_cannot_be_used_and_the_books_add_up(acts: ActDesk):
    there = live_mg(acts.owner, acts.lot)
    acts.done(acts.order("pledge", 1, quantity_mg=there - T))
    acts.done(acts.order("hold", 2, quantity_mg=T))
    assert acts.approve(acts.transfer(quantity_mg=1)).refusal["code"] == "insufficient_balance"
    lot = Lot.objects.get(lot=acts.lot)
    assert sum(quantities(acts.lot).values()) == lot.issued_mg
