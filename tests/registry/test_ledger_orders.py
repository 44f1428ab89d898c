"""Orders: two people each, once each, and what the ledger refuses is written down and changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from act_desk import expect_refusal
from kept import kept_job
from standing import row_counts
from tanhui.core.ledger import MAX_QUANTITY_MG
from tanhui.kit.problems import NotFoundProblem
from tanhui.land.models import Region
from tanhui.people.models import Role
from tanhui.people.queries import trail
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
from tanhui.registry.services.acts import PURPOSES
from tanhui.site import story
from tanhui.site.demonstration import register_demonstration_people
from tanhui.site.story import Chain
from walk import People, signature

WORDS = RetirementWords(name_zh="会议", beneficiary_zh="会展中心", statement_zh="抵消会议碳足迹。")
LONGEST = {
    "name_zh": 120,
    "beneficiary_zh": 120,
    "statement_zh": 400,
    "name_en": 160,
    "beneficiary_en": 160,
    "statement_en": 800,
}
LEDGER = (Block, Act, Entry)
T = 10**9


class Desk:
    """The registry's desk after the main job: one lot, an owner and a buyer who both hold of it."""

    def __init__(self, chain: Chain, people: People) -> None:
        assert chain.lot
        assert chain.transfer
        self.people, self.lot = people, chain.lot.lot
        self.owner, self.buyer = chain.transfer.source, chain.transfer.target
        self.maker, self.checker = people["wangqiang"], people["wuyun"]

    def transfer(self, number: int = 1, **changes: object) -> Order:
        asked: dict[str, Any] = {
            "lot": self.lot,
            "source": self.owner,
            "target": self.buyer,
            "quantity_mg": 5 * T,
            "exchange_certificate": "HX-1",
            "price_fen_per_t": 3800,
            "region_code": "BT",
            "command_id": number.to_bytes(16, "big"),
            **signature(self.maker, "凭证已核对。"),
        }
        return request_transfer(**{**asked, **changes})

    def retire(self, number: int = 2, **changes: object) -> Order:
        asked: dict[str, Any] = {
            "lot": self.lot,
            "account": self.buyer,
            "quantity_mg": 3 * T,
            "purpose": "event",
            "words": WORDS,
            "region_code": "BT",
            "command_id": number.to_bytes(16, "big"),
            **signature(self.maker, "会议抵消。"),
        }
        return request_retirement(**{**asked, **changes})

    def approve(self, order: Order, **changes: object) -> Order:
        signed: dict[str, Any] = {**signature(self.checker, "核对无误。"), **changes}
        return approve(number=order.number, **signed)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[story.Job]:
    """The main job, done once for all tests of this module. What a test adds is taken back after it."""
    assert django_db_setup is None
    with kept_job(django_db_blocker) as job:
        yield job


@pytest.fixture
def people(kept: story.Job) -> Iterator[People]:
    assert kept.files
    with transaction.atomic():
        yield register_demonstration_people()
        transaction.set_rollback(True)


@pytest.fixture
def chain(kept: story.Job, people: People) -> Chain:
    return story.run(job=kept, region=Region.objects.get(), people=people, tell=lambda _step, _facts: None)


@pytest.fixture
def desk(chain: Chain, people: People) -> Desk:
    return Desk(chain, people)


# --- two people ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["transfer", "retire"])
def test_an_order_is_prepared_by_one_and_approved_by_another(desk: Desk, kind: str):
    before = [model.objects.count() for model in LEDGER]
    order = getattr(desk, kind)()
    assert (order.state, order.requested_by) == ("waiting", desk.maker)
    assert [model.objects.count() for model in LEDGER] == before, "preparing books nothing"
    expect_refusal("same_person", desk.approve, order, by=desk.maker)
    done = desk.approve(order)
    assert (done.state, done.decided_by, done.decision_reason) == ("done", desk.checker, "核对无误。")
    assert [model.objects.count() for model in LEDGER] == [count + 1 for count in before]
    assert [(entry.act, entry.person, entry.reason) for entry in trail(order.number)] == [
        (f"request_{kind}", desk.maker, order.request_reason),
        (f"approve_{kind}", desk.checker, "核对无误。"),
    ]


def test_only_the_registry_orders_approves_and_withdraws(desk: Desk):
    order, somebody = desk.transfer(), desk.people["gaojie"]
    opened = {"holder": somebody.organisation, "kind": "buyer", "region_code": "BT"}
    for role in set(Role.values) - {Role.OPERATOR}:
        somebody.role = role
        expect_refusal("wrong_role", desk.transfer, 7, by=somebody)
        expect_refusal("wrong_role", desk.retire, 8, by=somebody)
        expect_refusal("wrong_role", desk.approve, order, by=somebody)
        expect_refusal("wrong_role", withdraw, number=order.number, **signature(somebody))
        expect_refusal("wrong_role", open_account, **opened, **signature(somebody))


def test_no_order_and_no_approval_without_a_reason(desk: Desk):
    expect_refusal("reason_missing", desk.transfer, reason=" ")
    order = desk.transfer()
    expect_refusal("reason_missing", desk.approve, order, reason="")
    expect_refusal("reason_missing", withdraw, number=order.number, **signature(desk.checker, ""))
    assert live_mg(desk.buyer, desk.lot) > 0


def test_orders_that_do_not_exist(desk: Desk):
    for act in (approve, withdraw):
        with pytest.raises(NotFoundProblem) as found:
            act(number="BT-O-2026-999999", **signature(desk.checker))
        assert found.value.code == "unknown_order"


# --- once ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["transfer", "retire"])
def test_a_form_sent_twice_is_one_order_and_an_approval_sent_twice_is_booked_once(desk: Desk, kind: str):
    order = getattr(desk, kind)()
    before = row_counts()
    assert getattr(desk, kind)().pk == order.pk
    assert row_counts() == before
    first = desk.approve(order)
    after, books = row_counts(), books_of(desk.lot)
    again = desk.approve(order)
    assert (again.pk, again.state, again.decided_at) == (first.pk, "done", first.decided_at)
    assert getattr(desk, kind)().state == "done", "a lost answer can be asked again"
    assert (row_counts(), books_of(desk.lot)) == (after, books)


def test_the_same_id_with_other_content_is_refused(desk: Desk):
    order, retirement = desk.transfer(), desk.retire()
    for changes in (
        {"quantity_mg": 5 * T + 1},
        {"exchange_certificate": "HX-2"},
        {"price_fen_per_t": 3801},
        {"source": desk.buyer, "target": desk.owner},
    ):
        problem = expect_refusal("id_reused_with_other_content", desk.transfer, **changes)
        assert order.number in problem.message
    for changes in (
        {"purpose": "voluntary"},
        {"words": WORDS._replace(beneficiary_zh="另一家")},
        {"words": WORDS._replace(name_en="Meeting")},
    ):
        problem = expect_refusal("id_reused_with_other_content", desk.retire, **changes)
        assert retirement.number in problem.message
    expect_refusal("id_reused_with_other_content", desk.transfer, 2)


# --- what the ledger refuses -----------------------------------------------------------------------


def expect_ledger_refusal(desk: Desk, order: Order, code: str) -> dict[str, Any]:
    """Approve an order that the rules do not allow: it is journalled as refused, and no balance moves."""
    holdings, entries = list(Holding.objects.order_by("pk").values()), Entry.objects.count()
    lots = list(Lot.objects.values())
    decided = desk.approve(order)
    assert decided.state == "refused"
    assert decided.refusal["code"] == code
    assert list(Holding.objects.order_by("pk").values()) == holdings
    assert (Entry.objects.count(), list(Lot.objects.values())) == (entries, lots)
    act = Act.objects.get(command_hex=order.command_hex)
    assert (act.outcome, act.params) == (code, decided.refusal["params"])
    assert trail(order.number)[-1].facts == {"outcome": code}
    assert desk.approve(order).state == "refused", "asked again, the answer is the same"
    assert Act.objects.filter(command_hex=order.command_hex).count() == 1
    return dict(decided.refusal["params"])


@pytest.mark.parametrize("kind", ["transfer", "retire"])
def test_more_than_there_is_cannot_leave_an_account(desk: Desk, kind: str):
    account = desk.owner if kind == "transfer" else desk.buyer
    there = live_mg(account, desk.lot)
    retirements = Retirement.objects.count()
    params = expect_ledger_refusal(desk, getattr(desk, kind)(quantity_mg=there + 1), "insufficient_balance")
    assert params == {"account": account, "lot": desk.lot, "available_mg": there, "quantity_mg": there + 1}
    assert Retirement.objects.count() == retirements
    assert desk.approve(getattr(desk, kind)(9, quantity_mg=there)).state == "done"
    assert live_mg(account, desk.lot) == 0


def test_what_lies_in_the_buffer_neither_moves_nor_retires(desk: Desk):
    buffer = Account.objects.get(kind="buffer").account
    expect_refusal("wrong_account_kind", desk.transfer, 3, source=buffer, target=desk.buyer)
    expect_refusal("wrong_account_kind", desk.transfer, 4, target=buffer)
    expect_refusal("wrong_account_kind", desk.retire, 5, account=buffer)


def test_two_orders_that_together_are_too_much(desk: Desk):
    there = live_mg(desk.owner, desk.lot)
    first, second = desk.transfer(3, quantity_mg=there), desk.transfer(4, quantity_mg=1)
    assert desk.approve(first).state == "done"
    expect_ledger_refusal(desk, second, "insufficient_balance")


# --- what is asked wrongly -------------------------------------------------------------------------


def test_transfers_that_cannot_be(desk: Desk):
    cases: list[tuple[str, dict[str, object]]] = [
        ("unknown_lot", {"lot": "BT-L-1999-0001"}),
        ("unknown_account", {"source": "BT-A-999999"}),
        ("unknown_account", {"target": "mint"}),
        ("same_account", {"target": desk.owner}),
        ("exchange_certificate_missing", {"exchange_certificate": "  "}),
        ("bad_price", {"price_fen_per_t": -1}),
        ("not_positive", {"quantity_mg": 0}),
        ("not_positive", {"quantity_mg": -1}),
        ("too_large", {"quantity_mg": MAX_QUANTITY_MG + 1}),
        ("too_large", {"quantity_mg": 2**63}),
    ]
    for code, changes in cases:
        expect_refusal(code, desk.transfer, **changes)


def test_retirements_that_cannot_be(desk: Desk):
    cases: list[tuple[str, str, dict[str, object]]] = [
        ("unknown_lot", "lot", {"lot": "x"}),
        ("unknown_account", "source", {"account": "x"}),
        ("bad_purpose", "purpose", {"purpose": "fun"}),
        ("not_positive", "quantity_t", {"quantity_mg": 0}),
        ("name_missing", "name_zh", {"words": WORDS._replace(name_zh=" ")}),
        ("beneficiary_missing", "beneficiary_zh", {"words": WORDS._replace(beneficiary_zh="")}),
        ("statement_missing", "statement_zh", {"words": WORDS._replace(statement_zh="\n")}),
    ]
    for field, most in LONGEST.items():
        cases.append(("text_too_long", field, {"words": WORDS._replace(**{field: "长" * (most + 1)})}))
    for code, field, changes in cases:
        assert expect_refusal(code, desk.retire, **changes).field == field


def test_every_purpose_retires_with_the_longest_words(desk: Desk):
    longest = RetirementWords(**{field: "长" * most for field, most in LONGEST.items()})
    for number, purpose in enumerate(PURPOSES, 10):
        order = desk.approve(desk.retire(number, words=longest, purpose=purpose))
        retired = Retirement.objects.get(order=order)
        assert (retired.purpose, retired.name_zh, retired.statement_en) == (purpose, "长" * 120, "长" * 800)


def test_missing_english_words_are_the_chinese_ones():
    said = RetirementWords(" 会议 ", "会展中心", "抵消。").complete()
    assert said == ("会议", "会展中心", "抵消。", "会议", "会展中心", "抵消。")


# --- withdraw --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["maker", "checker"])
def test_a_waiting_order_can_be_returned_and_is_then_closed(desk: Desk, who: str):
    order, blocks = desk.transfer(), Block.objects.count()
    back = withdraw(number=order.number, **signature(getattr(desk, who), "填错了。"))
    assert (back.state, back.decision_reason) == ("withdrawn", "填错了。")
    assert back.decided_by == (desk.checker if who == "checker" else None)
    expect_refusal("order_decided", desk.approve, order)
    expect_refusal("order_decided", withdraw, number=order.number, **signature(desk.checker))
    assert desk.transfer().state == "withdrawn"
    assert Block.objects.count() == blocks


def test_what_is_booked_is_not_returned(desk: Desk):
    order = desk.approve(desk.transfer())
    expect_refusal("order_decided", withdraw, number=order.number, **signature(desk.maker))
