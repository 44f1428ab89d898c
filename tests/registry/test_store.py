"""The ledger in the database: what is stored is what the rules give, is signed, and cannot be changed in place."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from kept import kept_job
from standing import row_counts, run_sql
from tanhui.core.ledger import (
    BadProof,
    Book,
    Checkpoint,
    Command,
    Issue,
    OutOfScopeError,
    Receipt,
    Replay,
    Scope,
    State,
    apply,
    check,
    encode,
    open_checkpoint,
    read_receipt,
    reads,
    replay,
)
from tanhui.core.ledger.journal import Deed, decode_leaf
from tanhui.core.ledger.merkle import Frontier
from tanhui.land.models import Region
from tanhui.registry import models
from tanhui.registry.queries import books_of, receipt_of
from tanhui.registry.services import RetirementWords, approve, open_account, request_retirement
from tanhui.registry.services.booking import book, command
from tanhui.registry.writer.hashes import frontier_at
from tanhui.registry.writer.journal import last_block, state_at
from tanhui.registry.writer.leaves import LAST, contents_between
from tanhui.registry.writer.loading import load, lot_of
from tanhui.registry.writer.signing import signing_key
from tanhui.site import story
from tanhui.site.demonstration import register_demonstration_people
from tanhui.site.story import Chain
from walk import AT, People, signature

APPEND_ONLY = ("account", "block", "leafrun", "hashrun", "act", "entry", "retirement")


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


def journal() -> list[bytes]:
    return contents_between(0, LAST)


def replayed() -> Replay:
    return replay(journal())


def commands() -> list[Command]:
    records = [decode_leaf(content) for content in journal()]
    return [record.command for record in records if isinstance(record, Deed)]


def stored(scope: Scope) -> State:
    """The ledger as the tables have it, with just the keys of a scope."""
    end = state_at(last_block())
    return replace(load(scope), height=end.height, time_ms=end.time_ms, frontier=end.frontier)


def whole_scope() -> Scope:
    return reads(commands())


# --- what is stored is what the rules give ---------------------------------------------------------


def test_the_stored_state_is_the_replayed_one(chain: Chain):
    assert chain.retirement
    roots = {block.height: bytes.fromhex(block.root_hex) for block in models.Block.objects.all()}
    found = stored(whole_scope())
    assert check(journal(), roots, found) == ()
    again = replayed().closing
    assert dict(found.outcomes) == dict(again.outcomes)
    assert dict(found.seasons) == dict(again.seasons)
    assert (found.height, found.time_ms) == (again.height, again.time_ms)
    assert (found.frontier.size, found.frontier.root()) == (again.frontier.size, again.frontier.root())


def test_a_partial_state_gives_the_very_block_that_the_whole_history_gives(chain: Chain):
    """For every command of the history, asked again under a new id: same leaves, same root, same answer."""
    assert chain.lot
    full = replayed().closing
    for number, old in enumerate(commands()):
        new = Command(number.to_bytes(16, "big"), old.actor, old.role, old.at_ms, old.reason_hash, old.act)
        partial = stored(reads([new]))
        ours = apply([new], partial, partial.height + 1, full.time_ms)
        theirs = apply([new], full, full.height + 1, full.time_ms)
        assert (ours.leaves, ours.root, ours.outcomes) == (theirs.leaves, theirs.root, theirs.outcomes)
        assert encode(new) != encode(old)


def test_a_partial_state_refuses_what_it_was_not_loaded_for(chain: Chain):
    assert chain.lot
    last = commands()[-1]
    partial = stored(Scope())
    with pytest.raises(OutOfScopeError):
        apply([last], partial, partial.height + 1, partial.time_ms)


def test_the_books_add_up_to_what_was_issued(chain: Chain):
    lot = chain.lot
    assert lot
    for books in (books_of(lot.lot), books_of()):
        assert books.issued_mg == books.total_mg == lot.issued_mg == chain.document["issuable_mg"]
        assert books.difference_mg == 0
        assert sum(line.share_percent for line in books.lines) == pytest.approx(100)
    by_book = {line.code: line.quantity_mg for line in books_of(lot.lot).lines}
    assert list(by_book) == [book.value for book in Book if book is not Book.MINT]
    assert by_book["buffer"] == chain.document["buffer_mg"]
    assert by_book["retired"] == chain.retirement.quantity_mg
    sums = models.Holding.objects.values_list("lot").annotate(Sum("quantity_mg"))
    assert dict(sums) == {lot.lot: 0}


def test_holdings_are_the_sum_of_their_entries(chain: Chain):
    assert chain.lot
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for entry in models.Entry.objects.all():
        sums[entry.from_account, entry.lot, entry.from_book] -= entry.quantity_mg
        sums[entry.to_account, entry.lot, entry.to_book] += entry.quantity_mg
    stored = {(row.account, row.lot, row.book): row.quantity_mg for row in models.Holding.objects.all()}
    assert stored == {key: quantity_mg for key, quantity_mg in sums.items() if quantity_mg}


def test_serials_follow_each_other_from_one(chain: Chain, people: People):
    lot = models.Lot.objects.get()
    for number, quantity_mg in enumerate((1, 2, 10**9), 50):
        retire(chain, people, number, quantity_mg)
    retired = models.Retirement.objects.order_by("serial_first")
    assert retired[0].serial_first == 1
    for earlier, later in pairwise(retired):
        assert later.serial_first == earlier.serial_last + 1
    for one in retired:
        assert one.serial_last - one.serial_first + 1 == one.quantity_mg
        entry = models.Entry.objects.get(command_hex=one.order.command_hex)
        assert (entry.serial_first, entry.serial_last) == (one.serial_first, one.serial_last)
    lot.refresh_from_db()
    assert lot.retired_mg == retired.last().serial_last
    assert len({one.certificate_sha256 for one in retired}) == 4


def retire(chain: Chain, people: People, number: int, quantity_mg: int) -> None:
    order = request_retirement(
        lot=chain.lot.lot,
        account=chain.transfer.target,
        quantity_mg=quantity_mg,
        purpose="voluntary",
        words=RetirementWords("会议", "公司", "抵消。"),
        region_code="BT",
        command_id=number.to_bytes(16, "big"),
        **signature(people["wangqiang"]),
    )
    approve(number=order.number, **signature(people["wuyun"]))


def test_the_lot_points_at_its_evidence_and_the_journal_says_the_same(chain: Chain):
    lot, estimate = chain.lot, chain.estimate
    assert (lot.survey_hash_hex, lot.method_hash_hex, lot.estimate_hash_hex) == (
        estimate.survey.root_hex,
        estimate.method_hash_hex,
        estimate.hash_hex,
    )
    (known,) = replayed().closing.lots.values()
    assert lot_of(models.Lot.objects.get()) == known
    assert (known.origin.project, known.origin.period) == (chain.project.number, lot.period)
    assert lot.period == f"{chain.document['period']['from']}..{chain.document['period']['to']}"


def test_no_name_and_no_reason_stands_on_the_ledger(chain: Chain, people: People):
    whole = b"".join(journal())
    words = [
        text for person in people.values() for text in (person.name_zh, person.username, person.organisation.name_zh)
    ]
    words += [chain.retirement.beneficiary_zh, chain.retirement.statement_zh, "交易凭证已核对。"]
    assert [word for word in words if word.encode() in whole] == []
    assert f"person-{people['wuyun'].pk}".encode() in whole


# --- signatures and receipts -----------------------------------------------------------------------


def test_every_block_is_signed_with_the_public_key(chain: Chain):
    assert chain.lot
    key = signing_key().public
    blocks = list(models.Block.objects.order_by("height"))
    assert [block.height for block in blocks] == list(range(1, len(blocks) + 1))
    tree = Frontier()
    for block, found in zip(blocks, replayed().blocks, strict=True):
        checkpoint = open_checkpoint(block.checkpoint, key)
        assert checkpoint == Checkpoint(key.name, block.size, found.root)
        assert (block.root_hex, block.first_leaf, block.time_ms) == (found.root.hex(), tree.size, found.time_ms)
        tree = frontier_at(block.size)


def test_a_receipt_proves_an_act_to_whoever_has_the_public_key(chain: Chain):
    for order in models.Order.objects.all():
        text = receipt_of(order.command_hex).to_json()
        reading = read_receipt(Receipt.from_json(text), signing_key().public)
        assert reading.outcome == "done"
        assert reading.command.id.hex() == order.command_hex
        assert sum(entry.movement.quantity_mg for entry in reading.entries) == order.quantity_mg
        assert reading.checkpoint.size == len(contents_between(0, LAST))
    receipt = receipt_of(chain.retirement.order.command_hex)
    first = receipt.leaves[0]
    forged = first._replace(content=first.content[:-1] + bytes([first.content[-1] ^ 1]))
    with pytest.raises(BadProof):
        read_receipt(Receipt((forged, *receipt.leaves[1:]), receipt.checkpoint), signing_key().public)


# --- accounts and lots, once -----------------------------------------------------------------------


def test_a_period_is_issued_once_whatever_the_lot_is_called(chain: Chain, people: People):
    """The ledger itself refuses, even if somebody gets past the steps of certification."""
    by = people["wuyun"]
    issue = next(one.act for one in commands() if isinstance(one.act, Issue))
    twice = [
        command(command_id=bytes([1]) * 16, act=issue, by=by, reason="又来。", at=AT),
        command(command_id=bytes([2]) * 16, act=renamed(issue, "BT-L-2026-9999"), by=by, reason="又来。", at=AT),
    ]
    issued_mg = books_of().issued_mg
    answers = book(twice, at=AT)
    assert [answer.code for answer in answers] == ["lot_exists", "origin_already_issued"]
    assert dict(answers[1].params)["lot"] == chain.lot.lot
    assert models.Lot.objects.count() == 1
    assert books_of().issued_mg == issued_mg


def renamed(issue: Issue, lot: str) -> Issue:
    return replace(issue, lot=lot)


def test_the_database_keeps_one_lot_per_project(chain: Chain):
    copy = models.Lot.objects.get(pk=chain.lot.pk)
    copy.lot = "BT-L-2026-9999"
    with pytest.raises(DatabaseError, match="project_id"):
        save_apart(copy)


def test_time_on_the_ledger_never_runs_back(chain: Chain, people: People):
    assert chain.lot
    last = models.Block.objects.latest("height")
    long_ago = AT.replace(year=2001)
    opened = {"holder": people["gaojie"].organisation, "kind": "buyer", "region_code": "BT"}
    open_account(**opened, by=people["wuyun"], reason="开户。", at=long_ago)
    assert models.Block.objects.latest("height").time_ms == last.time_ms
    assert replayed().differences == ()


# --- what the database itself refuses --------------------------------------------------------------


def test_append_only_tables_refuse_to_change(chain: Chain):
    assert chain.retirement
    for name in APPEND_ONLY:
        table = f"registry_{name}"
        column = models_by_table()[table]._meta.pk_fields[0].column
        assert row_counts()[table] > 0
        for statement in (
            f'UPDATE {table} SET "{column}" = "{column}"',
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(DatabaseError, match="only grows"):
                run_sql(statement)


def models_by_table():
    return {model._meta.db_table: model for model in vars(models).values() if hasattr(model, "_meta")}


ENTRY = (
    'INSERT INTO registry_entry ("index", height, command_hex, lot, from_account, from_book, to_account, to_book, '
    "quantity_mg, serial_first, serial_last) VALUES (999, 1, 'x', 'x', 'a', 'live', {})"
)
SECOND_ISSUE = """
    INSERT INTO registry_order (number, kind, state, project_id, lot, source, target, quantity_mg, terms, command_hex,
                                requested_by_id, requested_at, request_reason, decision_reason)
    SELECT 'x', kind, 'waiting', project_id, lot, source, target, quantity_mg, terms, 'x',
           requested_by_id, requested_at, 'x', ''
    FROM registry_order WHERE kind = 'issue'
"""
SECOND_HOLDING = """
    INSERT INTO registry_holding (account, lot, book, quantity_mg) SELECT account, lot, book, 1 FROM registry_holding
"""
SECOND_ACCOUNT = """
    INSERT INTO registry_account (account, kind, holder_hash_hex, salt_hex, holder_id)
    SELECT 'other', kind, holder_hash_hex, salt_hex, holder_id FROM registry_account LIMIT 1
"""
BLOCK = "INSERT INTO registry_block (height, time_ms, first_leaf, size, root_hex, checkpoint) "
PART = """
INSERT INTO registry_part (order_id, "row", account_id, quantity_mg)
SELECT (SELECT max(id) FROM registry_order), {} FROM registry_account{}
"""
TWO_OF_ONE_ENTRY = """
INSERT INTO registry_lot (lot, period, region, foreign_entry, survey_hash_hex, method_hash_hex, estimate_hash_hex,
                          issued_mg, buffer_mg, retired_mg, lessened_mg, drawn_mg)
SELECT name, '', 'CN-X', 'x-1', '', '', '', 1, 0, 0, 0, 0 FROM unnest(ARRAY['l-1', 'l-2']) AS name
"""
IMPOSSIBLE = (
    ("no_holding_below_zero", "UPDATE registry_holding SET quantity_mg = -1 WHERE book = 'live'"),
    ("no_holding_below_zero", "UPDATE registry_holding SET book = 'live' WHERE book = 'mint'"),
    ("one_row_per_holding", SECOND_HOLDING),
    ("lot_retires_no_more_than_issued", "UPDATE registry_lot SET retired_mg = issued_mg + 1"),
    ("lot_retires_no_more_than_issued", "UPDATE registry_lot SET retired_mg = -1"),
    ("lot_retires_no_more_than_issued", "UPDATE registry_lot SET issued_mg = 0"),
    ("lot_retires_no_more_than_issued", "UPDATE registry_lot SET issued_mg = 1000000000000000001"),
    ("lot_retires_no_more_than_issued", "UPDATE registry_lot SET buffer_mg = issued_mg"),
    ("order_has_a_quantity", "UPDATE registry_order SET quantity_mg = 0"),
    ("two_people_per_order", "UPDATE registry_order SET decided_by_id = requested_by_id"),
    ("command_hex", "UPDATE registry_order SET command_hex = (SELECT min(command_hex) FROM registry_order)"),
    ("one_issue_per_project", SECOND_ISSUE),
    ("one_open_account_per_holder_and_kind", SECOND_ACCOUNT),
    ("part_gives_something", PART.format("1, account, 0", "")),
    ("one_part_per_row", PART.format("7, account, 1", "")),
    ("one_part_per_receiver", PART.format("row_number() OVER (), min(account) OVER (), 1", "")),
    ("lot_comes_from_a_project_or_a_region", "UPDATE registry_lot SET region = 'X', foreign_entry = 'x'"),
    ("lot_comes_from_a_project_or_a_region", "UPDATE registry_lot SET project_id = NULL"),
    ("lot_comes_from_a_project_or_a_region", "UPDATE registry_lot SET period = ''"),
    ("one_lot_per_entry_of_a_region", TWO_OF_ONE_ENTRY),
    ("blocks_count_from_one", f"{BLOCK} VALUES (0, 1, 1000, 1001, '', '')"),
    ("block_is_not_empty", f"{BLOCK} VALUES (99, 1, 1000, 1000, '', '')"),
    ("one_block_per_size", f"{BLOCK} SELECT 99, 1, 0, size, '', '' FROM registry_block WHERE height = 1"),
    ("registry_leafrun_pkey", "INSERT INTO registry_leafrun (first, leaves) VALUES (0, '\\x0000')"),
    ("leaves_are_some", "INSERT INTO registry_leafrun (first, leaves) VALUES (1000000, '')"),
    ("leaves_count_from_nothing", "INSERT INTO registry_leafrun (first, leaves) VALUES (-1, '\\x0000')"),
    ("registry_hashrun_pkey", "INSERT INTO registry_hashrun SELECT * FROM registry_hashrun LIMIT 1"),
    ("hashes_of_a_level_that_tiles_have", "INSERT INTO registry_hashrun VALUES (1, 0, sha256(''))"),
    ("hashes_are_whole", "INSERT INTO registry_hashrun VALUES (40, 0, '\\x00')"),
    ("hashes_are_whole", "INSERT INTO registry_hashrun VALUES (40, 0, '')"),
    ("hashes_lie_in_one_tile", "INSERT INTO registry_hashrun VALUES (40, 255, sha256('') || sha256(''))"),
    ("entry_moves_something", ENTRY.format("'b', 'live', 0, NULL, NULL")),
    ("entry_moves_something", ENTRY.format("'b', 'live', -1, NULL, NULL")),
    ("entry_goes_somewhere", ENTRY.format("'a', 'live', 1, NULL, NULL")),
    ("serials_count_the_quantity", ENTRY.format("'a', 'retired', 2, 1, 3")),
    ("serials_count_the_quantity", ENTRY.format("'a', 'retired', 2, 2, 1")),
)


def test_the_database_refuses_what_the_rules_never_give(chain: Chain):
    assert chain.retirement
    before = row_counts()
    for name, statement in IMPOSSIBLE:
        with pytest.raises(DatabaseError, match=name):
            run_sql(statement)
    assert row_counts() == before


def save_apart(row: models.Lot) -> None:
    with transaction.atomic():
        row.save(force_insert=True)
