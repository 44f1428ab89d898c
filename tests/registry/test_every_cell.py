"""Any cell of any row of any table of the ledger, changed; any row added or taken away: the check finds it.

Which tables and columns there are, the models say: a new one is here by itself. The ledger has holds, pledges, freezes
and refusals in it, so that no table is empty.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from hypothesis import example, given, settings
from hypothesis import strategies as st

from act_desk import ActDesk
from audit_files import audit_file_bytes
from kept import kept_job
from registry.test_writer import StandIn
from standing import load_people
from stories.test_tampering import tampered
from tanhui.core.audit import verify_audit
from tanhui.core.ledger import CorrespondIn
from tanhui.kit import clock
from tanhui.registry.models import ledger
from tanhui.registry.services.booking import book, command
from tanhui.registry.side_tables import side_faults
from tanhui.registry.writer.signing import public_key
from tanhui.site import story

TABLES = [model for model in apps.get_app_config("registry").get_models() if model.__module__ == ledger.__name__]
KEPT_BY_DATABASE = (models.AutoField, models.BigAutoField)
"""Numbers that the database itself gives to rows; nothing hangs on them."""

EXAMPLES = 120


class Column(NamedTuple):
    table: str
    name: str
    field: Any
    key: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


COLUMNS = [
    Column(model._meta.db_table, field.column, field, model._meta.pk.column)
    for model in TABLES
    for field in model._meta.concrete_fields
    if not isinstance(field, KEPT_BY_DATABASE)
]
NAMES = [model._meta.db_table for model in TABLES]


@pytest.fixture(scope="module", autouse=True)
def season(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The main job, and one of each that binds. Committed; no test leaves a change behind."""
    assert django_db_setup is None
    with kept_job(django_db_blocker) as job:
        region, people = load_people()
        chain = story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
        desk = ActDesk.of(chain, people)
        for kind in ("hold", "pledge", "freeze"):
            desk.begun(kind)
        desk.done(desk.order("release", pledge=desk.begun("pledge")))
        too_much = desk.transfer(quantity_mg=10**17)
        assert desk.approve(too_much).state == "refused"
        brought = CorrespondIn("C-1", "X-L-1", desk.buyer, "region-2", "E-9", 500, *[bytes(32)] * 4)
        ordered = command(command_id=bytes(16), act=brought, by=StandIn(), reason="别区转来。", at=clock.now())
        assert [one.code for one in book([ordered], at=clock.now())] == ["done"]
        yield


def faults() -> list[str]:
    """Where the check of the ledger finds something wrong."""
    report = verify_audit(audit_file_bytes(), str(public_key()))
    beside = [f"{one.table}[{one.row}] {one.column}" for one in side_faults()]
    return [*(f"{one.code} registry_{one.where}" for one in report.faults), *beside]


def rows_of(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT *, ctid::text AS "at" FROM {table} ORDER BY 1, 2')
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def least(field: Any, value: Any) -> Any:
    """The least change that a cell can have: one more, one letter, one bit; a text where there was none."""
    value = plain(value)
    if value is None:
        return 1
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1 if not field.primary_key else value + 10_000
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"\x00"
    if isinstance(field, models.JSONField):
        found = json.loads(value) if isinstance(value, str) else value
        return json.dumps({**found, "lot": "another"})
    return ("0" if value[:1] != "0" else "1") + value[1:]


def change(column: Column, row: dict[str, Any], value: Any) -> tuple[str, list[Any]]:
    return f'UPDATE {column.table} SET "{column.name}" = %s WHERE ctid = %s::tid', [value, row["at"]]


def unnoticed(*statements: tuple[str, list[Any]]) -> bool:
    """Whether nothing is found. What the database itself does not take, even with its triggers off, is no change."""
    try:
        with tampered(*statements):
            return not faults()
    except IntegrityError:
        return False


# --- the plain examples -------------------------------------------------------------------------------------


def test_the_honest_ledger_has_no_fault_and_no_table_is_empty():
    assert faults() == []
    assert [table for table in NAMES if not rows_of(table)] == []
    assert len(COLUMNS) > 50


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_the_least_change_of_a_cell_is_found(column: Column):
    rows = rows_of(column.table)
    for row in (rows[0], rows[-1]):
        assert not unnoticed(change(column, row, least(column.field, row[column.name]))), row


@pytest.mark.parametrize("table", NAMES)
def test_a_row_taken_away_is_missed(table: str):
    rows = rows_of(table)
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        with tampered((f"DELETE FROM {table} WHERE ctid = %s::tid", [row["at"]])):
            assert faults() != [], row


@pytest.mark.parametrize("table", NAMES)
def test_a_row_added_is_found(table: str):
    assert not unnoticed(added(table, rows_of(table)[-1], 1_000)), table


def test_a_holding_that_vanishes_is_named():
    row = next(row for row in rows_of("registry_holding") if row["book"] == "pledged")
    with tampered(("DELETE FROM registry_holding WHERE ctid = %s::tid", [row["at"]])):
        found = faults()
    assert any("row_missing" in one and row["account"] in one and "pledged" in one for one in found), found[:5]


# --- any value, any row -------------------------------------------------------------------------------------


def added(table: str, like: dict[str, Any], further: int) -> tuple[str, list[Any]]:
    """A row like another one, under keys of its own."""
    model = next(model for model in TABLES if model._meta.db_table == table)
    unique = {model._meta.pk.column, *(one.column for one in model._meta.concrete_fields if one.unique)}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            unique |= {model._meta.get_field(constraint.fields[0]).column}
    values = []
    columns = [field for field in model._meta.concrete_fields if not isinstance(field, KEPT_BY_DATABASE)]
    for field in columns:
        value = plain(like[field.column])
        if isinstance(field, models.JSONField):
            value = value if isinstance(value, str) else json.dumps(value)
        elif field.column in unique:
            value = value + further if isinstance(value, int) else f"{value}x"[-(field.max_length or 64) :]
        values.append(value)
    names = ", ".join(f'"{field.column}"' for field in columns)
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({names}) VALUES ({marks})", values


def other_values(field: Any) -> st.SearchStrategy[Any]:
    """Values that the column takes, whatever they mean."""
    letters = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",))
    if isinstance(field, models.BooleanField):
        return st.booleans()
    if isinstance(field, models.SmallIntegerField):
        return st.integers(-(2**15), 2**15 - 1)
    if isinstance(field, models.IntegerField):
        whole = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-3, 30))
        return st.one_of(whole, st.none()) if field.null else whole
    if isinstance(field, models.BinaryField):
        return st.binary(max_size=300)
    if isinstance(field, models.JSONField):
        return st.dictionaries(st.sampled_from(["lot", "account", "x"]), st.integers(0, 5), max_size=2).map(json.dumps)
    return st.text(letters, max_size=field.max_length or 80)


def same(column: Column, before: Any, value: Any) -> bool:
    before = plain(before)
    if isinstance(column.field, models.JSONField):
        before = json.loads(before) if isinstance(before, str) else before
        return bool(json.loads(value) == before)
    return bool(before == value)


@st.composite
def changed_cells(draw: Any) -> tuple[Column, int, Any]:
    column = draw(st.sampled_from(COLUMNS))
    return column, draw(st.integers(0, 10**6)), draw(other_values(column.field))


def named(name: str) -> Column:
    return next(column for column in COLUMNS if str(column) == name)


@settings(max_examples=EXAMPLES)
@given(changed_cells())
@example((named("registry_entry.serial_first"), 0, None))
@example((named("registry_encumbrance.until_ms"), 0, 0))
@example((named("registry_block.checkpoint"), 0, ""))
@example((named("registry_holding.quantity_mg"), 1, 0))
def test_any_cell_with_any_other_content_is_found(changed: tuple[Column, int, Any]):
    column, number, value = changed
    rows = rows_of(column.table)
    row = rows[number % len(rows)]
    if not same(column, row[column.name], value):
        assert not unnoticed(change(column, row, value)), (str(column), row[column.name], value)


@settings(max_examples=EXAMPLES // 3)
@given(table=st.sampled_from(NAMES), number=st.integers(0, 10**6), further=st.integers(1, 10**9), taken=st.booleans())
@example(table="registry_encumbrance", number=0, further=1, taken=True)
def test_any_row_added_or_taken_away_is_found(*, table: str, number: int, further: int, taken: bool):
    rows = rows_of(table)
    row = rows[number % len(rows)]
    gone = (f"DELETE FROM {table} WHERE ctid = %s::tid", [row["at"]])
    assert not unnoticed(gone if taken else added(table, row, further)), row
