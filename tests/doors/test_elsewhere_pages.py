"""Lots from other regions on the pages: where they come from, on what documents, and why they do not count twice."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from act_desk import EVIDENCE, PAPER, ActDesk, T
from clerks import Clerk
from paper import paper
from registry.test_corresponding import ANSWER, retired
from tanhui.people.models import Person, Role
from tanhui.registry.models import Lot, Order, Retirement
from tanhui.registry.queries.corresponding import arrival_of


@pytest.fixture
def desk(finished):
    """The finished chain, and what a test adds to it taken back."""
    with transaction.atomic():
        yield ActDesk.of(finished, {person.username: person for person in Person.objects.all()})
        transaction.set_rollback(True)


def seen(name: str, *parts: str, language: str = "zh-hans") -> str:
    answer = Client(headers={"accept-language": language}).get(reverse(name, args=parts))
    assert answer.status_code == 200
    return paper(answer).text


@pytest.fixture
def lot(desk) -> Lot:
    return Lot.objects.get(lot=desk.done(desk.order("correspond_in")).lot)


def test_the_page_of_such_a_lot_says_where_it_is_from_on_what_and_that_it_waits(desk, lot):
    text = seen("lot", lot.lot)
    for said in ("从外区 CN-ORDOS 转入", "OR-O-7", "凭什么不会算两次", "等外区确认", PAPER.name, PAPER.sha256[:8]):
        assert said in text, said
    assert EVIDENCE["estimate_hash_hex"][:8] in text
    assert "块样地" not in text
    desk.done(desk.order("correspond_confirm", 2, entry=arrival_of(lot).entry, paper=ANSWER))
    after = seen("lot", lot.lot)
    assert "等外区确认" not in after
    assert ANSWER.sha256[:8] in after
    english = seen("lot", lot.lot, language="en")
    assert "Why it does not count twice" in english
    assert "From region CN-ORDOS" in english


def test_books_search_csv_and_json_know_such_a_lot(desk, lot):
    assert "外区 CN-ORDOS 转入" in seen("books")
    assert "外区 CN-ORDOS 转入" in paper(Client().get(reverse("search"), {"q": lot.lot})).text
    told = Client().get(reverse("lot_json", args=[lot.lot])).json()
    assert (told["project"], told["region"], told["foreign_entry"]) == (None, "CN-ORDOS", "OR-O-7")
    assert lot.lot in Client().get(reverse("lot_csv", args=[lot.lot])).getvalue().decode()


def test_the_certificate_says_where_the_tonnes_were_measured_and_how_they_came(desk, lot):
    desk.done(desk.order("correspond_confirm", 2, entry=arrival_of(lot).entry))
    used = retired(desk, lot.lot, T)
    text = seen("certificate", used.number)
    for said in ("外区 CN-ORDOS 转入", "对方编号 OR-O-7", "由外区 CN-ORDOS 的登记机构计量和认定", "先占着"):
        assert said in text, said
    assert "从此只在这里算" in text
    assert reverse("certificate", args=[used.number]) in Client().get(reverse("books")).content.decode()


def test_serials_that_went_away_are_named_on_the_page_of_their_lot(desk):
    order = desk.done(desk.order("correspond_confirm", 2, entry=desk.begun("correspond_out")))
    text = seen("lot", desk.lot)
    assert "转往外区 CN-ORDOS" in text
    last = Lot.objects.get(lot=desk.lot).retired_mg
    assert "转往外区的序号" in paper(Client().get(reverse("search"), {"q": f"{desk.lot} {last}"})).text
    assert order.terms["direction"] == "out"


def test_what_went_away_is_no_retirement_in_any_count(desk):
    desk.done(desk.order("correspond_confirm", 2, entry=desk.begun("correspond_out")))
    count = Retirement.objects.filter(lot=desk.lot).count()
    assert f"{count} 次注销" in seen("lot", desk.lot)
    assert f"全部 {Retirement.objects.count()} 次注销" in seen("books")
    told = json.loads(Client().get(reverse("books_json")).getvalue())
    (row,) = [row for row in told["lots"] if row["lot"] == desk.lot]
    assert row["retirements"] == count
    assert Client().get(reverse("books_now")).json()["retirements"] == str(Retirement.objects.count())


def test_what_is_bound_names_the_other_region_and_leads_to_both_ends(desk):
    entry = desk.begun("correspond_out")
    page = Clerk("batu").open(reverse("orders"))
    assert "CN-ORDOS" in page.text
    for kind in ("correspond_confirm", "correspond_return"):
        assert f"{reverse('order_new', args=[kind])}?encumbrance={entry}" in page.attributes("a", "href")


def test_before_it_is_signed_an_arrival_shows_its_new_lot_and_leads_nowhere_that_is_not(desk):
    order = desk.order("correspond_in")
    page = Clerk("wuyun").open(reverse("order", args=[order.number]))
    for said in ("新入账", "批次还代表的量", "这一笔在这里只能转入一次", PAPER.sha256):
        assert said in page.text, said
    assert reverse("lot", args=[order.lot]) not in page.attributes("a", "href")


def test_the_document_is_given_as_it_came_to_registry_and_supervision_alone(desk):
    order = desk.order("correspond_out")
    url = reverse("order_paper", args=[order.number])
    for person in Person.objects.filter(username__in=["batu", "gaojie", "naren", "zhaogang", "sunwei"]):
        answer = Clerk(person.username).client.get(url)
        assert (answer.status_code == 200) == (person.role in {Role.OPERATOR, Role.SUPERVISOR}), person.username
    answer = Clerk("gaojie").client.get(url)
    assert answer.content == PAPER.content
    assert answer["Content-Disposition"].startswith("attachment")
    assert url in Clerk("batu").open(reverse("order", args=[order.number])).attributes("a", "href")
    other = Order.objects.get(number=desk.order("pledge", 5).number)
    assert Clerk("batu").client.get(reverse("order_paper", args=[other.number])).status_code == 404
