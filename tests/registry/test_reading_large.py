"""What pages ask of large tables: by an index, always, and every row once, however many there are."""

import csv
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from act_desk import ActDesk
from tanhui.registry.models import (
    HELD_BOOKS,
    Account,
    Act,
    Block,
    BookSum,
    Encumbrance,
    Entry,
    Holding,
    Order,
    Retirement,
)
from tanhui.registry.pages.downloads import csv_answer, json_answer
from tanhui.registry.pages.movements import COLUMNS
from tanhui.registry.queries import accounts
from tanhui.registry.queries.accounts import still_open
from tanhui.registry.queries.bindings import open_ones, stops_on
from tanhui.registry.queries.entries import (
    LATEST,
    EntryPage,
    account_entries,
    all_of_account,
    all_of_lot,
    given_by,
    last_of_lot,
    leading,
    lot_entries,
    of_lot,
    taken_by,
)
from tanhui.registry.queries.holders import FIRST, all_holders_of, holders_of, large_of, small_of
from tanhui.registry.queries.looking import found_accounts, found_bindings
from tanhui.registry.queries.retirements import by_serial, latest_first, serials_of
from tanhui.registry.queries.statements import all_held_by, held_by
from tanhui.registry.queries.statements import of_account as held_of_account

MANY, SOME = 100_000, 5_000
MANY_ENTRIES = """
INSERT INTO registry_entry (index, height, command_hex, lot, from_account, from_book, to_account, to_book, quantity_mg)
SELECT 1000000 + n, 1000 + n / 100, md5((n / 2)::text), 'L-' || n %% 50, 'A-' || n %% 997, 'live', 'A-' || n %% 991,
    'held', n
FROM generate_series(1, %s) AS n
"""
MANY_LISTS = """
INSERT INTO registry_entry
    (index, height, command_hex, lot, from_account, from_book, to_account, to_book, quantity_mg, followers)
SELECT 3000000 + n, 1, md5((n / 40)::text), 'L-' || n / 40 %% 50, 'A-' || n / 40 %% 7, 'live', 'A-' || 10 + n %% 40,
    'live', 1, CASE n %% 40 WHEN 0 THEN least(39, %s - n) END
FROM generate_series(0, %s) AS n
"""
"""Lists of forty movements, the last of them perhaps shorter."""

MANY_ACTS = """
INSERT INTO registry_act (index, height, command_hex, digest_hex, actor, role, at_ms, kind, terms, outcome, params)
SELECT 5000000 + n, 1000 + n / 100, md5(n::text), '', 'person-1', 'operator', 0, 'transfer', '{}', 'done', '{}'
FROM generate_series(1, %s) AS n
"""
MANY_BLOCKS = """
INSERT INTO registry_block (height, time_ms, first_leaf, size, root_hex, checkpoint)
SELECT 1000 + n, n, 1000000 + 100 * n, 1000100 + 100 * n, md5(n::text), '' FROM generate_series(1, %s) AS n
"""
MANY_BOUND = """
INSERT INTO registry_encumbrance (name, sort, account, lot, book, left_mg, until_ms, party, ended)
SELECT 'E-' || n, CASE n %% 3 WHEN 0 THEN 'freeze' WHEN 1 THEN 'pledge' ELSE 'hold' END, 'A-' || n %% 997,
    'L-' || n %% 50, 'pledged', 1, 0, 'A-' || n %% 991, n %% 10 <> 0 FROM generate_series(1, %s) AS n
"""
MANY_HOLDINGS = """
INSERT INTO registry_holding (account, lot, book, quantity_mg)
SELECT 'A-' || n / 50, 'L-' || n %% 50, CASE n %% 7 WHEN 0 THEN 'retired' ELSE 'live' END,
    CASE n / 50 %% 4 WHEN 0 THEN 1000000000 - 1 + n %% 3 ELSE 1 + n %% 3 END
FROM generate_series(1, %s) AS n
"""
MANY_HOLDERS = """
INSERT INTO people_organisation (code, name_zh, name_en, place_zh, place_en, synthetic)
SELECT 'H-' || n, '达茂' || n || '林业合作社', 'Holder ' || n, '', '', true FROM generate_series(1, %s) AS n
"""
MANY_ACCOUNTS = """
INSERT INTO registry_account (account, kind, holder_id, holder_hash_hex, salt_hex)
SELECT 'A-' || substr(code, 3), 'buyer', id, '', '' FROM people_organisation WHERE code LIKE 'H-%%' LIMIT %s
"""
MANY_STANDING = """
INSERT INTO registry_ledgeraccount (account, kind, closed)
SELECT 'A-' || n, 'buyer', n %% 1000 = 0 FROM generate_series(1, %s) AS n
"""
MANY_ORDERS = """
INSERT INTO registry_order (number, kind, state, lot, source, target, quantity_mg, terms, command_hex, requested_by_id,
    requested_at, request_reason, decision_reason)
SELECT 'O-' || n, 'retire', CASE n %% 1000 WHEN 0 THEN 'waiting' ELSE 'done' END, 'L-' || n %% 50, '', '', 1, '{}',
    md5(n::text), 1, now(), '', '' FROM generate_series(1, %s) AS n
"""
MANY_RETIREMENTS = """
INSERT INTO registry_retirement (number, order_id, lot_id, account_id, quantity_mg, purpose, name_zh, name_en,
    beneficiary_zh, beneficiary_en, statement_zh, statement_en, salt_hex, serial_first, serial_last, index, retired_at,
    certificate, certificate_sha256)
SELECT 'C-' || n, 10000000 + n, 'L-' || n %% 50, 'A-1', 10, 'event', '', '', '', '', '', '', '', 1 + 10 * (n / 50),
    10 + 10 * (n / 50), 10000000 + n, now(), '', md5(n::text) FROM generate_series(1, %s) AS n
"""
MANY_PROJECTS = """
INSERT INTO certification_project (number, key, name_zh, name_en, owner_id, state, synthetic_zh, synthetic_en,
    applied_at)
SELECT 'P-' || n, 'P-' || n, '', '', (SELECT min(id) FROM people_organisation), 'issued', '', '', now()
FROM generate_series(0, 49) AS n WHERE %s > 0
"""
MANY_LOTS = """
INSERT INTO registry_lot (lot, project_id, period, survey_hash_hex, method_hash_hex, estimate_hash_hex, issued_mg,
    buffer_mg, retired_mg, lessened_mg, drawn_mg, region, foreign_entry)
SELECT 'L-' || n, 'P-' || n, '2021', '', '', '', 1000000, 0, 0, 0, 0, '', ''
FROM generate_series(0, 49) AS n WHERE %s > 0
"""
ALONE = """
INSERT INTO registry_entry (index, height, command_hex, lot, from_account, from_book, to_account, to_book, quantity_mg)
SELECT 2000000 + n, 1, '', 'L-ALONE', 'A-1', 'live', 'A-2', 'held', n FROM generate_series(1, %s) AS n
"""
ALL = (
    *(MANY_PROJECTS, MANY_LOTS, MANY_ENTRIES, MANY_ACTS, MANY_BOUND, MANY_HOLDINGS, MANY_HOLDERS, MANY_ACCOUNTS),
    *(MANY_STANDING, MANY_ORDERS, MANY_RETIREMENTS),
)
GROWS = {
    *(f"registry_{table}" for table in ("entry", "act", "block", "encumbrance", "holding", "account", "order")),
    *("registry_retirement", "registry_ledgeraccount", "people_organisation"),
}


def filled(acts: ActDesk, rows: int) -> Iterator[ActDesk]:
    """Fill the tables. What the rows refer to is not there; that is asked at a commit, and there is none."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no lock an account
        for statement in ALL:
            cursor.execute(statement, [rows])
        cursor.execute(MANY_LISTS, [rows, rows])
        cursor.execute(MANY_BLOCKS, [rows // 100])
        cursor.execute("SET LOCAL session_replication_role = origin")
        for table in GROWS:
            cursor.execute(f"ANALYZE {table}")
        yield acts
        transaction.set_rollback(True)


@pytest.fixture
def many(acts: ActDesk) -> Iterator[ActDesk]:
    """A ledger with a hundred thousand movements and acts, and as much of what else grows."""
    yield from filled(acts, MANY)


@pytest.fixture
def some(acts: ActDesk) -> Iterator[ActDesk]:
    """As much of everything as many pages have."""
    yield from filled(acts, SOME)


def scanned(plan: dict[str, Any]) -> set[str]:
    """Return the tables that a plan reads from end to end."""
    found = {str(plan["Relation Name"])} if plan["Node Type"] in {"Seq Scan", "Parallel Seq Scan"} else set()
    return found.union(*(scanned(part) for part in plan.get("Plans", ())))


def assert_by_index(query: QuerySet[Any]) -> None:
    (plan,) = json.loads(query.explain(format="json"))
    assert scanned(plan["Plan"]) & GROWS == set(), plan


ASKED: tuple[Callable[[], QuerySet[Any]], ...] = (
    lambda: of_lot("L-7", LATEST, 50),
    lambda: of_lot("L-7", 1_050_000, 50),
    lambda: given_by("A-7", LATEST, 50),
    lambda: given_by("A-7", 1_050_000, 50),
    lambda: taken_by("A-7", LATEST, 50),
    lambda: taken_by("A-7", 1_050_000, 50),
    lambda: leading().filter(lot="L-7").order_by("index")[:1],
    lambda: leading().filter(lot="L-7", index__gt=1_050_000).order_by("index")[:2_000],
    lambda: Entry.objects.filter(index__gte=1_050_000, index__lt=1_050_100).order_by("index"),
    lambda: Act.objects.filter(index__gte=5_050_000, index__lt=5_050_100).order_by("index"),
    lambda: Act.objects.filter(index__gte=5_050_000, index__lt=5_050_100).order_by("-index")[:1],
    lambda: Act.objects.filter(command_hex="0" * 32),
    lambda: Act.objects.filter(command_hex__in=["0" * 32, "1" * 32]),
    lambda: Block.objects.filter(height__lt=1_500).order_by("-height")[:51],
    lambda: Block.objects.filter(root_hex="0" * 64),
    lambda: Encumbrance.objects.filter(name="E-7", sort="pledge"),
    lambda: Encumbrance.objects.filter(account="A-7", sort="freeze", ended=False, book="", lot__in=["", "L-7"]),
    open_ones,
    lambda: open_ones("pledge"),
    lambda: open_ones(lot="L-10"),
    lambda: open_ones(account="A-7"),
    lambda: large_of("L-7", FIRST)[:51],
    lambda: large_of("L-7", (10**9, "A-5", "live"))[:51],
    lambda: small_of("L-7", "", "")[:51],
    lambda: small_of("L-7", "A-5", "live")[:51],
    lambda: held_of_account("A-7", "", 459),
    lambda: held_of_account("A-7", "L-20", 459),
    lambda: Holding.objects.filter(account__in=["A-7", "A-8"], book="live"),
    lambda: latest_first(LATEST, 51),
    lambda: latest_first(10_050_000, 51),
    lambda: by_serial("L-7", 5_000, 51),
    lambda: Retirement.objects.filter(lot="L-7").order_by("-serial_first")[:50],
    lambda: Retirement.objects.filter(lot="L-7", serial_first__lte=5_000).order_by("-serial_first")[:1],
    lambda: Retirement.objects.filter(number__in=[f"C-{place}" for place in range(1_000)]),
    lambda: Retirement.objects.filter(certificate_sha256="0" * 64),
    lambda: Account.objects.filter(account__gt="A-7").order_by("account")[:51],
    lambda: Account.objects.filter(account__startswith="A-77").order_by("account")[:20],
    lambda: Account.objects.filter(holder=7),
    lambda: still_open().filter(kind__in=["owner", "buyer"]).order_by("account")[:20],
    lambda: Order.objects.filter(state="waiting").order_by("id")[:200],
    lambda: Order.objects.order_by("-id")[:200],
    lambda: BookSum.objects.filter(lot__in=["L-7", "L-8"]),
)


def test_no_question_reads_a_large_table_from_end_to_end(many: ActDesk):
    assert Entry.objects.count() > MANY
    for asked in ASKED:
        assert_by_index(asked())


def test_names_and_stops_are_asked_by_an_index_too(many: ActDesk):
    """These questions are no query sets: what the database is told is explained as it was told."""
    told: list[tuple[str, Any]] = []

    def listen(execute: Any, statement: str, values: Any, *rest: Any) -> Any:
        told.append((statement, values))
        return execute(statement, values, *rest)

    with connection.execute_wrapper(listen):
        assert [row.account for row in found_accounts("茂77合", most=20)] == []
        assert [row.account for row in found_accounts("茂777林", most=20)] == ["A-777"]
        assert [one.name for one in found_bindings("pledge", text="E-99970", most=20)] == ["E-99970"]
        assert stops_on("L-7") == []
    assert len(told) > 3
    with connection.cursor() as cursor:
        for statement, values in told:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
            ((plan,),) = cursor.fetchall()[0]
            assert scanned(plan["Plan"]) & GROWS == set(), plan


# --- page by page ----------------------------------------------------------------------------------


def keys_turned(page_at: Callable[[Any], tuple[list[Any], Any]], first: Any) -> list[Any]:
    """Turn all pages from the first key on, and return what stood on them, in order."""
    found, key = [], first
    while key is not None:
        rows, key = page_at(key)
        found += rows
    return found


def test_holders_of_equal_size_stand_on_one_page_each_and_once(some: ActDesk):
    def page_at(key: Any) -> tuple[list[Any], Any]:
        page = holders_of("L-7", after=key, most=7)
        return [(one.account, one.book, one.quantity_mg) for one in page.holders], page.after

    rows = Holding.objects.filter(lot="L-7", book__in=HELD_BOOKS).values_list("account", "book", "quantity_mg")
    large = rows.filter(quantity_mg__gte=10**9).order_by("-quantity_mg", "-account", "-book")
    expected = [*large, *rows.filter(quantity_mg__lt=10**9).order_by("account", "book")]
    sizes = [quantity_mg for *_, quantity_mg in expected]
    assert {10**9 + 1, 10**9} == set(sizes[: len(large)])
    assert {10**9 - 1, 1, 2, 3} == set(sizes[len(large) :])
    assert keys_turned(page_at, FIRST) == expected
    assert [(one.account, one.book, one.quantity_mg) for one in all_holders_of("L-7")] == expected


def test_serials_of_a_lot_follow_each_other_over_the_pages(some: ActDesk):
    def page_at(key: Any) -> tuple[list[Any], Any]:
        page = serials_of("L-7", after=key, most=7)
        return [row.serial_first for row in page.retirements], page.key

    found = keys_turned(page_at, 0)
    assert found == [1 + 10 * place for place in range(SOME // 50)]


def test_accounts_and_what_one_holds_come_page_by_page(some: ActDesk):
    def accounts_at(key: Any) -> tuple[list[Any], Any]:
        page = accounts(after=key, most=999)
        return [row.account for row in page.accounts], page.after

    def held_at(key: Any) -> tuple[list[Any], Any]:
        page = held_by("A-7", after=key, most=7)
        return [row.lot for row in page.rows], page.after

    assert keys_turned(accounts_at, "") == sorted(Account.objects.values_list("pk", flat=True))
    lots = sorted(set(Holding.objects.filter(account="A-7").values_list("lot", flat=True)))
    assert keys_turned(held_at, "") == lots == [row.lot for row in all_held_by("A-7")]


@pytest.mark.parametrize("most", [1, 7, 49, 50, 51, 100])
def test_a_last_page_that_is_just_full_leads_no_further(some: ActDesk, most: int):
    count = Holding.objects.filter(lot="L-7", book__in=HELD_BOOKS).count()
    assert held_by("A-7", most=most).after is None or most < 50
    assert (held_by("A-7", most=most).after is None) == (most >= 50)
    assert holders_of("L-7", most=count).after is None
    assert holders_of("L-7", most=count - 1).after is not None


def numbers_of(page_of: Callable[..., EntryPage], key: str, most: int) -> list[int]:
    """Turn all pages and return the numbers of what stands on them."""
    found: list[int] = []
    before: int | None = LATEST
    while before is not None:
        page = page_of(key, before=before, most=most)
        assert len(page.entries) <= most
        found += [entry.index for entry in page.entries]
        before = page.before
    return found


@pytest.mark.parametrize("account", ["A-3", "A-7", "A-11"])
def test_pages_of_a_large_account_have_every_movement_once(some: ActDesk, account: str):
    """Of what stands in lists too: A-3 gives some of them, A-11 receives from all."""
    expected = Entry.objects.filter(from_account=account) | Entry.objects.filter(to_account=account)
    numbers = sorted(set(expected.values_list("index", flat=True)), reverse=True)
    assert [entry.index for entry in all_of_account(account)] == numbers
    for most in (7, 39, 40, 41, 1_000):
        assert numbers_of(account_entries, account, most) == numbers


def test_pages_of_a_large_lot_have_every_movement_once(some: ActDesk):
    numbers = list(Entry.objects.filter(lot="L-7").order_by("-index").values_list("index", flat=True))
    assert [entry.index for entry in all_of_lot("L-7")] == numbers[::-1]
    assert last_of_lot("L-7").index == numbers[0]
    for most in (1, 7, 39, 40, 41, 1_000):
        assert numbers_of(lot_entries, "L-7", most) == numbers


def test_a_page_of_lists_asks_three_questions(many: ActDesk, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(lot_entries("L-7", most=50).entries) == 50
    with django_assert_num_queries(3):
        assert len(account_entries("A-3", most=50).entries) == 50


def test_a_download_asks_for_many_lists_at_once(many: ActDesk, django_assert_max_num_queries):
    lists = Entry.objects.filter(lot="L-7", followers__gt=0).count()
    with django_assert_max_num_queries(8):
        found = [entry.index for entry in all_of_lot("L-7")]
    assert lists == 50
    assert found == list(Entry.objects.filter(lot="L-7").order_by("index").values_list("index", flat=True))


# --- to take away ----------------------------------------------------------------------------------


def movements(lot: str) -> Iterator[list[Any]]:
    return ([getattr(entry, column) for column in COLUMNS] for entry in all_of_lot(lot))


def test_a_download_has_every_row_and_needs_no_more_memory_for_more_of_them(acts: ActDesk):
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [2 * MANY])
    tracemalloc.start()
    size, lines = 0, 0
    for part in csv_answer("table", COLUMNS, movements("L-ALONE")):
        size += len(part)
        lines += part.count(b"\n")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == 2 * MANY + 1
    assert peak < size // 2


def test_a_list_for_programs_is_one_object_even_when_it_is_empty():
    answer = json_answer("list", {"unit": "mg", "of": "批次"}, "rows", iter([{"a": 1}, {"a": 2}]))
    assert json.loads(answer.getvalue()) == {"unit": "mg", "of": "批次", "rows": [{"a": 1}, {"a": 2}]}
    assert json.loads(json_answer("list", {}, "rows", iter(())).getvalue()) == {"rows": []}
    table = csv_answer("table", ("a", "b"), iter([(1, "x,y"), (2, None)])).getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table))) == [["a", "b"], ["1", "x,y"], ["2", ""]]
