"""Closing an account: only when empty and not frozen, for good, and its holder may open another."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from act_desk import BASIS, ActDesk, T, expect_refusal
from registry.test_acts_at_once import standing_acts
from standing import at_once
from tanhui.registry.models import Account, LedgerAccount
from tanhui.registry.queries import buyer_account, live_mg
from tanhui.registry.queries.accounts import closed_among, open_account_of, still_open
from tanhui.registry.services import open_account
from tanhui.registry.side_tables import side_faults
from walk import signature

__all__ = ["standing_acts"]


def closed(acts: ActDesk, number: int = 1) -> str:
    account = acts.empty()
    acts.done(acts.order("close_account", number, account=account))
    return account


def test_a_closed_account_neither_takes_nor_gives_and_is_never_opened_again(acts: ActDesk):
    account = closed(acts)
    assert LedgerAccount.objects.get(account=account).closed
    assert account in closed_among([account])
    assert account not in {row.account for row in still_open()}
    for kind, changes in (
        ("pledge", {"pledgee": account}),
        ("hold", {"source": account}),
        ("freeze", {"account": account}),
    ):
        expect_refusal("account_closed", acts.order, kind, 2, field="source", **changes)
    expect_refusal("account_closed", acts.transfer, 2, target=account)
    expect_refusal("account_closed", acts.order, "close_account", 2, field="source", account=account)
    assert list(side_faults()) == []


def test_what_still_stands_in_it_is_named_lot_by_lot(acts: ActDesk):
    acts.begun("pledge")
    problem = expect_refusal("account_not_empty", acts.order, "close_account", 2, field="source", account=acts.owner)
    assert acts.lot in problem.message
    assert f"批次 {acts.lot} 质押 5.000 t" in problem.remedy
    assert "可流通" in problem.remedy
    assert "已注销" not in problem.remedy


def test_what_was_retired_in_it_keeps_no_account_open(acts: ActDesk):
    acts.done(acts.transfer(2, source=acts.buyer, target=acts.owner, quantity_mg=live_mg(acts.buyer, acts.lot)))
    acts.done(acts.order("close_account", 3, account=acts.buyer))
    assert acts.buyer in closed_among([acts.buyer]), "its retirements stay in it"


def test_a_frozen_account_is_not_closed_and_the_document_is_named(acts: ActDesk):
    account = acts.empty()
    acts.done(acts.order("freeze", 2, account=account, lot="", quantity_mg=None))
    problem = expect_refusal("account_frozen", acts.order, "close_account", 3, field="source", account=account)
    assert BASIS.document in problem.remedy


def test_what_arrives_between_request_and_signature_keeps_it_open(acts: ActDesk):
    account = acts.empty()
    order = acts.order("close_account", 2, account=account)
    acts.done(acts.transfer(3, target=account))
    decided = acts.approve(order)
    assert (decided.state, decided.refusal["code"]) == ("refused", "account_not_empty")
    assert account not in closed_among([account])


def test_what_waits_for_a_closed_account_is_refused_by_the_ledger(acts: ActDesk):
    account = acts.empty()
    waiting = acts.transfer(3, target=account)
    acts.done(acts.order("close_account", 2, account=account))
    assert acts.approve(waiting).refusal["code"] == "account_closed"


def test_its_holder_may_have_another_and_only_one_is_open(acts: ActDesk):
    first = closed(acts)
    second = acts.empty()
    holder = acts.people["heping"].organisation
    assert second != first
    assert open_account_of(holder, "organiser") == Account.objects.get(account=second)
    assert acts.empty() == second, "one that is open is not opened twice"
    assert buyer_account(holder) is None
    acts.done(acts.transfer(4, target=second))
    assert live_mg(second, acts.lot) == T
    known = Account.objects.get(account=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(
            account="x", kind="organiser", holder=holder, holder_hash_hex=known.holder_hash_hex, salt_hex=known.salt_hex
        )


def test_unknown_accounts_are_not_closed(acts: ActDesk):
    expect_refusal("unknown_account", acts.order, "close_account", field="source", account="x")


def test_a_closing_and_a_transfer_to_it_at_once_end_in_one_of_two_ways(standing_acts: ActDesk):
    acts = standing_acts
    account = acts.empty()
    orders = [acts.order("close_account", 1, account=account), acts.transfer(2, target=account)]
    answers: list[Any] = at_once([partial(acts.approve, order) for order in orders])
    assert sorted(answer.state for answer in answers) == ["done", "refused"]
    assert (account in closed_among([account]), live_mg(account, acts.lot)) in {(True, 0), (False, T)}


def test_two_who_open_the_next_account_at_once_open_one(standing_acts: ActDesk):
    acts = standing_acts
    closed(acts)
    holder = acts.people["heping"].organisation
    asked = {"holder": holder, "kind": "organiser", "region_code": "BT", **signature(acts.people["batu"])}
    answers: list[Any] = at_once([partial(open_account, **asked)] * 3)
    assert len({answer.account for answer in answers}) == 1
