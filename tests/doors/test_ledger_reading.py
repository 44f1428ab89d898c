"""Statements, lots, blocks and search as pages: what they show, to whom, and what can be taken away."""

import csv
import io
import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from act_desk import BASIS, ActDesk, T
from clerks import Clerk
from paper import paper, quantities_mg
from tanhui.people.models import Person
from tanhui.registry.models import Block, Entry, Lot, Retirement
from tanhui.registry.queries.entries import account_entries
from tanhui.registry.queries.statements import held_by


@pytest.fixture
def desk(finished):
    """The finished chain with something frozen, pledged, held and taken back."""
    with transaction.atomic():
        acts = ActDesk.of(finished, {person.username: person for person in Person.objects.all()})
        for number, kind in enumerate(("freeze", "pledge", "hold", "reverse"), 1):
            acts.done(acts.order(kind, number))
        yield acts
        transaction.set_rollback(True)


def test_a_statement_shows_what_is_held_and_every_movement_to_the_milligram(desk):
    content = Clerk("zhaogang").client.get(reverse("account", args=[desk.owner])).content.decode()
    (held,) = held_by(desk.owner).rows
    row = [*held.books_mg, held.total_mg]
    entries = account_entries(desk.owner).entries
    moved = [entry.quantity_mg for entry in entries]
    assert quantities_mg(content) == [*row, *row, *[5 * T] * 3, *moved]
    assert BASIS.document in content


@pytest.mark.parametrize("name", ["account", "account_csv", "account_json"])
def test_a_statement_of_others_is_not_there_for_a_stranger(desk, name):
    for who in ("sunwei", "heping", "naren"):
        assert Clerk(who).client.get(reverse(name, args=[desk.owner])).status_code == 404, who
    for who in ("zhaogang", "batu", "gaojie"):
        assert Clerk(who).client.get(reverse(name, args=[desk.owner])).status_code == 200, who


def test_the_pledgee_sees_the_pledge_on_its_own_statement(desk):
    text = Clerk("sunwei").open(reverse("account", args=[desk.buyer])).text
    assert BASIS.document in text
    assert "质权人" in text


def test_the_downloads_of_a_statement_have_every_movement(desk):
    clerk, numbers = Clerk("zhaogang"), [entry.index for entry in account_entries(desk.owner).entries]
    table = clerk.client.get(reverse("account_csv", args=[desk.owner])).getvalue().decode("utf-8-sig")
    assert [int(row["index"]) for row in csv.DictReader(io.StringIO(table))] == numbers
    told = json.loads(clerk.client.get(reverse("account_json", args=[desk.owner])).content)
    assert [move["index"] for move in told["movements"]] == numbers
    assert (told["next"], told["holdings"][0]["frozen"]) == (None, str(5 * T))


def test_a_statement_turns_by_key_and_a_wrong_key_is_the_first_page(desk):
    clerk, url = Clerk("zhaogang"), reverse("account", args=[desk.owner])
    latest = account_entries(desk.owner).entries[0]
    whole = quantities_mg(clerk.client.get(url).content.decode())
    assert quantities_mg(clerk.client.get(f"{url}?before={latest.index}").content.decode()) == whole[:21] + whole[22:]
    for key in ("x", "-1", "1" * 40, ""):
        assert quantities_mg(clerk.client.get(f"{url}?before={key}").content.decode()) == whole


def test_a_lot_shows_what_is_bound_and_what_was_taken_back(desk):
    text = paper(Client().get(reverse("lot", args=[desk.lot]))).text
    lot = Lot.objects.get()
    for said in (BASIS.document, BASIS.authority, "收回过的", f"{(lot.issued_mg - lot.lessened_mg) / T:,.3f}"):
        assert said in text, said
    assert reverse("order_new", args=["freeze"]) not in text


def test_supervision_is_led_from_a_lot_and_an_account_to_the_freeze(desk):
    freeze = reverse("order_new", args=["freeze"])
    lot = Clerk("gaojie").open(reverse("lot", args=[desk.lot]))
    account = Clerk("gaojie").open(reverse("account", args=[desk.owner]))
    assert f"{freeze}?lot={desk.lot}" in lot.attributes("a", "href")
    assert f"{freeze}?source={desk.owner}" in account.attributes("a", "href")


def test_a_block_shows_its_acts_their_movements_and_refusals(desk):
    decided = desk.approve(desk.transfer(quantity_mg=10**17))
    last = Block.objects.order_by("-height").first()
    text = paper(Client().get(reverse("block", args=[last.height]))).text
    assert decided.refusal["code"] == "insufficient_balance"
    for said in ("insufficient_balance", "没有记账", last.root_hex):
        assert said in text
    before = Client().get(reverse("block", args=[last.height - 1])).content.decode()
    moved = Entry.objects.filter(height=last.height - 1).order_by("index").values_list("quantity_mg", flat=True)
    assert quantities_mg(before) == list(moved)


def test_search_leads_to_the_page_and_says_so_when_there_is_none(desk):
    used = Retirement.objects.get()
    for text, url in (
        (desk.lot, reverse("lot", args=[desk.lot])),
        (used.number, reverse("certificate", args=[used.number])),
        ("1", reverse("block", args=[1])),
    ):
        page = paper(Client().get(reverse("search"), {"q": text}))
        assert url in page.attributes("a", "href")
    page = paper(Client().get(reverse("search"), {"q": desk.owner}))
    assert desk.owner in page.text
    assert reverse("account", args=[desk.owner]) not in page.attributes("a", "href"), "no link leads to a closed door"
    assert "账上没有这个编号" in paper(Client().get(reverse("search"), {"q": "BT-L-2026-00"})).text
