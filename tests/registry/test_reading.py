"""Statements, blocks and search: every movement once, page by page; large tables are asked by their indexes."""

import pytest

from act_desk import ActDesk, T
from tanhui.core.ledger import MINT_ACCOUNT
from tanhui.kit.problems import NotFoundProblem
from tanhui.registry.models import HELD_BOOKS, Act, Block, Entry, Lot, Retirement
from tanhui.registry.queries import BOOKS, books_of
from tanhui.registry.queries.bindings import bindings, freeze_on
from tanhui.registry.queries.blocks import block, blocks, deeds
from tanhui.registry.queries.entries import (
    LATEST,
    all_of_lot,
    lot_entries,
)
from tanhui.registry.queries.holders import all_holders_of
from tanhui.registry.queries.lots import issue_act
from tanhui.registry.queries.search import find
from tanhui.registry.queries.statements import account_for, accounts_of, held_by, sums_of


def test_pages_of_a_lot_have_every_movement_once_the_latest_first(acts: ActDesk):
    for number in range(1, 6):
        acts.done(acts.order("pledge", number))
    numbers = [entry.index for entry in all_of_lot(acts.lot)]
    found, before = [], LATEST
    while before is not None:
        page = lot_entries(acts.lot, before=before, most=2)
        found += [entry.index for entry in page.entries]
        before = page.before
    assert found == numbers[::-1]
    assert len(found) == Entry.objects.filter(lot=acts.lot).count()


def test_a_page_that_is_just_full_has_nothing_before_it(acts: ActDesk):
    count = Entry.objects.filter(lot=acts.lot).count()
    assert lot_entries(acts.lot, most=count).before is None
    assert lot_entries(acts.lot, most=count - 1).before is not None


# --- what stands where -----------------------------------------------------------------------------


def test_in_every_state_the_books_of_a_lot_add_up_and_so_do_its_holders(acts: ActDesk):
    for number, kind in enumerate(("freeze", "pledge", "hold", "revoke", "reverse"), 1):
        acts.done(acts.order(kind, number))
        books, lot = books_of(acts.lot), Lot.objects.get(lot=acts.lot)
        sums = {line.code: line.quantity_mg for line in books.lines}
        assert (books.total_mg, books.difference_mg) == (lot.issued_mg, 0)
        holders = list(all_holders_of(acts.lot))
        assert sum(holder.quantity_mg for holder in holders) == lot.issued_mg - sums["retired"] - sums["revoked"]
        for book in HELD_BOOKS:
            assert sum(holder.quantity_mg for holder in holders if holder.book == book) == sums[book]


def test_a_statement_has_what_an_account_holds_in_each_book(acts: ActDesk):
    acts.done(acts.order("freeze", 1))
    acts.done(acts.order("pledge", 2, quantity_mg=3 * T))
    (held,) = held_by(acts.owner).rows
    books = dict(zip(BOOKS, held.books_mg, strict=True))
    assert (held.lot, books["frozen"], books["pledged"]) == (acts.lot, 5 * T, 3 * T)
    assert held.total_mg == sum(books.values())
    assert held_by("nobody") == ([], None)
    assert list(sums_of(acts.owner)) == list(held.books_mg)
    assert MINT_ACCOUNT not in {account.account for account in accounts_of(acts.people["zhaogang"].organisation)}


@pytest.mark.parametrize("who", ["zhaogang", "batu", "gaojie"])
def test_a_statement_is_its_holders_the_registrys_and_supervisions(acts: ActDesk, who: str):
    assert account_for(acts.people[who], acts.owner).account == acts.owner


@pytest.mark.parametrize("who", ["sunwei", "heping"])
def test_to_strangers_an_account_does_not_exist(acts: ActDesk, who: str):
    with pytest.raises(NotFoundProblem) as found:
        account_for(acts.people[who], acts.owner)
    assert found.value.code == "unknown_account"


def test_what_binds_is_told_with_its_document_on_both_sides(acts: ActDesk):
    pledge, freeze = acts.begun("pledge"), acts.done(acts.order("freeze", lot="", quantity_mg=None)).number
    assert {row.name for row in bindings(account=acts.owner)} == {pledge, freeze}
    (of_pledgee,) = bindings(account=acts.buyer)
    assert (of_pledgee.name, of_pledgee.party, of_pledgee.left_mg) == (pledge, acts.buyer, 5 * T)
    assert of_pledgee.document
    assert [row.name for row in bindings(lot=acts.lot)] == [pledge]
    assert [row.name for row in bindings("freeze")] == [freeze]
    stop = freeze_on(acts.owner, acts.lot)
    assert stop is not None
    assert (stop.name, stop.left_mg) == (freeze, None)
    acts.done(acts.order("unfreeze", 8, freeze=freeze))
    assert freeze_on(acts.owner, acts.lot) is None


# --- blocks and search -----------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_blocks_follow_each_other_and_hold_every_act_and_movement(acts: ActDesk, most: int):
    acts.approve(acts.transfer(quantity_mg=10**17))
    listed, before = [], LATEST
    while before is not None:
        page = blocks(before=before, most=3)
        listed += [row.height for row in page.blocks]
        before = page.before
    assert listed == sorted(Block.objects.values_list("height", flat=True), reverse=True)
    told = [deed for height in listed[::-1] for deed in every_deed(height, most)]
    shown = list(dict.fromkeys(deed.act.index for deed in told))
    assert shown == list(Act.objects.order_by("index").values_list("index", flat=True))
    counts = {deed.act.command_hex: deed.moved for deed in told}
    assert counts == {name: Entry.objects.filter(command_hex=name).count() for name in counts}
    moved = [entry.index for deed in told for entry in deed.entries]
    assert moved == list(Entry.objects.order_by("index").values_list("index", flat=True))
    assert told[-1].act.outcome == "insufficient_balance"
    assert told[-1].entries == ()


def every_deed(height: int, most: int):
    after = -1
    while after is not None:
        page = deeds(block(height), after=after, most=most)
        assert sum(len(deed.entries) for deed in page.deeds) <= most
        yield from page.deeds
        after = page.after


@pytest.mark.parametrize("height", [0, 10**6, LATEST])
def test_a_block_that_is_not_there(acts: ActDesk, height: int):
    with pytest.raises(NotFoundProblem) as found:
        block(height)
    assert found.value.code == "unknown_block"
    assert acts.lot


def test_whatever_stands_on_a_paper_is_found(acts: ActDesk):
    used, lot = Retirement.objects.select_related("lot__project").get(), Lot.objects.get(lot=acts.lot)
    act, last = issue_act(lot), Block.objects.order_by("-height").first()
    assert last is not None
    asked = {
        lot.lot: [("lot", lot.lot)],
        f" {used.number} ": [("certificate", used.number)],
        lot.project_id: [("project", lot.project_id)],
        acts.owner: [("account", acts.owner)],
        act.command_hex.upper(): [("block", str(act.height))],
        last.root_hex: [("block", str(last.height))],
        str(last.height): [("block", str(last.height))],
        used.certificate_sha256: [("certificate", used.number)],
        lot.estimate_hash_hex: [("lot", lot.lot)],
        lot.survey_hash_hex: [("lot", lot.lot)],
        f"{lot.lot}#{used.serial_last}": [("certificate", used.number)],
        f"{lot.lot} {used.serial_first:,}": [("certificate", used.number)],
        f"{lot.lot}：{used.serial_last + 1}": [("lot", lot.lot)],
    }
    for text, expected in asked.items():
        assert [(found.page, found.key) for found in find(text)] == expected, text


@pytest.mark.parametrize(
    "text",
    ["", " ", "BT-L", "9" * 30, "0", "-1", "' OR 1=1", "f" * 64, "f" * 32, "١", "BT-L-2026-9999#1", "mint", "a#b", "#"],
)
def test_what_names_nothing_finds_nothing(acts: ActDesk, text: str):
    assert list(find(text)) == []
    assert list(find(f"{acts.lot}#0")) == list(find(f"{acts.lot}#{10**17}")) == []
