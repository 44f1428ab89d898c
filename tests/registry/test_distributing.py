"""Distributions: a list is read whole or not at all, every fault named; booked to the milligram; never twice unseen."""

import hashlib
import io
from functools import partial
from typing import Any

import pytest
import xlsxwriter
from django.db import connection

from act_desk import ActDesk, T, expect_refusal, listed
from registry.many import open_many
from registry.test_acts_at_once import standing_acts
from registry.test_side_tables import alter
from standing import at_once
from tanhui.core.ledger.terms import MAX_PARTS
from tanhui.registry.models import Account, Act, Entry, Holding, Order, Part
from tanhui.registry.queries import live_mg
from tanhui.registry.recipients import FaultyListProblem, list_bytes, read_recipients
from tanhui.registry.side_tables import side_faults

__all__ = ["standing_acts"]


def faults_of(acts: ActDesk, content: bytes, name: str = "list.csv") -> list[tuple[int, str, str]]:
    """What is wrong with a list: row, heading, code."""
    problem = expect_refusal(
        "faulty_list", acts.order, "distribute", field="file", list_name=name, list_content=content
    )
    assert isinstance(problem, FaultyListProblem)
    assert all(fault.sentence for fault in problem.faults)
    return [(fault.row, fault.column, fault.code) for fault in problem.faults]


def workbook(*rows: tuple[object, ...]) -> bytes:
    room = io.BytesIO()
    book = xlsxwriter.Workbook(room, {"in_memory": True})
    page = book.add_worksheet("名单")
    for place, row in enumerate(rows):
        page.write_row(place, 0, row)
    book.close()
    return room.getvalue()


# --- reading ---------------------------------------------------------------------------------------


def test_every_fault_of_every_row_is_named_at_once(acts: ActDesk):
    buffer, other = Holding.objects.get(book="buffer").account, acts.empty()
    gone = acts.empty("buyer")
    acts.done(acts.order("close_account", 90, account=gone))
    assert faults_of(
        acts,
        listed(
            (acts.buyer, "2"),
            ("BT-A-9", "x"),
            ("", "1"),
            (acts.buyer, "3"),
            (buffer, "1"),
            (acts.owner, "1"),
            (gone, "1"),
            (other, "0.0000000001"),
            ("", ""),
        ),
    ) == [
        (3, "账户", "unknown_account"),
        (3, "数量（吨）", "bad_quantity"),
        (4, "账户", "receiver_missing"),
        (5, "账户", "repeated_recipient"),
        (6, "账户", "wrong_account_kind"),
        (7, "账户", "same_account"),
        (8, "账户", "account_closed"),
        (9, "数量（吨）", "bad_quantity"),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", (1, "", "no_rows")),
        (b" , \n", (1, "", "no_rows")),
        ("账户,数量\n".encode(), (2, "", "no_rows")),
        (b"a,b\nc,1\n", (1, "", "no_heading")),
        ("账户\nx\n".encode(), (1, "", "no_heading")),
        ("数量\n1\n".encode(), (1, "", "no_heading")),
    ],
)
def test_a_file_that_is_no_list_says_what_is_missing(acts: ActDesk, content: bytes, fault: tuple[int, str, str]):
    assert faults_of(acts, content) == [fault]


def test_a_receiver_is_found_by_the_name_or_code_of_its_holder(acts: ActDesk):
    holder = Account.objects.get(account=acts.buyer).holder
    for word in (holder.name_zh, holder.name_en, holder.code):
        found = read_recipients(name="a.csv", content=listed((word, "1"), heads="单位,吨"), source=acts.owner)
        assert [(one.account, one.quantity_mg) for one in found] == [(acts.buyer, T)]
    both = f"单位,登记账户,数量\n{holder.name_zh},{acts.buyer},1\n谁,{acts.buyer},1\n".encode()
    assert faults_of(acts, both) == [(3, "登记账户", "holder_differs")]
    assert faults_of(acts, listed(("谁", "1"), heads="单位,数量")) == [(2, "单位", "unknown_holder")]
    acts.empty("buyer"), acts.empty("organiser")
    several = acts.people["heping"].organisation.name_zh
    assert faults_of(acts, listed((several, "1"), heads="单位,数量")) == [(2, "单位", "several_accounts")]


def test_a_workbook_says_the_same_as_a_table_down_to_one_milligram(acts: ActDesk):
    other = acts.empty()
    sent = workbook(("账户", "备注", "数量"), (acts.buyer, "甲", 1e-09), (other, "乙", 42.68))
    found = read_recipients(name="名单.xlsx", content=sent, source=acts.owner)
    assert [(one.row, one.account, one.quantity_mg) for one in found] == [
        (2, acts.buyer, 1),
        (3, other, 42_680_000_000),
    ]
    gbk = f"账户,数量\n{acts.buyer},0.000000001\n{other},42.68\n".encode("gb18030")
    assert read_recipients(name="a.csv", content=gbk, source=acts.owner) == found


def test_files_that_cannot_be_read_are_refused(acts: ActDesk):
    for code, name, content in (
        ("unknown_file", "list.pdf", b"%PDF"),
        ("bad_file", "list.xlsx", b"PK\x03\x04 and nothing else"),
        ("bad_file", "list.csv", b"\xff\xff\xff"),
        ("file_too_large", "list.csv", bytes(20 * 1024 * 1024 + 1)),
    ):
        expect_refusal(code, acts.order, "distribute", field="file", list_name=name, list_content=content)


def test_a_list_of_more_than_one_act_can_hold_is_refused_with_the_reason(acts: ActDesk):
    lines = [(f"BT-A-{number:06d}", "1") for number in range(MAX_PARTS + 1)]
    with pytest.raises(FaultyListProblem) as found:
        read_recipients(name="a.csv", content=listed(*lines), source=acts.owner)
    (fault,) = found.value.faults
    assert (fault.row, fault.code) == (MAX_PARTS + 2, "too_many_recipients")
    assert "要么全记，要么全不记" in fault.sentence


# --- booking ---------------------------------------------------------------------------------------


def test_the_longest_list_is_booked_whole_and_its_table_hashes_to_what_the_ledger_has(acts: ActDesk):
    names = open_many(acts.people["batu"], MAX_PARTS)
    lines = [(name, f"0.{place:09d}") for place, name in enumerate(names, 1)]
    order = acts.order("distribute", list_content=listed(*lines))
    assert (order.quantity_mg, order.terms["receivers"]) == (sum(range(1, MAX_PARTS + 1)), MAX_PARTS)
    before = live_mg(acts.owner, acts.lot)
    acts.done(order)
    assert live_mg(acts.owner, acts.lot) == before - order.quantity_mg
    assert Entry.objects.filter(command_hex=order.command_hex).count() == MAX_PARTS
    assert [live_mg(name, acts.lot) for name in (names[0], names[-1])] == [1, MAX_PARTS]
    act = Act.objects.get(command_hex=order.command_hex)
    kept = list_bytes(order.parts.values_list("account_id", "quantity_mg"))
    assert hashlib.sha256(kept).hexdigest() == act.terms["list_hash"] == order.terms["list_hex"]
    assert list(side_faults()) == []


def test_too_little_or_a_freeze_or_a_closing_in_between_books_nothing_of_the_list(acts: ActDesk):
    there, gone = live_mg(acts.owner, acts.lot) // T + 1, acts.empty()
    short = acts.order("distribute", 1, list_content=listed((acts.buyer, str(there))))
    assert acts.approve(short).refusal["code"] == "insufficient_balance"
    waiting = acts.order("distribute", 2, list_content=listed((acts.buyer, "1"), (gone, "1")))
    acts.done(acts.order("close_account", 3, account=gone))
    had = live_mg(acts.buyer, acts.lot)
    assert acts.approve(waiting).refusal["code"] == "account_closed"
    acts.done(acts.order("freeze", 4, lot="", quantity_mg=None))
    expect_refusal("account_frozen", acts.order, "distribute", 5, list_content=listed((acts.buyer, "1")))
    assert live_mg(acts.buyer, acts.lot) == had


def test_the_same_list_is_not_booked_twice_unless_it_is_meant(acts: ActDesk):
    other = acts.empty()
    first = acts.order("distribute", 1, list_content=listed((acts.buyer, "2"), (other, "3.0")))
    turned = listed((other, "3"), (acts.buyer, "2.000"))
    for _state in ("waiting", "done"):
        problem = expect_refusal("already_distributed", acts.order, "distribute", 2, field="again", list_content=turned)
        assert first.number in problem.message
        acts.approve(first)
    acts.done(acts.order("distribute", 3, list_content=turned, again=True))
    assert live_mg(other, acts.lot) == 6 * T
    assert acts.order("distribute", 4, list_content=listed((other, "3"), (acts.buyer, "2.1"))).state == "waiting"


def test_a_list_that_was_given_back_or_refused_may_come_again(acts: ActDesk):
    there = listed((acts.buyer, str(live_mg(acts.owner, acts.lot) // T + 1)))
    acts.approve(acts.order("distribute", 1, list_content=there))
    assert acts.order("distribute", 2, list_content=there).state == "waiting"


def test_references_that_do_not_exist(acts: ActDesk):
    content = listed((acts.buyer, "1"))
    expect_refusal("unknown_lot", acts.order, "distribute", field="lot", lot="x", list_content=content)
    expect_refusal("unknown_account", acts.order, "distribute", field="source", source="x", list_content=content)


@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("UPDATE registry_part SET quantity_mg = quantity_mg + 1", "parts"),
        ("DELETE FROM registry_part WHERE row = 2", "parts"),
        ("UPDATE registry_order SET quantity_mg = quantity_mg + 1 WHERE kind = 'distribute'", "quantity_mg"),
        (
            "UPDATE registry_order SET terms = jsonb_set(terms, '{list_hex}', '\"00\"') WHERE kind = 'distribute'",
            "terms",
        ),
    ],
)
def test_a_changed_list_is_found_beside_the_ledger(acts: ActDesk, statement: str, column: str):
    order = acts.done(acts.order("distribute"))
    alter(statement)
    assert (order.number, column) in {(fault.row, fault.column) for fault in side_faults()}


def test_lists_only_grow(acts: ActDesk):
    acts.order("distribute")
    with pytest.raises(Exception, match="only grows"), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_part SET quantity_mg = 1")


# --- at once ---------------------------------------------------------------------------------------


def test_two_who_send_the_same_list_at_once_make_one_order(standing_acts: ActDesk):
    acts = standing_acts
    content = listed((acts.buyer, "1"))
    answers: list[Any] = at_once(
        [partial(acts.order, "distribute", number, list_content=content) for number in (1, 2, 3)]
    )
    assert sorted(getattr(answer, "code", "made") for answer in answers) == ["already_distributed"] * 2 + ["made"]
    assert Order.objects.filter(kind="distribute").count() == Part.objects.count() == 1


def test_two_lists_that_together_are_too_much_are_one_of_them(standing_acts: ActDesk):
    acts = standing_acts
    there = live_mg(acts.owner, acts.lot)
    orders = [
        acts.order("distribute", number, list_content=listed((acts.buyer, f"{(there - number) // T}")))
        for number in (1, T + 1)
    ]
    answers: list[Any] = at_once([partial(acts.approve, order) for order in orders])
    assert sorted(answer.state for answer in answers) == ["done", "refused"]
