"""Revoke, reverse, correct: the buffer pays first, then who is named; what a lot stands for, and who lost how much."""

import pytest

from act_desk import LATER_HEX, ActDesk, T, expect_refusal, measured_again
from registry.test_act_orders import quantities
from tanhui.kit.jobs.models import Job
from tanhui.monitoring.models import BookedSurvey, Programme, Run, RunSignature
from tanhui.people.models import Person
from tanhui.registry.models import Entry, Holding, Lot
from tanhui.registry.queries import live_mg
from tanhui.registry.queries.remeasured import remeasured
from tanhui.registry.side_tables import side_faults
from tanhui.site.pages.entries import order_entries
from walk import AT


def lot_of(acts: ActDesk) -> Lot:
    return Lot.objects.get(lot=acts.lot)


def moved(order) -> list[tuple[str, str, int]]:
    rows = Entry.objects.filter(command_hex=order.command_hex).order_by("index")
    return [(row.from_account, row.from_book, row.quantity_mg) for row in rows]


def test_the_buffer_pays_first_and_the_absorber_what_it_lacks(acts: ActDesk):
    lot, buffer = lot_of(acts), Holding.objects.get(book="buffer")
    lacking = 3 * T
    order = acts.done(acts.order("reverse", quantity_mg=lot.buffer_mg + lacking))
    assert moved(order) == [(buffer.account, "buffer", lot.buffer_mg), (acts.owner, "live", lacking)]
    after = lot_of(acts)
    assert (after.lessened_mg, after.drawn_mg) == (lot.buffer_mg + lacking, lot.buffer_mg)
    assert quantities(acts.lot)["revoked"] == lot.buffer_mg + lacking
    assert list(side_faults()) == []


def test_the_buffer_alone_pays_for_what_it_can_bear(acts: ActDesk):
    before, buffer_mg = live_mg(acts.owner, acts.lot), lot_of(acts).buffer_mg
    order = acts.done(acts.order("reverse", absorber="", quantity_mg=buffer_mg))
    assert [book for _, book, _ in moved(order)] == ["buffer"]
    assert live_mg(acts.owner, acts.lot) == before
    problem = expect_refusal("no_absorber", acts.order, "reverse", 2, field="source", absorber="", quantity_mg=1)
    assert "指定由谁补足" in problem.message


def test_a_correction_takes_what_the_later_estimate_has_not(acts: ActDesk):
    lot = lot_of(acts)
    order = acts.done(acts.order("correct", issuable_mg=lot.issued_mg - 4 * T))
    assert sum(quantity_mg for _, _, quantity_mg in moved(order)) == 4 * T
    assert order.quantity_mg is None, "the ledger counts"
    after = lot_of(acts)
    assert after.issued_mg - after.lessened_mg == lot.issued_mg - 4 * T
    expect_refusal("bad_correction", acts.order, "correct", 2, field="issuable_t", issuable_mg=lot.issued_mg - 4 * T)
    expect_refusal("bad_correction", acts.order, "correct", 2, field="issuable_t", issuable_mg=-1)


def test_a_correction_rests_on_a_later_estimate(acts: ActDesk):
    own = lot_of(acts).estimate_hash_hex
    measured_again(acts.lot)
    for text in ("", "xyz", LATER_HEX[:-1], LATER_HEX + "a", "cd" * 32):
        expect_refusal("unknown_estimate", acts.order, "correct", field="later_estimate_hex", later_estimate_hex=text)
    expect_refusal(
        "estimate_not_later", acts.order, "correct", field="later_estimate_hex", later_estimate_hex=own.upper()
    )
    order = acts.order("correct", later_estimate_hex=f" {LATER_HEX.upper()} ")
    assert (order.terms["later_estimate_hex"], order.terms["later_number"]) == (LATER_HEX, "later-abab")


def test_only_a_certified_estimate_of_the_same_plots_for_a_later_time_will_do(acts: ActDesk):
    for text, state, years in (("12" * 32, "measured", 3), ("34" * 32, "returned", 3), ("56" * 32, "certified", 0)):
        measured_again(acts.lot, state, text, years=years)
        expect_refusal("unknown_estimate", acts.order, "correct", field="later_estimate_hex", later_estimate_hex=text)
    elsewhere = measured_again(acts.lot, hash_hex="78" * 32, moved_e6=1_000)
    expect_refusal("unknown_estimate", acts.order, "correct", field="later_estimate_hex", later_estimate_hex=elsewhere)
    assert [one.hash_hex for one in remeasured()] == []
    measured_again(acts.lot, "issued")
    assert [(one.lot, one.hash_hex, one.issuable_mg) for one in remeasured()] == [(acts.lot, LATER_HEX, 6_900 * T)]


def test_a_signed_result_of_a_later_revision_will_do(acts: ActDesk):
    lot, by = lot_of(acts), acts.people["naren"]
    programme = Programme.objects.create(number="P", key="P", name_zh="计划", opened_at=AT, opened_by=by)
    surveys = [
        BookedSurvey.objects.create(programme=programme, revision=revision, root_hex=root, booked_at=AT, booked_by=by)
        for revision, root in ((1, lot.survey_hash_hex), (2, "ef" * 32))
    ]
    same, later = (run_on(survey, by, number) for number, survey in enumerate(surveys, 1))
    assert remeasured(acts.lot) == [], "nobody has signed"
    for run in (same, later):
        RunSignature.objects.create(run=run, person=by, signed_at=AT, hash_hex=run.hash_hex)
    assert [one.hash_hex for one in remeasured(acts.lot)] == [later.hash_hex]
    assert acts.order("correct", later_estimate_hex=later.hash_hex).terms["later_number"] == later.number


def run_on(survey: BookedSurvey, by: Person, number: int) -> Run:
    job = Job.objects.create(kind="run", key=f"job-{number}", asked_at=AT, asked_by=by.username, state="done")
    return Run.objects.create(
        number=f"R-{number}",
        key=f"run-{number}",
        survey=survey,
        method="m",
        method_version="1",
        plan={},
        job=job,
        document="{}",
        hash_hex=f"{number}" * 64,
        asked_at=AT,
        asked_by=by,
    )


def test_what_is_taken_back_cannot_be_more_than_the_lot_stands_for(acts: ActDesk):
    lot = lot_of(acts)
    expect_refusal("more_than_stands", acts.order, "reverse", field="quantity_t", quantity_mg=lot.issued_mg + 1)
    for kind, changes in (("revoke", {"source": "x"}), ("reverse", {"absorber": "x"}), ("correct", {"absorber": "x"})):
        expect_refusal("unknown_account", acts.order, kind, field="source", **changes)
        expect_refusal("unknown_lot", acts.order, kind, field="lot", lot="x")
    for kind in ("reverse", "correct"):
        expect_refusal("unknown_lot", acts.order, kind, field="absorber_lot", absorber_lot="x")
        expect_refusal("no_absorber", acts.order, kind, field="source", absorber="", absorber_lot=acts.lot)


def test_a_buffer_answers_for_nobody(acts: ActDesk):
    lot, buffer = lot_of(acts), Holding.objects.get(book="buffer").account
    expect_refusal("wrong_account_kind", acts.order, "revoke", source=buffer)
    expect_refusal("wrong_account_kind", acts.order, "reverse", absorber=buffer, quantity_mg=lot.buffer_mg + 1)


@pytest.mark.parametrize("kind", ["reverse", "correct"])
def test_before_anybody_signs_it_is_said_who_loses_how_much(acts: ActDesk, kind: str):
    lot, live = lot_of(acts), live_mg(acts.owner, acts.lot)
    taken = lot.buffer_mg + 2 * T
    changes = {"quantity_mg": taken} if kind == "reverse" else {"issuable_mg": lot.issued_mg - taken}
    order = acts.order(kind, **changes)
    shown = order_entries(order)
    assert [row["quantity_mg"] for row in shown["entries"]] == [lot.buffer_mg, 2 * T]
    assert [row["words"].rpartition("→")[2].strip() for row in shown["entries"]] == ["已撤销", "已撤销"]
    assert [(row["before_mg"], row["after_mg"]) for row in shown["balances"]] == [
        (lot.buffer_mg, 0),
        (live, live - 2 * T),
        (lot.issued_mg, lot.issued_mg - taken),
    ]
    assert shown["total_mg"] == taken
    acts.done(order)
    order.refresh_from_db()
    assert order_entries(order)["entries"] == shown["entries"], "what was booked is what was shown"


def test_a_revocation_that_would_be_refused_says_so_on_its_page(acts: ActDesk):
    order = acts.order("revoke")
    acts.done(acts.order("freeze", 2, lot="", quantity_mg=None))
    shown = order_entries(order)
    assert shown["foreseen"]["code"] == "account_frozen"
    assert [row["quantity_mg"] for row in shown["entries"]] == [5 * T]
