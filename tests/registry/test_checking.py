"""The check of the ledger: any table changed by one row is found, writing stops, and goes on once it is mended."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from kept import kept_job
from standing import load_people, noon_in, unguarded
from tanhui.cli import main
from tanhui.core.ledger import OpenAccount
from tanhui.kit import clock
from tanhui.kit.lifeline import as_child
from tanhui.kit.problems import Problem
from tanhui.people.models import TrailEntry
from tanhui.registry.models import Account, Block, LedgerCheck, QueuedCommand, WritingStop
from tanhui.registry.queries.checks import alarm
from tanhui.registry.services import closing_days
from tanhui.registry.services.accounts import _asked, open_account
from tanhui.registry.services.booking import command
from tanhui.registry.services.checking import AGAIN, MAY_LIFT, check_ledger, lift_stop
from tanhui.registry.services.closing_days import close_day
from tanhui.registry.services.follow_ups import due_follow_ups, follow_up
from tanhui.registry.writer import queue
from tanhui.registry.writer.listening import EAR
from tanhui.registry.writer.sending import write_here
from tanhui.registry.writer.status import status
from tanhui.registry.writer.stops import stopped
from tanhui.site import story
from workers import PATIENCE_S, tanhui_work

ONE = "ctid = (SELECT min(ctid) FROM {table})"
"""One row of a table, whichever the database finds first."""

CHANGES = {
    "registry_block": "root_hex = repeat('0', 64)",
    "registry_leafrun": "leaves = set_byte(leaves, length(leaves) - 1, 9)",
    "registry_hashrun": "hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)",
    "registry_act": "actor = 'somebody'",
    "registry_entry": "quantity_mg = quantity_mg + 1",
    "registry_account": "holder_hash_hex = repeat('0', 64)",
    "registry_holding": "quantity_mg = quantity_mg + 1",
    "registry_lot": "issued_mg = issued_mg + 1",
    "registry_ledgeraccount": "closed = NOT closed",
    "registry_order": "quantity_mg = quantity_mg + 1",
    "registry_retirement": "statement_zh = 'more'",
    "certification_estimate": "document = document || ' '",
    "certification_surveyfile": "content = content || '\\x00'",
    "certification_methodfile": "content = content || '\\x00'",
}
FOUND_IN = {
    "registry_ledgeraccount": "account",
    "registry_leafrun": "leaf",
    "registry_hashrun": "subtree",
    "certification_estimate": "estimate",
    "certification_surveyfile": "evidence_file",
    "certification_methodfile": "evidence_file",
}


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker) -> Iterator[story.Chain]:
    """The whole main job, committed once. No test leaves a change behind."""
    with kept_job(django_db_blocker) as job:
        region, people = load_people()
        yield story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)


@contextmanager
def one_moment() -> Iterator[object]:
    """What somebody with the keys to the database changes; afterwards all is as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("ALTER TABLE registry_entry DROP CONSTRAINT serials_count_the_quantity")
        yield cursor
        transaction.set_rollback(True)


def opening(account: str):
    _region, people = load_people()
    act = OpenAccount(account, "buyer", bytes(32))
    return command(command_id=bytes(16), act=act, by=people["wangqiang"], reason="开户。", at=clock.now())


def words_of(check: LedgerCheck) -> str:
    return " ".join(f"{fault['place']} {fault['words']}" for fault in check.faults)


def test_an_honest_ledger_has_no_fault_and_writing_goes_on(kept):
    with one_moment():
        found = check_ledger(at=clock.now())
        assert (found.report.ok, found.side, found.kept.fault_count) == (True, (), 0)
        assert found.kept.height == Block.objects.count()
        assert (stopped(), alarm()) == (False, None)


@pytest.mark.parametrize("table", CHANGES)
def test_one_changed_row_of_any_table_is_found_and_stops_the_writer(kept, table):
    with one_moment() as cursor:
        cursor.execute(f"UPDATE {table} SET {CHANGES[table]} WHERE {ONE.format(table=table)}")
        assert cursor.rowcount == 1
        kept_check = check_ledger(at=clock.now()).kept
        assert kept_check.fault_count > 0
        assert FOUND_IN.get(table, table.removeprefix("registry_")) in words_of(kept_check)
        assert WritingStop.objects.get().check_found == kept_check
        blocks = Block.objects.count()
        queue.put(opening("T-1"), at=clock.now())
        assert write_here(at=clock.now())
        assert (queue.waiting(), Block.objects.count(), status().writing_stopped) == (1, blocks, True)


def test_a_day_that_was_closed_is_checked_with_its_piles(kept, monkeypatch):
    tomorrow = noon_in(1)
    with one_moment() as cursor:
        assert close_day(at=tomorrow) is not None
        assert check_ledger(at=tomorrow).kept.fault_count == 0
        cursor.execute("UPDATE registry_daypile SET total_mg = total_mg + 1 WHERE book = 'live'")
        found = check_ledger(at=tomorrow)
        assert {fault.column for fault in found.side} == {"chunks"}
        assert {(fault.code, fault.where.table) for fault in found.report.faults} == {("cell_changed", "pile")}
    monkeypatch.setattr(closing_days, "piles_root", lambda _piles, _suite: bytes(32))
    with one_moment():
        close_day(at=tomorrow)
        codes = {fault.code for fault in check_ledger(at=tomorrow).report.faults}
        assert codes == {"day_end_differs"}


def test_who_books_while_writing_is_stopped_is_told_why_and_that_nothing_is_lost(kept):
    region, people = load_people()
    here = {"region_code": region.code, "by": people["wangqiang"], "reason": "开户。", "at": clock.now()}
    with one_moment() as cursor:
        cursor.execute("UPDATE registry_lot SET retired_mg = retired_mg + 1")
        check_ledger(at=clock.now())
        with pytest.raises(Problem, match="记账停着") as told:
            open_account(holder=people["gaojie"].organisation, kind="organiser", **here)
        assert told.value.code == "writing_stopped"
        assert queue.waiting() == 1


def test_a_second_check_leaves_the_first_stop_as_it_was(kept):
    with one_moment() as cursor:
        cursor.execute(f"UPDATE registry_holding SET quantity_mg = 7 WHERE {ONE.format(table='registry_holding')}")
        first = check_ledger(at=clock.now()).kept
        check_ledger(at=clock.now())
        assert WritingStop.objects.get().check_found == first
        assert LedgerCheck.objects.count() == 2


def test_only_the_supervisor_lifts_and_only_what_is_mended(kept):
    _region, people = load_people()
    with one_moment() as cursor:
        with pytest.raises(Problem, match="没有停"):
            lift_stop(by=people["gaojie"], reason="无事", at=clock.now())
        cursor.execute("UPDATE registry_lot SET retired_mg = retired_mg + 1")
        check_ledger(at=clock.now())
        for person in people.values():
            if person.role not in MAY_LIFT:
                with pytest.raises(Problem, match="监督部门"):
                    lift_stop(by=person, reason="已改好", at=clock.now())
        with pytest.raises(Problem) as missing:
            lift_stop(by=people["gaojie"], reason=" ", at=clock.now())
        assert missing.value.code == "reason_missing"
        with pytest.raises(Problem) as faulty:
            lift_stop(by=people["gaojie"], reason="已改好", at=clock.now())
        assert faulty.value.code == "ledger_still_faulty"
        assert stopped()
        cursor.execute("UPDATE registry_lot SET retired_mg = retired_mg - 1")
        lifted = lift_stop(by=people["gaojie"], reason="按备份改回", at=clock.now())
        assert (stopped(), lifted.lifted_by, lifted.lift_reason) == (False, people["gaojie"], "按备份改回")
        told = TrailEntry.objects.get(act="lift_writing_stop")
        assert (told.person, told.reason, told.facts["faults"] > 0) == (people["gaojie"], "按备份改回", True)


def test_checks_stay_and_a_stop_is_lifted_by_somebody(kept):
    at = clock.now()
    with transaction.atomic():
        found = LedgerCheck.objects.create(at=at, height=1, fault_count=1)
        stop = WritingStop.objects.create(check_found=found, at=at)
        forbidden = [
            lambda: LedgerCheck.objects.update(fault_count=0),
            lambda: WritingStop.objects.filter(pk=stop.pk).update(lifted=True),
            lambda: WritingStop.objects.create(
                check_found=LedgerCheck.objects.create(at=at, height=1, fault_count=1), at=at
            ),
        ]
        for change in forbidden:
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        assert stopped()
        transaction.set_rollback(True)


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "已停止记账"), ("en", "writing is stopped")])
def test_the_alarm_stands_on_the_desks_of_operator_and_supervisor_and_in_the_books(kept, language, said):
    _region, people = load_people()
    pages = {}
    with one_moment() as cursor:
        cursor.execute("UPDATE registry_lot SET retired_mg = retired_mg + 1")
        check_ledger(at=clock.now())
        for name in ("wangqiang", "gaojie", "naren"):
            reader = Client()
            reader.force_login(people[name])
            pages[name] = reader.get(reverse("desk"), headers={"accept-language": language}).content.decode()
        books = Client().get(reverse("books"), headers={"accept-language": language})
    assert [name for name, page in pages.items() if said in page] == ["wangqiang", "gaojie"]
    assert f"lot[{kept.lot.lot}]" in pages["gaojie"]
    assert books.status_code == 200
    assert said in books.content.decode()


def test_the_writer_that_serves_stops_and_goes_on(standing, capsys):
    region, people = load_people()
    with tanhui_work(as_child("ledger", "serve")):
        begun = clock.now()
        while not status().writer_serves:
            assert (clock.now() - begun).total_seconds() < PATIENCE_S
        here = {"region_code": region.code, "by": people["wangqiang"], "reason": "开户。", "at": clock.now()}
        account = open_account(holder=people["sunwei"].organisation, kind="buyer", **here).account
        with unguarded() as cursor:
            cursor.execute("UPDATE registry_ledgeraccount SET kind = 'owner'")
        assert tanhui("ledger", "check", "--language", "en") == 1
        assert "Writing is stopped" in capsys.readouterr().out
        with transaction.atomic():
            row = queue.put(opening(account), at=clock.now())
        with pytest.raises(TimeoutError):
            wait_for_answer(row, seconds=3)
        assert tanhui("ledger", "status") == 0
        told = capsys.readouterr().out
        assert '"waiting": 1, "writer_serves": true, "writing_stopped": true' in told
        assert f"registry_ledgeraccount[{account}]" in told
        assert tanhui("ledger", "lift", "--by", "gaojie") == 2
        assert tanhui("ledger", "lift", "--by", "nobody", "--reason", "x") == 2
        assert "ledger_still_faulty" in str(tanhui("ledger", "lift", "--by", "gaojie", "--reason", "改好了"))
        with unguarded() as cursor:
            cursor.execute("UPDATE registry_ledgeraccount SET kind = 'buyer'")
        assert tanhui("ledger", "lift", "--by", people["gaojie"].username, "--reason", "改好了") == 0
        wait_for_answer(row, seconds=PATIENCE_S)
        EAR.rest()
    (answer,) = queue.answers_to([row.pk]) or ()
    assert (answer.code, answer.height) == ("account_exists", 2)
    assert tanhui("ledger", "check") == 0


def test_what_follows_an_act_a_moment_later_is_no_fault(standing):
    region, people = load_people()
    here = {"region_code": region.code, "by": people["wangqiang"], "reason": "开户。", "at": clock.now()}
    queued = _asked(holder=people["sunwei"].organisation, kind="buyer", **here)
    assert write_here(at=clock.now())
    assert list(due_follow_ups()) == [queued]
    told = []

    def follow_up_between_two_looks(stage, _done, _of):
        told.append(stage)
        if stage == AGAIN:
            follow_up(queued.pk)

    checked = check_ledger(at=clock.now(), progress=follow_up_between_two_looks)
    assert AGAIN in told
    assert (checked.kept.fault_count, stopped()) == (0, False)
    assert Account.objects.count() == 1


def tanhui(*words) -> int | str:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code or 0


def wait_for_answer(row: QueuedCommand, *, seconds: float) -> None:
    begun = clock.now()
    while queue.answers_to([row.pk]) is None:
        if (clock.now() - begun).total_seconds() > seconds:
            raise TimeoutError
