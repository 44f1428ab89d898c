"""Somebody with the keys to the database changes one cell: the audit file tells, and names the row.

Every column that the audit file holds is changed in its database table, without the triggers that guard it, and the
file is written from the tables as they then stand. `OUTSIDE` are the columns that it does not hold, and why.
"""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction

from audit_files import audit_file_bytes
from kept import kept_job
from standing import load_people
from tanhui import cli
from tanhui.certification import models as certification
from tanhui.core.audit import AuditFault, AuditReport, verify_audit
from tanhui.core.carbon.digest import survey_digest
from tanhui.core.ledger import SigningKey
from tanhui.registry import models as registry
from tanhui.registry.audit import write_audit_file
from tanhui.registry.side_tables import SideFault, side_faults
from tanhui.registry.writer.signing import signing_key
from tanhui.site import story
from tanhui.site.story import Chain

TABLE_OF = {
    registry.Block: "block",
    registry.LeafRun: "leaf",
    registry.HashRun: "subtree",
    registry.Act: "act",
    registry.Entry: "entry",
    registry.Account: "account",
    registry.Holding: "holding",
    registry.Lot: "lot",
    certification.Survey: "estimate",
    certification.SurveyFile: "evidence_file",
    certification.MethodFile: "evidence_file",
    certification.Estimate: "estimate",
}
LEDGER = [model for model in TABLE_OF if model._meta.app_label == "registry"]
EVIDENCE = [model for model in TABLE_OF if model._meta.app_label == "certification"]
NUMBERS = {"height", "index", "level", "first"}  # the next number is taken by another row
KEYS = {
    "block": ("height",),
    "leaf": ("first",),
    "subtree": ("level", "first"),
    "act": ("index",),
    "entry": ("index",),
    "account": ("account",),
    "holding": ("account", "lot", "book"),
    "lot": ("lot",),
}
OUTSIDE = {
    "id": "a number of the database itself",
    "registry_account.holder_id": "who it is stays out of the file; the file has the salted hash of it",
    "registry_account.salt_hex": "opens that hash, so it stays out too",
    "certification_survey.revision": "the file has the latest survey of a lot only",
    "certification_survey.booked_at": "stands in the trail",
    "certification_survey.booked_by_id": "stands in the trail",
    "certification_surveyfile.root_hex": "follows from the lines, whose hashes the file has",
    "certification_estimate.computed_at": "stands in the trail",
    "certification_estimate.computed_by_id": "stands in the trail",
    "certification_estimate.report_zh": "a rendering of the document, which the file has",
    "certification_estimate.report_en": "a rendering of the document, which the file has",
    "certification_estimate.report_zh_sha256": "follows from the report",
}


class Cell(NamedTuple):
    """A cell of a row, and how to find the row."""

    table: str
    column: str
    key: dict[str, Any]
    before: Any
    where: tuple[str, tuple[Any, ...]]


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Chain]:
    """The whole main job, committed once. No test leaves a change behind."""
    assert django_db_setup is None
    with kept_job(django_db_blocker) as job:
        region, people = load_people()
        yield story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)


@contextmanager
def tampered(*statements: tuple[str, list[Any]]) -> Iterator[None]:
    """Change what no trigger and no constraint now guards; afterwards all is as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND "
            "conrelid::regclass::text ~ '^(registry|certification)_'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for statement, values in statements:
            cursor.execute(statement, values)
            assert cursor.rowcount == 1, statement
        yield
        transaction.set_rollback(True)


def verified() -> AuditReport:
    return verify_audit(audit_file_bytes(), str(signing_key().public))


def changed(value: Any) -> Any:
    """The least change that a cell can have: one more, one letter, one bit."""
    if value is None:
        return 1
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dict):
        return json.dumps({**value, "lot": "another"})
    if isinstance(value, str):
        return ("0" if value[:1] != "0" else "1") + value[1:]
    content = bytes(value)
    return bytes([content[0] ^ 1]) + content[1:]


def cells(model: Any) -> Iterator[Cell]:
    """Each column that the file holds, in the first and the last row."""
    table, audit_table = model._meta.db_table, TABLE_OF[model]
    rows = list(model.objects.order_by("pk"))
    for field in model._meta.concrete_fields:
        if not {field.column, f"{table}.{field.column}"} & OUTSIDE.keys():
            for row in {row.pk: row for row in (rows[0], rows[-1])}.values():
                named = tuple(getattr(row, name) for name in KEYS.get(audit_table, ()))
                yield Cell(table, field.column, key_of(row), getattr(row, field.attname), (audit_table, named))


def key_of(row: Any) -> dict[str, Any]:
    """The columns of a row's key, one or many."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.pk_fields}


def only(key: dict[str, Any]) -> str:
    return " AND ".join(f'"{column}" = %s' for column in key)


def change(cell: Cell, value: object) -> tuple[str, list[Any]]:
    return f'UPDATE {cell.table} SET "{cell.column}" = %s WHERE {only(cell.key)}', [value, *cell.key.values()]


def names(fault: AuditFault, where: tuple[str, tuple[Any, ...]]) -> bool:
    table, row = where
    return fault.where.table == table and fault.where.row[: len(row)] == row


def test_the_honest_file_holds(kept: Chain):
    assert kept.retirement
    report = verified()
    assert (report.faults, report.ok) == ((), True)


def test_one_changed_cell_of_the_ledger_is_found_and_its_row_named(kept: Chain):
    assert kept.retirement
    unnoticed = []
    for cell in [cell for model in LEDGER for cell in cells(model)]:
        new = cell.before + 100 if cell.column in NUMBERS else changed(cell.before)
        with tampered(change(cell, new)):
            report = verified()
            beside = SideFault(cell.table, "/".join(map(str, cell.key.values())), cell.column) in set(side_faults())
        if not beside and (report.ok or not any(names(fault, cell.where) for fault in report.faults[:5])):
            unnoticed.append((cell, report.faults[:3]))
    assert unnoticed == []


def test_one_changed_cell_of_the_evidence_is_found_and_named(kept: Chain):
    unnoticed = []
    for cell in [cell for model in EVIDENCE for cell in cells(model)]:
        with tampered(change(cell, changed(cell.before))):
            report = verified()
        tables = {fault.where.table for fault in report.faults if kept.project.number in fault.where.row}
        if report.ok or not tables & {cell.where[0], "survey_row"}:
            unnoticed.append((cell, report.faults[:3]))
    assert unnoticed == []


def test_a_row_that_vanishes_is_missed(kept: Chain):
    assert kept.retirement
    for model in TABLE_OF:
        table, last = model._meta.db_table, key_of(model.objects.order_by("pk").last())
        with tampered((f"DELETE FROM {table} WHERE {only(last)}", list(last.values()))):
            report = verified()
        assert not report.ok, table
        assert report.faults[0].code not in {"seal_broken", "not_checked"}, table


# --- the examples that everybody asks for ----------------------------------------------------------


def test_a_milligram_is_found(kept: Chain):
    account = kept.transfer.target
    for table, column, where, named in (
        ("entry", "quantity_mg", '"index" = %s', registry.Entry.objects.earliest("index").pk),
        ("holding", "quantity_mg", "account = %s AND book = 'live'", account),
        ("lot", "issued_mg", "lot = %s", kept.lot.lot),
        ("lot", "buffer_mg", "lot = %s", kept.lot.lot),
        ("lot", "retired_mg", "lot = %s", kept.lot.lot),
    ):
        statement = f"UPDATE registry_{table} SET {column} = {column} + %s WHERE {where}"
        for milligrams in (1, -1, 10**9):
            with tampered((statement, [milligrams, named])):
                report = verified()
            first, params = report.faults[0], dict(report.faults[0].params)
            assert (first.code, first.where.table, first.where.row[0]) == ("cell_changed", table, named)
            assert params["column"] == column
            assert int(params["found"]) - int(params["expected"]) == milligrams


def test_a_milligram_moved_from_one_holding_to_another_is_found(kept: Chain):
    """Both books still add up; only the history knows better."""
    statement = "UPDATE registry_holding SET quantity_mg = quantity_mg + %s WHERE account = %s AND book = 'live'"
    with tampered((statement, [-1, kept.transfer.source]), (statement, [1, kept.transfer.target])):
        report = verified()
    found = {fault.where.row for fault in report.faults if fault.code == "cell_changed"}
    assert found == {(account, kept.lot.lot, "live") for account in (kept.transfer.source, kept.transfer.target)}
    assert {check.code for check in report.checks if not check.ok} == {"balances"}


FIGURES = (
    ("trees.csv", 3, b",480\n", b",481\n"),
    ("trees.csv", 13, b",700\n", b",700.0\n"),
    ("plots.csv", 7, b"110.05", b"110.06"),
    ("visits.csv", 2, b"2020-07-01", b"2020-07-02"),
    ("strata.csv", 3, b",300,", b",301,"),
    ("trees.csv", 1, b"plot", b"Plot"),
)


def test_one_figure_of_the_survey_is_found_with_file_and_line(kept: Chain):
    for file, line, old, new in FIGURES:
        row = certification.SurveyFile.objects.get(name=file)
        lines = bytes(row.content).splitlines(keepends=True)
        assert old in lines[line - 1]
        lines[line - 1] = lines[line - 1].replace(old, new, 1)
        statement = "UPDATE certification_surveyfile SET content = %s WHERE id = %s"
        with tampered((statement, [b"".join(lines), row.pk])):
            report = verified()
        first, params = report.faults[0], dict(report.faults[0].params)
        assert first.code == "survey_line_changed"
        assert (first.where.table, first.where.row) == ("evidence_file", (kept.project.number, "survey", file))
        assert (params["file"], params["row"]) == (file, line)


def test_a_survey_changed_together_with_all_its_hashes_still_is_not_the_one_on_the_ledger(kept: Chain):
    """A forger who knows the format: line, line hashes, roots and the estimate made anew. The journal is signed."""
    row = certification.SurveyFile.objects.get(name="trees.csv")
    content = bytes(row.content).replace(b",480\n", b",580\n")
    files = {file.name: bytes(file.content) for file in certification.SurveyFile.objects.all()} | {"trees.csv": content}
    digest = survey_digest(files)
    (trees,) = (file for file in digest.files if file.name == "trees.csv")
    forged = [content, b"".join(trees.row_hashes), trees.root_hex, row.pk]
    with tampered(
        ("UPDATE certification_surveyfile SET content = %s, row_hashes = %s, root_hex = %s WHERE id = %s", forged),
        ("UPDATE certification_survey SET root_hex = %s WHERE id = %s", [digest.root_hex, row.survey_id]),
    ):
        report = verified()
    assert "survey_hash_differs" in {fault.code for fault in report.faults}
    assert kept.project.number in report.faults[0].where.row


# --- the export ------------------------------------------------------------------------------------


def test_any_flipped_byte_of_the_export_is_found(kept: Chain):
    assert kept.retirement
    honest = audit_file_bytes()
    vkey = str(signing_key().public)
    places = {0, 1, 15, 16, 17, 28, 31, 99, 100, 4095, 4096, len(honest) - 1, len(honest) - 2}
    places |= set(random.Random(20260301).sample(range(len(honest)), 60))  # noqa: S311 - a sample, no secret
    unnoticed = []
    for place in sorted(places):
        for bit in (0x01, 0x80):
            forged = bytearray(honest)
            forged[place] ^= bit
            report = verify_audit(bytes(forged), vkey)
            if report.ok or not {check.code for check in report.checks if not check.ok} & {"seal", "schema", "key"}:
                unnoticed.append((place, bit))
    assert unnoticed == []


def test_an_export_cut_short_or_made_longer_is_found(kept: Chain):
    assert kept.retirement
    honest, vkey = audit_file_bytes(), str(signing_key().public)
    for forged in (b"", honest[:-1], honest[:4096], honest[: len(honest) // 2], honest + b"\n", honest + honest):
        assert not verify_audit(forged, vkey).ok


# --- at the command line ---------------------------------------------------------------------------


def run_verify(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(["verify", *map(str, arguments)])
    return int(left.value.code or 0)


HOLDS = {"zh": "全部成立", "en": "All holds"}


def test_verify_says_that_all_holds(kept: Chain, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert kept.retirement
    path = tmp_path / "ledger.tanhui.sqlite"
    write_audit_file(path)
    for language, words in HOLDS.items():
        # A file with and without a key known beforehand, and without a file the database of this installation.
        for source in ((path,), (path, "--key", str(signing_key().public)), ()):
            assert run_verify(*source, "--language", language) == 0
            assert words in capsys.readouterr().out


def test_verify_names_the_milligram_and_the_tree(kept: Chain, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "ledger.tanhui.sqlite"
    account = kept.transfer.target
    more = "UPDATE registry_holding SET quantity_mg = quantity_mg + 1 WHERE account = %s AND book = 'live'"
    tree = bytes(certification.SurveyFile.objects.get(name="trees.csv").content).replace(b",510\n", b",511\n")
    figure = "UPDATE certification_surveyfile SET content = %s WHERE name = 'trees.csv'"
    for statement, value, told in ((more, account, ("holding", account)), (figure, tree, ("trees.csv", "5"))):
        with tampered((statement, [value])):
            write_audit_file(path)
        for language, heading in (("zh", "第一处不对："), ("en", "First fault:")):
            assert run_verify(path, "--language", language) == 1
            said = capsys.readouterr().out
            assert HOLDS[language] not in said
            first = said.split(heading)[1].splitlines()[1]
            assert [word for word in told if word not in first] == []


def test_verify_finds_another_key(kept: Chain, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert kept.retirement
    path = tmp_path / "ledger.tanhui.sqlite"
    write_audit_file(path)
    other = SigningKey(signing_key().public.name, bytes(32)).public
    for language, words in HOLDS.items():
        assert run_verify(path, "--key", str(other), "--language", language) == 1
        assert "key_not_expected" in capsys.readouterr().out
        assert run_verify(path, "--key", "no+key", "--language", language) == 2
        assert words not in capsys.readouterr().out
