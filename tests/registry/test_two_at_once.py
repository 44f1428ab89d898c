"""Two people at once, and failures half-way: everything is booked once and whole, or not at all."""

from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from audit_files import audit_file_bytes
from standing import at_once, broken, load_people, row_counts
from tanhui.core.audit import verify_audit
from tanhui.core.ledger import replay
from tanhui.kit.problems import Problem
from tanhui.people.models import TrailEntry
from tanhui.registry.models import Account, Act, Block, Entry, Holding, Lot, Order, Retirement
from tanhui.registry.queries import books_of, live_mg
from tanhui.registry.services import (
    RetirementWords,
    approve,
    open_account,
    request_retirement,
    request_transfer,
    withdraw,
)
from tanhui.registry.writer.leaves import LAST, contents_between
from tanhui.registry.writer.signing import signing_key
from tanhui.site.story import Chain
from walk import Files, People, Walk, signature

T = 10**9


class Scene:
    """An issued lot, an owner who holds it and a buyer who holds nothing."""

    def __init__(self, people: People, files: Files) -> None:
        self.people = people
        self.walk = Walk(people, files).to("approve_issue")
        self.lot = Lot.objects.get().lot
        self.owner = Account.objects.get(kind="owner").account
        buyer = people["sunwei"].organisation
        opened = open_account(holder=buyer, kind="buyer", region_code="BT", **signature(people["wangqiang"]))
        self.buyer = opened.account

    def ask_transfer(self, number: int, quantity_mg: int) -> Order:
        return request_transfer(
            lot=self.lot,
            source=self.owner,
            target=self.buyer,
            quantity_mg=quantity_mg,
            exchange_certificate="HX-1",
            price_fen_per_t=3800,
            region_code="BT",
            command_id=number.to_bytes(16, "big"),
            **signature(self.people["wangqiang"]),
        )

    def ask_retirement(self, number: int, quantity_mg: int) -> Order:
        return request_retirement(
            lot=self.lot,
            account=self.owner,
            quantity_mg=quantity_mg,
            purpose="voluntary",
            words=RetirementWords("会议", "公司", "抵消。"),
            region_code="BT",
            command_id=number.to_bytes(16, "big"),
            **signature(self.people["wangqiang"]),
        )

    def approve(self, order: Order, by: str = "wuyun") -> Order:
        return approve(number=order.number, **signature(self.people[by]))


@pytest.fixture
def scene(standing: None, small_survey: Files) -> Scene:
    assert standing is None
    _region, people = load_people()
    return Scene(people, small_survey)


def assert_ledger_is_whole() -> None:
    """Every rule holds from the first leaf to the last, and the tables say what the journal says."""
    report = verify_audit(audit_file_bytes(), str(signing_key().public))
    assert report.faults == ()
    assert books_of().difference_mg == 0
    assert not Holding.objects.exclude(book="mint").filter(quantity_mg__lt=0).exists()


# --- at once ---------------------------------------------------------------------------------------


def test_two_checkers_at_once_book_an_order_once(scene: Scene):
    order, blocks = scene.ask_transfer(1, 5 * T), Block.objects.count()
    answers = at_once([partial(scene.approve, order, by) for by in ("wuyun", "batu", "surina")])
    assert [answer.state for answer in answers] == ["done"] * 3
    assert len({answer.decided_by_id for answer in answers}) == 1, "all are told the same answer"
    assert Block.objects.count() == blocks + 1
    assert live_mg(scene.buyer, scene.lot) == 5 * T
    assert TrailEntry.objects.filter(act="approve_transfer").count() == 1
    assert_ledger_is_whole()


def test_transfers_and_retirements_at_once_never_spend_more_than_there_is(scene: Scene):
    there = live_mg(scene.owner, scene.lot)
    share = there // 3 + 1  # two of the six fit, the third does not
    orders = [scene.ask_transfer(number, share) for number in range(1, 4)]
    orders += [scene.ask_retirement(number, share) for number in range(4, 7)]
    answers = at_once([partial(scene.approve, order) for order in orders])
    assert sorted(answer.state for answer in answers) == ["done"] * 2 + ["refused"] * 4
    for refused in (answer for answer in answers if answer.state == "refused"):
        assert refused.refusal["code"] == "insufficient_balance"
        assert refused.refusal["params"]["available_mg"] < share
    assert live_mg(scene.owner, scene.lot) == there - 2 * share
    assert Retirement.objects.count() == sum(one.kind == "retire" for one in answers if one.state == "done")
    assert_ledger_is_whole()


def test_retirements_at_once_get_serials_of_their_own(scene: Scene):
    orders = [scene.ask_retirement(number, number * T + 1) for number in range(1, 4)]
    answers = at_once([partial(scene.approve, order) for order in orders])
    assert {answer.state for answer in answers} == {"done"}
    spans = sorted(Retirement.objects.values_list("serial_first", "serial_last"))
    assert spans[0][0] == 1
    assert [first for first, _last in spans[1:]] == [last + 1 for _first, last in spans[:-1]]
    assert spans[-1][1] == 6 * T + 3
    assert_ledger_is_whole()


def test_a_form_sent_twice_at_once_is_one_order(scene: Scene):
    answers = at_once([lambda: scene.ask_transfer(1, 5 * T).number] * 4)
    assert len(set(answers)) == 1, answers
    assert Order.objects.filter(kind="transfer").count() == 1
    answers = at_once([lambda: scene.ask_transfer(2, 5 * T), lambda: scene.ask_transfer(2, 6 * T)])
    (refused,) = (answer for answer in answers if isinstance(answer, Problem))
    assert refused.code == "id_reused_with_other_content"


def test_an_account_opened_twice_at_once_is_one(scene: Scene):
    before = Account.objects.count()
    opened = {"holder": scene.people["heping"].organisation, "kind": "organiser", "region_code": "BT"}
    makers = ("wangqiang", "wuyun", "batu")
    answers = at_once([partial(open_account, **opened, **signature(scene.people[by])) for by in makers])
    assert len({answer.account for answer in answers}) == 1
    assert Account.objects.count() == before + 1
    assert Act.objects.filter(kind="open_account", outcome="done").count() == before + 1
    assert_ledger_is_whole()


def test_approved_or_returned_but_never_both(scene: Scene):
    order = scene.ask_transfer(1, 5 * T)
    back = partial(withdraw, number=order.number, **signature(scene.people["batu"], "算了。"))
    answers = at_once([partial(scene.approve, order), back])
    (refused,) = (answer for answer in answers if isinstance(answer, Problem))
    assert refused.code == "order_decided"
    order.refresh_from_db()
    assert (order.state, live_mg(scene.buyer, scene.lot)) in {("done", 5 * T), ("withdrawn", 0)}


@pytest.mark.usefixtures("standing")
def test_issuing_and_opening_accounts_at_once_do_not_block_each_other(small_survey: Files):
    """The first issue opens two accounts on its way; others open accounts for the same holders meanwhile."""
    _region, people = load_people()
    walk = Walk(people, small_survey).to("request_issue")
    farm, bureau = people["zhaogang"].organisation, people["wuyun"].organisation
    openings: list[Any] = [
        partial(open_account, holder=holder, kind=kind, region_code="BT", **signature(people["batu"]))
        for holder, kind in ((farm, "owner"), (farm, "buyer"), (bureau, "buffer"))
    ]
    answers = at_once([partial(walk.do, "approve_issue"), *openings])
    assert [type(answer).__name__ for answer in answers] == ["Order", "Account", "Account", "Account"]
    assert (Lot.objects.count(), Account.objects.count()) == (1, 3)
    assert_ledger_is_whole()


def test_an_audit_file_written_meanwhile_is_in_order(scene: Scene):
    orders = [scene.ask_transfer(number, number * T) for number in range(1, 4)]
    answers = at_once([audit_file_bytes, *(partial(scene.approve, order) for order in orders), audit_file_bytes])
    for answer in (answers[0], answers[-1]):
        assert isinstance(answer, bytes)
        assert verify_audit(answer, str(signing_key().public)).faults == ()


# --- half-way --------------------------------------------------------------------------------------

WRITTEN_BY_A_RETIREMENT = (
    "registry_queuedcommand",
    "registry_block",
    "registry_leafrun",
    "registry_hashrun",
    "registry_act",
    "registry_entry",
    "registry_holding",
    "registry_lot",
    "registry_order",
    "people_trailentry",
    "registry_retirement",
)


def test_a_failure_anywhere_in_an_approval_leaves_nothing_half_done(chain: Chain, people: People):
    assert chain.transfer
    assert chain.lot
    asked = RetirementWords("会议", "公司", "抵消。")
    order = request_retirement(
        lot=chain.lot.lot,
        account=chain.transfer.target,
        quantity_mg=7 * T,
        purpose="voluntary",
        words=asked,
        region_code="BT",
        command_id=bytes(16),
        **signature(people["wangqiang"]),
    )
    before, books = row_counts(), books_of()
    for table in WRITTEN_BY_A_RETIREMENT:
        with broken(table), pytest.raises(DatabaseError, match="disk is full"), transaction.atomic():
            approve(number=order.number, **signature(people["wuyun"]))
        assert (row_counts(), books_of()) == (before, books), table
        assert Order.objects.get(pk=order.pk).state == "waiting"
    assert approve(number=order.number, **signature(people["wuyun"])).state == "done"
    assert books_of().lines[6].quantity_mg == books.lines[6].quantity_mg + 7 * T
    assert replay(contents_between(0, LAST)).differences == ()


def test_a_failure_anywhere_in_an_issue_leaves_nothing_half_done(people: People, small_survey: Files):
    walk = Walk(people, small_survey).to("request_issue")
    before = row_counts()
    tables = set(WRITTEN_BY_A_RETIREMENT) - {"registry_retirement"} | {
        "registry_account",
        "registry_ledgeraccount",
        "certification_project",
    }
    for table in sorted(tables):
        with broken(table), pytest.raises(DatabaseError, match="disk is full"), transaction.atomic():
            walk.do("approve_issue")
        assert row_counts() == before, table
    assert walk.do("approve_issue").state == "done"
    assert Entry.objects.count() == 2


def test_a_failure_anywhere_in_measuring_leaves_nothing_half_done(people: People, small_survey: Files):
    walk = Walk(people, small_survey).to("accept")
    before = row_counts()
    for name in ("survey", "surveyfile", "measuredplace", "estimate", "methodfile", "project"):
        with broken(f"certification_{name}"), pytest.raises(DatabaseError, match="disk is full"), transaction.atomic():
            walk.do("measure")
        assert row_counts() == before, name
    assert walk.do("measure").outcome == "issuable"
