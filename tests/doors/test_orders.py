"""Transfers and retirements by form: two people each, exact quantities, and what is refused and why."""

from importlib import import_module
from typing import NamedTuple

import pytest
from django.db import transaction
from django.urls import reverse

from clerks import Clerk, walk_to
from kept import kept_people
from paper import Paper, paper, quantities_mg
from samples import SMALL_SURVEY
from standing import row_counts
from tanhui.kit import clock
from tanhui.registry.models import Account, Block, Holding, Lot, Order, Retirement
from tanhui.registry.services.follow_ups import left_behind
from tanhui.registry.writer.sending import write_here
from walk import AT

LIVE_MG = 6_823_800_000_000
TRANSFER, RETIRE = reverse("order_new", args=["transfer"]), reverse("order_new", args=["retire"])
ACCOUNTS = "/desk/accounts/"
APPROVING = import_module("tanhui.registry.services.approve")


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """A lot that was just issued, and an account for a buyer to be."""
    with kept_people(django_db_blocker):
        walk_to("approve_issue", {name: text.encode() for name, text in SMALL_SURVEY.items()})
        assert Clerk("batu").press(ACCOUNTS, {}, holder="buyer:works", reason="为购买方开户。").status_code == 302
        yield


@pytest.fixture
def issued(house):
    """The same house for each test."""
    with transaction.atomic():
        yield Lot.objects.get()
        transaction.set_rollback(True)


def transfer(**changed: str) -> dict[str, str]:
    accounts = {row.kind: row.account for row in Account.objects.all()}
    return {
        "lot": Lot.objects.get().lot,
        "source": accounts["owner"],
        "target": accounts["buyer"],
        "quantity": "1,234.000 000 001",
        "certificate": "JY-2026-0001",
        "price_yuan": "38.50",
        "reason": "凭证已核对。",
        **changed,
    }


def retire(**changed: str) -> dict[str, str]:
    accounts = {row.kind: row.account for row in Account.objects.all()}
    return {
        "lot": Lot.objects.get().lot,
        "source": accounts["owner"],
        "quantity": "42.68",
        "purpose": "event",
        "name_zh": "一场会议",
        "beneficiary_zh": "会议中心",
        "statement_zh": "抵消这场会议的足迹。",
        "reason": "足迹已核算。",
        **changed,
    }


def ordered(url: str, typed: dict[str, str], by: str = "wangqiang") -> Order:
    answer = Clerk(by).press(url, {}, **typed)
    assert answer.status_code == 302, paper(answer).text
    return Order.objects.get(number=answer.url.strip("/").rpartition("/")[2])


def page_of(order: Order) -> str:
    return reverse("order", args=[order.number])


def live_mg(account: str) -> int:
    return sum(Holding.objects.filter(account=account, book="live").values_list("quantity_mg", flat=True))


def test_an_account_is_opened_once_and_listed(house):
    page = Clerk("batu").open(ACCOUNTS)
    account = Account.objects.get(kind="buyer")
    assert account.account in page.text
    assert "buyer:works" not in [told.get("value") for tag, told in page.tags if tag == "option"]


@pytest.mark.parametrize("holder", ["", "buyer:", "buyer:nobody", "buffer:bureau", "works", "registry:works"])
def test_no_account_is_opened_for_nobody(issued, holder):
    before = row_counts()
    answer = Clerk("batu").client.post(ACCOUNTS, {"holder": holder, "reason": "理由要留住。"})
    page = paper(answer)
    assert (answer.status_code, row_counts()) == (409, before)
    assert "unknown_holder" in page.text
    assert "理由要留住。" in page.text


def test_a_transfer_is_booked_by_its_second_person_to_the_milligram(issued):
    order = ordered(TRANSFER, transfer())
    assert order.quantity_mg == 1_234_000_000_001
    assert (order.state, live_mg(order.target)) == ("waiting", 0)
    content = Clerk("wuyun").client.get(page_of(order)).content.decode()
    left = LIVE_MG - order.quantity_mg
    assert quantities_mg(content) == [LIVE_MG, left, 0, order.quantity_mg, order.quantity_mg, order.quantity_mg]
    answer = Clerk("wuyun").press(page_of(order), {"act": "approve"}, reason="一致。")
    assert answer.status_code == 200
    text = paper(answer).text
    for said in ("已记账", "王强经办，乌云复核", "JY-2026-0001", "38.50 元每吨"):
        assert said in text, said
    assert (live_mg(order.source), live_mg(order.target)) == (left, order.quantity_mg)


def test_a_retirement_ends_in_a_certificate(issued):
    order = ordered(RETIRE, retire())
    answer = Clerk("wuyun").press(page_of(order), {"act": "approve"}, reason="一致。")
    used = Retirement.objects.get(order=order)
    links = paper(answer).attributes("a", "href")
    assert {reverse("certificate", args=[used.number]), reverse("certificate_proof", args=[used.number])} <= set(links)
    assert (used.serial_first, used.serial_last) == (1, 42_680_000_000)
    assert bytes(used.certificate).startswith(b"%PDF")
    assert live_mg(order.source) == LIVE_MG - 42_680_000_000
    again = Clerk("wuyun").open(page_of(order)).text
    assert "42,680,000,000" in again
    assert "42,680,000,001" not in again, "the serials that it was booked with, not the next ones"


@pytest.mark.parametrize(("url", "typed"), [(TRANSFER, transfer), (RETIRE, retire)])
def test_an_order_sent_twice_is_one_and_approved_twice_is_booked_once(issued, url, typed):
    first, second = Clerk("wangqiang").twice(url, {}, **typed())
    assert first.url == second.url
    order = Order.objects.exclude(kind="issue").get()
    blocks = Block.objects.count()
    first, second = Clerk("wuyun").twice(page_of(order), {"act": "approve"}, reason="一致。")
    assert paper(first).text == paper(second).text
    assert Block.objects.count() == blocks + 1


@pytest.mark.parametrize(("url", "typed"), [(TRANSFER, transfer), (RETIRE, retire)])
def test_nobody_approves_their_own_order(issued, url, typed):
    order = ordered(url, typed())
    clerk = Clerk("wangqiang")
    page = clerk.open(page_of(order))
    assert not [form for form in page.forms if ("act", "approve") in form.buttons]
    assert "要由另一位登记人员复核" in page.text
    before = row_counts()
    answer = clerk.client.post(page_of(order), {"act": "approve", "reason": "自己签。"})
    assert (answer.status_code, row_counts()) == (409, before)
    assert "same_person" in paper(answer).text


@pytest.mark.parametrize("who", ["wangqiang", "wuyun"])
def test_a_withdrawn_order_books_nothing_and_stays_withdrawn(issued, who):
    order, blocks = ordered(RETIRE, retire()), Block.objects.count()
    answer = Clerk(who).client.post(page_of(order), {"act": "return", "reason": "数量写错了。"})
    assert answer.status_code == 302
    order.refresh_from_db()
    assert (order.state, order.decision_reason, Block.objects.count()) == ("withdrawn", "数量写错了。", blocks)
    late = Clerk("limin").client.post(page_of(order), {"act": "approve", "reason": "晚了。"})
    assert (late.status_code, Block.objects.count()) == (409, blocks)
    assert "order_decided" in paper(late).text


def test_the_maker_can_take_an_order_back_from_its_page(issued):
    page = Clerk("wangqiang").open(page_of(ordered(RETIRE, retire())))
    assert [form for form in page.forms if ("act", "return") in form.buttons]


@pytest.mark.parametrize("act", ["", "approved", "delete"])
def test_an_act_that_nobody_knows_does_nothing_to_an_order(issued, act):
    order = ordered(RETIRE, retire())
    before = row_counts()
    answer = Clerk("wuyun").client.post(page_of(order), {"act": act, "reason": "试试。"})
    order.refresh_from_db()
    assert (answer.status_code, order.state, row_counts()) == (400, "waiting", before)


def test_more_than_there_is_is_refused_by_the_ledger_and_kept_as_refused(issued):
    order = ordered(TRANSFER, transfer(quantity="6,823.800000001"))
    answer = Clerk("wuyun").press(page_of(order), {"act": "approve"}, reason="一致。")
    text = paper(answer).text
    assert answer.status_code == 409
    assert "insufficient_balance" in text
    assert "6,823.800" in text
    order.refresh_from_db()
    assert (order.state, live_mg(order.source)) == ("refused", LIVE_MG)


QUANTITIES = ("", "0", "-1", "1e3", "1.0000000001", "1,23", "abc", "٣", "１", "0.000000000", "1 000,5", "9" * 30, "NaN")


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize(("url", "typed"), [(TRANSFER, transfer), (RETIRE, retire)])
def test_a_quantity_that_is_none_is_said_so_at_its_field_and_the_rest_kept(issued, url, typed, quantity):
    before, filled = row_counts(), typed(quantity=quantity)
    answer = Clerk("wangqiang").press(url, {}, **filled)
    content = answer.content.decode()
    assert (answer.status_code, row_counts()) == (409, before)
    field = content.partition('name="quantity"')[2].partition("</label>")[0]
    assert "field-error" in field
    assert content.count("field-error") == 1
    assert_kept(content, filled)


def assert_kept(content: str, filled: dict[str, str]) -> None:
    form = Paper(content).form("quantity")
    typed = {name for name in filled if name in form.carries and form.carries[name] == filled[name]}
    assert {"certificate", "price_yuan"} <= typed or {"name_zh", "beneficiary_zh"} <= typed
    for name in ("reason", "statement_zh"):
        assert filled.get(name, "") in content
    assert {"lot", "source"} <= typed


class Slip(NamedTuple):
    """One thing wrong in a form, the code of what is said, and the field it is said at."""

    url: str
    field: str
    value: str
    code: str
    place: str = ""


SLIPS = (
    Slip(TRANSFER, "target", "same", "same_account", "target"),
    Slip(TRANSFER, "certificate", " ", "exchange_certificate_missing", "certificate"),
    Slip(TRANSFER, "price_yuan", "-3", "bad_price", "price_yuan"),
    Slip(TRANSFER, "price_yuan", "1.234", "bad_price", "price_yuan"),
    Slip(TRANSFER, "lot", "BT-L-2026-9999", "unknown_lot", "lot"),
    Slip(TRANSFER, "source", "BT-A-999999", "unknown_account", "source"),
    Slip(TRANSFER, "reason", " ", "reason_missing", "reason"),
    Slip(TRANSFER, "quantity", "9,000,000,000", "too_large", "quantity"),
    Slip(RETIRE, "purpose", "party", "bad_purpose", "purpose"),
    Slip(RETIRE, "name_zh", " ", "name_missing", "name_zh"),
    Slip(RETIRE, "beneficiary_zh", "", "beneficiary_missing", "beneficiary_zh"),
    Slip(RETIRE, "statement_zh", "", "statement_missing", "statement_zh"),
    Slip(RETIRE, "name_zh", "长" * 121, "text_too_long", "name_zh"),
    Slip(RETIRE, "command", "zz", "bad_command"),
    Slip(RETIRE, "command", "", "bad_command"),
)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.code}-{slip.field}")
def test_what_is_wrong_is_said_with_its_code_at_its_field(issued, slip):
    filled = (transfer if slip.url == TRANSFER else retire)(command="ab" * 16)
    filled[slip.field] = filled["source"] if slip.value == "same" else slip.value
    before, answer = row_counts(), Clerk("wangqiang").client.post(slip.url, filled)
    content = answer.content.decode()
    assert (answer.status_code, row_counts()) == (409, before)
    assert slip.code in paper(answer).text
    if slip.place:
        assert "field-error" in content.partition(f'name="{slip.place}"')[2].partition('class="input')[0]


def test_a_form_reused_for_something_else_is_refused(issued):
    ordered(TRANSFER, first := transfer())
    used = Order.objects.get(kind="transfer").command_hex
    before = row_counts()
    answer = Clerk("wangqiang").client.post(TRANSFER, {**first, "quantity": "2", "command": used})
    assert (answer.status_code, row_counts()) == (409, before)
    assert "id_reused_with_other_content" in paper(answer).text


def test_the_desk_asks_every_other_registrar_for_the_second_signature(issued):
    order = ordered(TRANSFER, transfer())
    lists = {name: todo(name) for name in ("batu", "limin", "surina", "wuyun", "wangqiang", "gaojie", "zhaogang")}
    assert {name for name, found in lists.items() if page_of(order) in found} == {"batu", "limin", "surina", "wuyun"}


def todo(username: str) -> str:
    content = Clerk(username).client.get(reverse("desk")).content.decode()
    return content.partition('<ul class="todo">')[2].partition("</ul>")[0]


# --- while the writer of the ledger is silent --------------------------------------------------------


def test_an_order_says_that_it_waits_for_the_ledger_and_ends_by_itself(issued, monkeypatch):
    order = ordered(RETIRE, retire())
    with monkeypatch.context() as silent:
        silent.setattr(APPROVING, "await_answers", lambda *_rows, **_more: None)
        answer = Clerk("wuyun").press(page_of(order), {"act": "approve"}, reason="一致。")
    assert (answer.status_code, answer.url) == (302, page_of(order))
    page = Clerk("wuyun").open(page_of(order))
    assert "等记账" in page.text
    assert "不会丢，也不会记两次" in page.text
    assert [told["hx-trigger"] for _tag, told in page.tags if told.get("hx-get") == page_of(order)] == ["every 2s"]
    assert "approve" not in [told.get("value") for tag, told in page.tags if tag == "button"]
    assert "1 条指令签了名，等记账" in Clerk("wuyun").open(reverse("books")).text
    assert write_here(at=AT)
    for work in left_behind(clock.now()):
        work()
    page = Clerk("wuyun").open(page_of(order))
    assert reverse("certificate", args=[Retirement.objects.get(order=order).number]) in page.attributes("a", "href")
    assert not [told for _tag, told in page.tags if told.get("hx-get") == page_of(order)]
    assert "等记账" not in Clerk("wuyun").open(reverse("books")).text
