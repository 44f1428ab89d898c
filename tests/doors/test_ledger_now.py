"""The counters of the ledger: one answer for all, seldom made; and the tables of all lots and retirements."""

import csv
import io
import json

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from act_desk import ActDesk
from paper import paper
from tanhui.people.models import Person
from tanhui.registry.models import Block, Entry, Lot, Retirement
from tanhui.registry.queries import BOOKS, books_of

NOW = reverse("books_now")


@pytest.fixture
def desk(finished):
    cache.clear()
    with transaction.atomic():
        yield ActDesk.of(finished, {person.username: person for person in Person.objects.all()})
        transaction.set_rollback(True)
    cache.clear()


def test_the_counters_are_those_of_the_page_under_the_names_that_it_uses(desk):
    told, page = json.loads(Client().get(NOW).content), Client().get(reverse("books")).content.decode()
    shown = paper(Client().get(reverse("books")))
    names = [name for tag, marks in shown.tags if tag == "span" and (name := marks.get("data-now"))]
    assert set(names) <= set(told)
    assert {"height", "size", "issued", "movements", "retirements", *(f"book-{book}" for book in BOOKS)} <= set(names)
    for name in ("height", "size", "issued", "movements", "book-live", "share-live", "at"):
        assert f'data-now="{name}">{told[name]}<' in page, name
    assert told["movements"] == str(Entry.objects.count())
    assert told["height"] == str(Block.objects.count())
    assert reverse("books_now") in [marks.get("data-counters") for _tag, marks in shown.tags]


def test_many_readers_cost_one_reading_and_nobody_learns_who_they_are(desk):
    first = Client().get(NOW)
    with CaptureQueriesContext(connection) as asked:
        others = [Client(headers={"accept-language": language}).get(NOW) for language in ("zh", "en", "fr")]
    assert [one.content for one in others] == [first.content] * 3
    assert len(asked) == 0
    assert first["Cache-Control"] == "public, max-age=5"
    assert not {"Vary", "Set-Cookie", "Content-Language"} & set(first.headers)
    again = Client(headers={"if-none-match": first["ETag"]}).get(NOW)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert Client().post(NOW).status_code == 405


def test_a_new_block_is_a_new_answer_once_the_old_one_has_had_its_time(desk):
    before = Client().get(NOW)
    desk.done(desk.order("freeze"))
    assert Client().get(NOW).content == before.content, "for some seconds everybody gets the same"
    cache.clear()
    after = Client(headers={"if-none-match": before["ETag"]}).get(NOW)
    assert after.status_code == 200
    assert json.loads(after.content)["book-frozen"] == "5.000"


def test_the_table_of_all_lots_adds_up_and_programs_read_the_same(desk):
    lot, books = Lot.objects.get(), books_of()
    table = Client().get(reverse("books_csv")).getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["lot"] == lot.lot
    assert sum(int(row[f"{book}_mg"]) for book in BOOKS) == int(row["issued_mg"]) == books.issued_mg
    told = json.loads(Client().get(reverse("books_json")).getvalue())
    assert {name: str(value) for name, value in told["lots"][0].items()} == row


def test_the_table_of_retirements_has_each_with_its_serials(desk):
    used = Retirement.objects.get()
    (row,) = csv.DictReader(io.StringIO(Client().get(reverse("retirements_csv")).getvalue().decode("utf-8-sig")))
    assert (row["certificate"], int(row["serial_last"])) == (used.number, used.serial_last)
    told = json.loads(Client().get(reverse("retirements_json")).getvalue())
    assert [one["certificate"] for one in told["retirements"]] == [used.number]


def test_the_table_of_holders_and_of_a_block_are_what_the_ledger_has(desk):
    table = Client().get(reverse("holders_csv", args=[desk.lot])).getvalue().decode("utf-8-sig")
    held = [int(row["quantity_mg"]) for row in csv.DictReader(io.StringIO(table))]
    assert held == sorted(held, reverse=True)
    lot = Lot.objects.get()
    assert sum(held) == lot.issued_mg - lot.retired_mg
    height = Entry.objects.earliest("index").height
    moved = Client().get(reverse("block_csv", args=[height])).getvalue().decode("utf-8-sig")
    expected = list(Entry.objects.filter(height=height).order_by("index").values_list("index", flat=True))
    assert [int(row["index"]) for row in csv.DictReader(io.StringIO(moved))] == expected
