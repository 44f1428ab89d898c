"""An audit file of a journal with every act: it verifies, and a change in any act's rows is found."""

import pytest

from core.audit.audit_samples import KEY, VKEY, book_of, issue_of, with_cell
from core.ledger.every_act import ALL_ACTS, after, close_day, expire
from core.ledger.ledger_samples import issue, origin
from tanhui.core.audit import audit_bytes, verify_audit
from tanhui.core.ledger import ACTS, Deed
from tanhui.core.ledger.days import DAY_MS

CUT = 12


def blocks_with_all_acts():
    """All acts on the one lot that has evidence; what asks for a second lot of this registry is left out."""
    acts = [issue_of("project-1") if act == issue() else act for act in ALL_ACTS]
    acts = [act for act in acts if act != issue("lot-2", origin=origin("project-2"))]
    first = after(*acts[:CUT])
    second = after(*acts[CUT:], opening=first.closing, time_ms=2000, first=100)
    third = after(expire("h-2"), opening=second.closing, time_ms=3000, first=200)
    return [
        first,
        second,
        third,
        after(close_day(third.closing, 1), opening=third.closing, time_ms=2 * DAY_MS, first=300),
    ]


BLOCKS = blocks_with_all_acts()


BOOK = book_of(BLOCKS)


def test_the_journal_has_every_act():
    done = {leaf.record.command.act.name for block in BLOCKS for leaf in block.leaves if isinstance(leaf.record, Deed)}
    assert done == set(ACTS)


def test_an_audit_file_of_all_acts_holds():
    report = verify_audit(audit_bytes(BOOK, KEY.sign), VKEY)
    assert report.faults == ()
    assert report.ok


@pytest.mark.parametrize("place", range(len(BOOK.act)))
def test_a_changed_word_of_any_act_is_found(place: int):
    spoiled = with_cell("act", place, "terms", "{}", BOOK)
    assert [fault.code for fault in verify_audit(audit_bytes(spoiled, KEY.sign), VKEY).faults] == ["cell_changed"]


@pytest.mark.parametrize("place", range(len(BOOK.holding)))
def test_a_milligram_more_in_any_book_is_found(place: int):
    more = BOOK.holding[place].quantity_mg + 1
    report = verify_audit(audit_bytes(with_cell("holding", place, "quantity_mg", more, BOOK), KEY.sign), VKEY)
    assert {fault.code for fault in report.faults} == {"cell_changed", "lot_not_zero"}
