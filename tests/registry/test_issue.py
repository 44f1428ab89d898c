"""Issuing from nothing: two people, once; accounts, once; and the first block of a ledger."""

from collections.abc import Callable

import pytest
from django.db import transaction

from standing import row_counts
from tanhui.core.ledger import Book, Holding, Scope, Transfer
from tanhui.core.ledger.holdings import HoldingKeys
from tanhui.kit.problems import Problem
from tanhui.registry import models
from tanhui.registry.models import Lot, Order
from tanhui.registry.services import open_account, request_issue, withdraw
from tanhui.registry.services.booking import book, command
from tanhui.registry.writer.loading import load
from walk import AT, People, Walk, signature


def expect_refusal(code: str, call: Callable[..., object], /, *arguments: object, **named: object) -> Problem:
    """Expect a problem, and nothing written."""
    before, states = row_counts(), list(Order.objects.values_list("number", "state"))
    with pytest.raises(Problem) as found, transaction.atomic():
        call(*arguments, **named)
    assert found.value.code == code
    assert str(found.value.message)
    assert (row_counts(), list(Order.objects.values_list("number", "state"))) == (before, states)
    return found.value


def test_the_issue_too_needs_two_people(people: People, small_survey: dict[str, bytes]):
    walk = Walk(people, small_survey).to("request_issue")
    expect_refusal("same_person", walk.do, "approve_issue", by="wangqiang")
    assert Lot.objects.count() == 0
    assert walk.do("approve_issue").state == "done"


def test_an_issue_can_be_asked_again_and_never_doubled(people: People, small_survey: dict[str, bytes]):
    walk = Walk(people, small_survey).to("request_issue")
    order, before = walk.order, row_counts()
    assert walk.do("request_issue").pk == order.pk
    asked = {"number": walk.number, "region_code": "BT", **signature(people["wangqiang"])}
    waiting = expect_refusal("order_waiting", request_issue, command_id=b"another request.", **asked)
    assert order.number in waiting.message
    assert row_counts() == before
    walk.do("approve_issue")
    assert walk.do("request_issue").state == "done"
    expect_refusal("wrong_step", request_issue, command_id=b"another request.", **asked)
    assert Lot.objects.count() == 1


def test_an_issue_that_was_returned_can_be_asked_for_anew(people: People, small_survey: dict[str, bytes]):
    walk = Walk(people, small_survey).to("request_issue")
    withdraw(number=walk.order.number, **signature(people["wuyun"], "先查一查。"))
    walk.command_id = b"another request."
    assert walk.do("request_issue").state == "waiting"
    assert walk.do("approve_issue").state == "done"
    assert Lot.objects.count() == 1


def test_an_organisation_has_one_account_of_a_kind(people: People):
    opened = {"holder": people["sunwei"].organisation, "kind": "buyer", "region_code": "BT"}
    first = open_account(**opened, **signature(people["wuyun"]))
    before = row_counts()
    assert open_account(**opened, **signature(people["batu"])) == first
    assert row_counts() == before
    assert open_account(**{**opened, "kind": "owner"}, **signature(people["batu"])) != first


def test_a_kind_of_account_that_the_rules_do_not_know(people: People):
    opened = {"holder": people["sunwei"].organisation, "kind": "thief", "region_code": "BT"}
    before = row_counts()
    with pytest.raises(Problem) as found:
        open_account(**opened, **signature(people["wuyun"]))
    assert found.value.code == "bad_account_kind"
    assert row_counts() == before, "the ledger was not even asked"


def test_holdings_that_run_empty_leave_no_row(people: People, small_survey: dict[str, bytes]):
    Walk(people, small_survey).to("approve_issue")
    lot, owner = models.Lot.objects.get(), models.Account.objects.get(kind="owner")
    buyer = open_account(
        holder=people["sunwei"].organisation, kind="buyer", region_code="BT", **signature(people["wuyun"])
    )
    live = Holding(owner.account, lot.lot, Book.LIVE)
    all_of_it = lot.issued_mg - lot.buffer_mg
    assert state_of(live) == all_of_it
    act = Transfer(lot.lot, owner.account, buyer.account, all_of_it, bytes(32))
    book([command(command_id=bytes(16), act=act, by=people["wuyun"], reason="全部。", at=AT)], at=AT)
    assert not models.Holding.objects.filter(account=owner.account).exists()
    assert state_of(live) == 0
    assert state_of(live._replace(account=buyer.account)) == all_of_it


def state_of(holding: Holding) -> int:
    return load(Scope(holdings=HoldingKeys((holding,)))).balance_mg(holding)


def test_nothing_ordered_is_no_block(people: People):
    assert people
    assert book([], at=AT) == []
    assert models.Block.objects.count() == 0
