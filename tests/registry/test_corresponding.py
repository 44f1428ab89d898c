"""Entries with other regions: each tonne counts in one, each step has its document, and the audit file verifies."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from act_desk import EVIDENCE, PAPER, ActDesk, T, expect_refusal
from audit_files import audit_file_bytes
from registry.test_act_orders import quantities
from registry.test_acts_at_once import standing_acts
from registry.test_side_tables import alter
from registry.test_two_at_once import assert_ledger_is_whole
from standing import at_once, unguarded
from tanhui.core.audit import verify_audit
from tanhui.registry.models import Act, Encumbrance, Entry, Lot, Order, Paper, Retirement
from tanhui.registry.queries import books_of, live_mg
from tanhui.registry.queries.corresponding import arrival_of, departed
from tanhui.registry.queries.search import find
from tanhui.registry.services import RetirementWords, SentPaper, request_retirement, withdraw
from tanhui.registry.services.booking import hash_words
from tanhui.registry.side_tables import side_faults
from walk import signature

__all__ = ["standing_acts"]
ANSWER = SentPaper("答复.pdf", b"%PDF-1.7 another paper")


def arrived(acts: ActDesk, number: int = 1, **changes: Any) -> Lot:
    return Lot.objects.get(lot=acts.done(acts.order("correspond_in", number, **changes)).lot)


def confirmed(acts: ActDesk) -> Lot:
    lot = arrived(acts)
    acts.done(acts.order("correspond_confirm", 2, entry=arrival_of(lot).entry))
    return lot


def retired(acts: ActDesk, lot: str, quantity_mg: int) -> Retirement:
    order = request_retirement(
        lot=lot,
        account=acts.buyer,
        quantity_mg=quantity_mg,
        purpose="event",
        words=RetirementWords("一场会议", "会议中心", "抵消这场会议的足迹。"),
        region_code="BT",
        command_id=(700).to_bytes(16, "big"),
        **signature(acts.people["wangqiang"], "足迹已核算。"),
    )
    return Retirement.objects.get(order=acts.done(order))


# --- in --------------------------------------------------------------------------------------------


def test_what_arrives_is_a_lot_of_its_own_that_nobody_can_use_until_it_is_confirmed(acts: ActDesk):
    lot = arrived(acts)
    assert (lot.project, lot.period, lot.region, lot.foreign_entry) == (None, "", "CN-ORDOS", "OR-O-7")
    assert (lot.issued_mg, lot.buffer_mg, lot.estimate_hash_hex) == (5 * T, 0, EVIDENCE["estimate_hash_hex"])
    assert quantities(lot.lot)["held"] == 5 * T
    assert acts.approve(acts.transfer(50, lot=lot.lot, source=acts.buyer, target=acts.owner)).refusal["code"] == (
        "insufficient_balance"
    )
    entry = arrival_of(lot)
    assert (entry.region, entry.waiting, [step.kind for step in entry.steps]) == ("CN-ORDOS", True, ["correspond_in"])
    acts.done(acts.order("correspond_confirm", 2, entry=entry.entry, paper=ANSWER))
    after = arrival_of(lot)
    assert (after.waiting, [step.paper_hex for step in after.steps]) == (False, [PAPER.sha256, ANSWER.sha256])
    assert live_mg(acts.buyer, lot.lot) == 5 * T
    acts.done(acts.transfer(51, lot=lot.lot, source=acts.buyer, target=acts.owner))
    assert books_of(lot.lot).difference_mg == 0
    assert list(side_faults()) == []


def test_what_is_returned_is_revoked_and_cannot_arrive_again(acts: ActDesk):
    lot = arrived(acts)
    acts.done(acts.order("correspond_return", 2, entry=arrival_of(lot).entry))
    assert quantities(lot.lot)["revoked"] == 5 * T
    assert Lot.objects.get(lot=lot.lot).standing_mg == 0
    problem = expect_refusal(
        "origin_already_issued", acts.order, "correspond_in", 3, field="foreign_entry", paper=ANSWER
    )
    assert lot.lot in problem.message
    assert list(side_faults()) == []


def test_an_entry_arrives_once_in_whatever_spelling(acts: ActDesk):
    lot = arrived(acts, region=" cn-ordos ")
    assert lot.region == "CN-ORDOS"
    expect_refusal("proof_used", acts.order, "correspond_in", 2, field="paper", foreign_entry="OR-O-8")
    expect_refusal("origin_already_issued", acts.order, "correspond_in", 2, paper=ANSWER, region="Cn-Ordos")
    expect_refusal("proof_used", acts.order, "correspond_in", 2, field="region", paper=ANSWER, region="ORDOS")
    other = {**EVIDENCE, "estimate_hash_hex": "4d" * 32}
    assert arrived(acts, 4, paper=ANSWER, region="CN-HHHT", **other).lot != lot.lot, "their number 7 is not ours"


def test_a_waiting_arrival_keeps_its_proof_and_a_withdrawn_one_gives_it_back(acts: ActDesk):
    first = acts.order("correspond_in")
    expect_refusal("proof_used", acts.order, "correspond_in", 2, field="paper")
    withdraw(number=first.number, **signature(acts.checker("correspond_in"), "材料不齐。"))
    assert arrived(acts, 2).lot != first.lot


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        ("unknown_account", "source", {"account": "x"}),
        ("bad_region", "region", {"region": ""}),
        ("bad_region", "region", {"region": "鄂尔多斯"}),
        ("own_region", "region", {"region": "bt"}),
        ("bad_foreign_entry", "foreign_entry", {"foreign_entry": "七"}),
        ("bad_evidence_hash", "survey_hash_hex", {"survey_hash_hex": "1a"}),
        ("bad_evidence_hash", "method_hash_hex", {"method_hash_hex": ""}),
        ("bad_evidence_hash", "estimate_hash_hex", {"estimate_hash_hex": "zz" * 32}),
        ("paper_missing", "paper", {"paper": SentPaper("", b"")}),
        ("paper_too_large", "paper", {"paper": SentPaper("a.pdf", bytes(10 * 1024 * 1024 + 1))}),
    ],
)
def test_arrivals_that_cannot_be(acts: ActDesk, code: str, field: str, changes: dict[str, Any]):
    expect_refusal(code, acts.order, "correspond_in", field=field, **changes)


def test_a_region_is_not_called_like_a_project_of_ours(acts: ActDesk):
    project = Lot.objects.get(lot=acts.lot).project_id
    expect_refusal("bad_region", acts.order, "correspond_in", field="region", region=project)


def test_the_buffer_of_a_region_is_its_own(acts: ActDesk):
    lot = confirmed(acts)
    for kind in ("reverse", "correct"):
        problem = expect_refusal("lot_from_elsewhere", acts.order, kind, 5, field="lot", lot=lot.lot)
        assert "外区的登记机构" in problem.message
    acts.done(acts.order("revoke", 6, lot=lot.lot, source=acts.buyer, quantity_mg=T))
    assert quantities(lot.lot)["revoked"] == T


def test_a_retirement_of_what_came_from_elsewhere_has_its_certificate_with_where_it_came_from(acts: ActDesk):
    lot = confirmed(acts)
    used = retired(acts, lot.lot, 2 * T)
    assert (used.serial_first, used.serial_last) == (1, 2 * T)
    assert bytes(used.certificate).startswith(b"%PDF")
    assert [(one.sort, one.name) for one in find(f"{lot.lot} 1")] == [("serial", f"{lot.lot} #1")]
    assert list(side_faults()) == []


# --- out -------------------------------------------------------------------------------------------


def test_what_goes_out_is_held_and_then_retired_with_serials_that_say_where_they_went(acts: ActDesk):
    entry = acts.begun("correspond_out")
    before = Lot.objects.get(lot=acts.lot).retired_mg
    assert Encumbrance.objects.get(name=entry).party == "CN-ORDOS"
    order = acts.done(acts.order("correspond_confirm", 2, entry=entry))
    (away,) = departed(acts.lot)
    assert (away.number, away.region, away.quantity_mg) == (order.number, "CN-ORDOS", 5 * T)
    assert (away.serial_first, away.serial_last) == (before + 1, before + 5 * T)
    assert not Retirement.objects.filter(order=order).exists(), "it was not used, it counts elsewhere"
    assert [(one.sort, one.zh) for one in find(f"{acts.lot} {before + 1}")] == [("serial_away", "CN-ORDOS")]
    expect_refusal("encumbrance_ended", acts.order, "correspond_return", 3, field="encumbrance", entry=entry)


def test_what_was_not_taken_comes_back(acts: ActDesk):
    entry, there = acts.begun("correspond_out"), live_mg(acts.owner, acts.lot)
    acts.done(acts.order("correspond_return", 2, entry=entry))
    assert live_mg(acts.owner, acts.lot) == there + 5 * T
    assert departed(acts.lot) == []
    assert [one.sort for one in find(f"{acts.lot} {T * 100}")] == ["serial_free"]


def test_departures_that_cannot_be(acts: ActDesk):
    for code, field, changes in (
        ("unknown_lot", "lot", {"lot": "x"}),
        ("unknown_account", "source", {"source": "x"}),
        ("bad_region", "region", {"region": "a b"}),
        ("own_region", "region", {"region": "BT"}),
        ("paper_missing", "paper", {"paper": SentPaper("a", b"")}),
    ):
        expect_refusal(code, acts.order, "correspond_out", field=field, **changes)
    hold = acts.begun("hold")
    for kind in ("correspond_confirm", "correspond_return"):
        for entry in ("x", hold):
            expect_refusal("unknown_encumbrance", acts.order, kind, field="encumbrance", entry=entry)
        expect_refusal("paper_missing", acts.order, kind, field="paper", paper=SentPaper("", b""))


def test_nothing_of_a_frozen_account_goes_or_is_confirmed_but_it_may_come_back(acts: ActDesk):
    entry = acts.begun("correspond_out")
    acts.done(acts.order("freeze", 2, lot="", quantity_mg=None))
    expect_refusal("account_frozen", acts.order, "correspond_out", 3)
    expect_refusal("account_frozen", acts.order, "correspond_confirm", 4, entry=entry)
    acts.done(acts.order("correspond_return", 5, entry=entry))


# --- what proves it --------------------------------------------------------------------------------


def test_the_ledger_has_one_hash_over_number_authority_and_the_document_itself(acts: ActDesk):
    entry = acts.begun("correspond_out")
    order = Order.objects.get(number=entry)
    told = Act.objects.get(command_hex=order.command_hex).terms["agreement_hash"]
    assert told == hash_words(b"", order.terms["document"], order.terms["authority"], PAPER.sha256).hex()
    assert bytes(Paper.objects.get(order=order).content) == PAPER.content


@pytest.mark.parametrize(
    ("statement", "table", "column"),
    [
        ("UPDATE registry_paper SET content = content || '\\x00'", "registry_paper", "content"),
        ("DELETE FROM registry_paper", "registry_paper", "content"),
        ('UPDATE registry_order SET terms = terms || \'{"region": "X1"}\'', "registry_order", "terms"),
    ],
)
def test_what_is_changed_beside_the_ledger_is_found(acts: ActDesk, statement: str, table: str, column: str):
    confirmed(acts)
    alter(statement)
    assert (table, column) in {(fault.table, fault.column) for fault in side_faults()}


def test_the_audit_file_with_lots_of_two_regions_verifies(standing_acts: ActDesk):
    acts = standing_acts
    lot = confirmed(acts)
    acts.done(acts.order("correspond_confirm", 7, entry=acts.begun("correspond_out"), paper=ANSWER))
    retired(acts, lot.lot, T)
    report = verify_audit(audit_file_bytes())
    assert [str(fault) for fault in report.faults] == []
    for column in ("region", "foreign_entry"):
        with unguarded() as cursor:
            cursor.execute(f"UPDATE registry_lot SET {column} = 'x' || {column} WHERE region <> ''")
        assert {fault.where.table for fault in verify_audit(audit_file_bytes()).faults} == {"lot"}
        with unguarded() as cursor:
            cursor.execute(f"UPDATE registry_lot SET {column} = substr({column}, 2) WHERE region <> ''")


@pytest.mark.parametrize(
    "change",
    ["region = ''", "foreign_entry = ''", "period = 'x'", "project_id = 'BT-P-1', period = 'x'", "buffer_mg = 1"],
)
def test_a_lot_has_a_project_or_a_region_and_never_both(acts: ActDesk, change: str):
    arrived(acts)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_lot SET {change} WHERE region <> ''")


# --- at once ---------------------------------------------------------------------------------------


def test_a_confirmation_and_a_return_at_once_are_one_of_them(standing_acts: ActDesk):
    acts = standing_acts
    entry = acts.begun("correspond_out")
    orders = [
        acts.order(kind, number, entry=entry) for number, kind in ((1, "correspond_confirm"), (2, "correspond_return"))
    ]
    answers: list[Any] = at_once([partial(acts.approve, order) for order in orders])
    assert sorted(answer.state for answer in answers) == ["done", "refused"]
    assert next(answer for answer in answers if answer.refusal).refusal["code"] == "encumbrance_ended"
    assert_ledger_is_whole()


def test_the_same_proof_sent_by_three_at_once_arrives_once(standing_acts: ActDesk):
    acts = standing_acts
    answers: list[Any] = at_once([partial(acts.order, "correspond_in", number) for number in (1, 2, 3)])
    assert sorted(getattr(answer, "code", "made") for answer in answers) == ["made", "proof_used", "proof_used"]
    assert Paper.objects.count() == 1
    assert not Entry.objects.filter(lot=Order.objects.get(kind="correspond_in").lot).exists()
