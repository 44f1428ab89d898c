"""What a registry could do that holds the key and its own database: break a rule, and sign it. It is still found."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from core.audit.audit_samples import BOOK, KEY, VKEY, book_of, history, issue_of, survey_files, with_rows
from tanhui.core.audit import (
    AuditBook,
    AuditReport,
    BlockRow,
    LeafRow,
    SubtreeRow,
    act_row,
    audit_bytes,
    entry_row,
    meta_rows,
    verify_audit,
)
from tanhui.core.audit.history import read_history
from tanhui.core.audit.science import UnreadableEvidence, recompute
from tanhui.core.audit.sums import check_sums
from tanhui.core.ledger import (
    ED25519_SHA256,
    Checkpoint,
    Deed,
    Entry,
    Frontier,
    Header,
    LeafKind,
    Malformed,
    Origin,
    decode_leaf,
    encode_leaf,
    sign_checkpoint,
)
from tanhui.core.ledger.journal import Record, kind_of
from tanhui.core.ledger.merkle import leaf_hash


def verified(book: AuditBook) -> AuditReport:
    return verify_audit(audit_bytes(book, KEY.sign), VKEY)


def found(book: AuditBook) -> list[tuple[str, str]]:
    return [(fault.code, str(fault.where)) for fault in verified(book).faults]


def spans(records: Iterable[Record | bytes]) -> list[list[Record | bytes]]:
    """The records of each block; a block begins with its header."""
    blocks: list[list[Record | bytes]] = []
    for record in records:
        if isinstance(record, Header):
            blocks.append([])
        blocks[-1].append(record)
    return blocks


def resigned(records: Iterable[Record | bytes], *, rechain: bool = True) -> AuditBook:
    """A book over a forged journal: headers chained, roots computed and signed anew, acts and entries told as forged.

    Only the balances are left as they were.
    """
    tree, leaves, runs, blocks = Frontier(), [], [], []
    for header, *rest in spans(records):
        first = tree.size
        begun = header._replace(previous_root=tree.root()) if rechain else header
        for record in (begun, *rest):
            content = record if isinstance(record, bytes) else encode_leaf(record)
            kind = LeafKind.ACT if isinstance(record, bytes) else kind_of(record)
            leaves.append(LeafRow(tree.size, begun.height, int(kind), content))
            tree, more = tree.extend([leaf_hash(content)])
            runs += more
        note = sign_checkpoint(Checkpoint(KEY.name, tree.size, tree.root()), KEY)
        blocks.append(BlockRow(begun.height, begun.time_ms, first, tree.size, tree.root().hex(), note))
    return with_told(leaves, runs, blocks)


def with_told(leaves: list[LeafRow], runs: list, blocks: list[BlockRow]) -> AuditBook:
    records = [(leaf.idx, decoded(leaf.content)) for leaf in leaves]
    params = {row.command_hex: row.params for row in BOOK.act}
    return replace(
        BOOK,
        leaf=tuple(leaves),
        block=tuple(blocks),
        subtree=tuple(SubtreeRow(level, place, kept.hex()) for run in runs for level, place, kept in run.each()),
        act=tuple(
            act_row(idx, record)._replace(params=params.get(record.command.id.hex(), "{}"))
            for idx, record in records
            if isinstance(record, Deed)
        ),
        entry=tuple(entry_row(idx, record) for idx, record in records if isinstance(record, Entry)),
        meta=meta_rows(KEY.name, blocks[-1]),
    )


def decoded(content: bytes) -> Record | None:
    try:
        return decode_leaf(content)
    except Malformed:
        return None


RECORDS = [decode_leaf(row.content) for row in BOOK.leaf]
LAST_ENTRY = max(row.idx for row in BOOK.entry)
REFUSED = next(at for at, record in enumerate(RECORDS) if isinstance(record, Deed) and record.outcome != "done")
HEADERS = [at for at, record in enumerate(RECORDS) if isinstance(record, Header)]


def test_a_journal_written_and_signed_anew_as_it_was_is_in_order():
    anew = resigned(RECORDS)
    assert replace(anew, subtree=tuple(sorted(anew.subtree))) == replace(BOOK, subtree=tuple(sorted(BOOK.subtree)))
    assert found(resigned(RECORDS)) == []


def test_more_retired_than_was_ordered_is_found_though_it_is_signed():
    entry = RECORDS[LAST_ENTRY]
    first, last = entry.movement.serials
    more = entry.movement._replace(quantity_mg=entry.movement.quantity_mg + 5, serials=(first, last + 5))
    faults = found(resigned([*RECORDS[:LAST_ENTRY], entry._replace(movement=more)]))
    assert ("rule_broken", f"leaf[{LAST_ENTRY}]") in faults


def test_a_refusal_turned_into_a_deed_is_found():
    deed = RECORDS[REFUSED]
    faults = found(resigned([*RECORDS[:REFUSED], deed._replace(outcome="done"), *RECORDS[REFUSED + 1 :]]))
    assert ("rule_broken", f"leaf[{REFUSED}]") in faults


def test_a_serial_given_twice_is_found_by_rules_and_by_counting():
    entry = RECORDS[LAST_ENTRY]
    first, last = entry.movement.serials
    twice = entry.movement._replace(serials=(first - 1, last - 1))
    faults = found(resigned([*RECORDS[:LAST_ENTRY], entry._replace(movement=twice)]))
    assert ("rule_broken", f"leaf[{LAST_ENTRY}]") in faults
    assert ("serials_not_contiguous", f"entry[{LAST_ENTRY}]") in faults


def test_a_block_before_its_time_is_found():
    header = RECORDS[HEADERS[1]]
    spoiled = [*RECORDS[: HEADERS[1]], header._replace(time_ms=1), *RECORDS[HEADERS[1] + 1 :]]
    assert ("block_out_of_order", f"leaf[{HEADERS[1]}]") in found(resigned(spoiled))


def test_a_history_that_denies_its_past_is_found():
    header = RECORDS[HEADERS[2]]
    spoiled = [*RECORDS[: HEADERS[2]], header._replace(previous_root=bytes(32)), *RECORDS[HEADERS[2] + 1 :]]
    assert ("previous_root_differs", f"leaf[{HEADERS[2]}]") in found(resigned(spoiled, rechain=False))


def test_bytes_without_a_meaning_are_found_though_they_are_signed():
    spoiled = [*RECORDS[:REFUSED], b"\x00", *RECORDS[REFUSED + 1 :]]
    faults = found(resigned(spoiled))
    assert ("leaf_unreadable", f"leaf[{REFUSED}]") in faults


def test_leaves_and_their_kept_hashes_changed_together_still_miss_the_signed_root():
    """Without the key: the leaf, the readable row and every inner hash are changed to fit; the signature is not."""
    entry = RECORDS[LAST_ENTRY]
    more = entry.movement._replace(quantity_mg=1)
    forged = resigned([*RECORDS[:LAST_ENTRY], entry._replace(movement=more)])
    assert ("root_differs", "block[3]") in found(replace(forged, block=BOOK.block, meta=BOOK.meta))


def test_more_issued_than_the_estimate_allows_is_found():
    honest = issue_of("project-1")
    report = verified(book_of(history(issue_of("project-1", honest.quantity_mg + 1))))
    assert [(fault.code, str(fault.where)) for fault in report.faults] == [("issued_differs", "lot[lot-1]")]
    assert report.faults[0].words() == {
        "table": "lot",
        "key": "lot-1",
        "lot": "lot-1",
        "found": honest.quantity_mg + 1,
        "expected": honest.quantity_mg,
    }
    assert [check.code for check in report.checks if not check.ok] == ["issuance"]


def test_less_in_the_buffer_than_the_estimate_asks_is_found():
    honest = issue_of("project-1")
    assert found(book_of(history(replace(honest, buffer_mg=honest.buffer_mg - 1)))) == [
        ("buffer_differs", "lot[lot-1]")
    ]


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ({"period": "2015..2020"}, {"period_differs"}),
        ({"estimate_hash": bytes(32)}, {"origin_differs"}),
        ({"survey_hash": bytes(32)}, {"origin_differs", "survey_hash_differs", "not_checked"}),
        ({"method_hash": bytes(32)}, {"origin_differs", "method_hash_differs", "not_checked"}),
    ],
)
def test_a_lot_on_other_evidence_than_the_files_is_found(part: dict[str, object], codes: set[str]):
    honest = issue_of("project-1")
    forged = replace(honest, origin=Origin(**{**honest.origin._asdict(), **part}))
    assert {code for code, _ in found(book_of(history(forged)))} == codes


def test_a_lot_on_an_estimate_with_nothing_to_issue_is_found():
    assert ("not_issuable", "lot[lot-1]") in found(book_of(history(issue_of("project-2", 1000 * 10**9))))


def test_evidence_taken_away_is_found():
    bare = replace(BOOK, evidence_file=(), survey_row=())
    assert {("evidence_missing", "estimate[project-1]"), ("evidence_missing", "estimate[project-2]")} <= set(
        found(bare)
    )


def test_evidence_that_cannot_be_read_is_not_computed():
    survey = {**survey_files(1), "trees.csv": b"\xff\xfe"}
    with pytest.raises(UnreadableEvidence):
        recompute(survey, {})

    def unreadable(_survey: object, _method: object) -> dict:
        raise UnreadableEvidence

    report = verify_audit(audit_bytes(BOOK, KEY.sign), VKEY, evaluate=unreadable)
    assert {fault.code for fault in report.faults} == {"estimate_not_recomputed"}


def test_a_file_that_is_no_evidence_has_no_place():
    book = with_rows("evidence_file", lambda rows: [*rows, rows[0]._replace(name="README.md", content=b"x")])
    assert ("row_unexpected", "evidence_file[project-1, survey, README.md]") in found(book)
    book = with_rows("evidence_file", lambda rows: [*rows, rows[0]._replace(kind="rumour")])
    assert any(code == "row_unexpected" and "rumour" in where for code, where in found(book))


def test_sums_need_no_journal():
    findings = {finding.check: finding.faults for finding in check_sums(replace(BOOK, leaf=(), block=()))}
    assert findings == {"conservation": (), "serials": ()}


def test_a_journal_without_checkpoints_is_still_read():
    history_read, findings = read_history(BOOK, {}, ED25519_SHA256)
    assert history_read.replayed.differences == ()
    assert all(not finding.faults for finding in findings)
    assert len(history_read.records) == len(BOOK.leaf)
