"""What stands beside the ledger is held against it: a changed milligram, name or paper is found and named."""

import pytest
from django.db import connection

from tanhui.cli.verify import _verify_side_tables
from tanhui.registry.side_tables import SideFault, side_faults


def alter(statement: str, *values: object) -> None:
    """Change a row as only somebody with the database in hand can: with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_an_honest_installation_has_none(chain):
    assert list(side_faults()) == []


@pytest.mark.parametrize(
    ("statement", "table", "column"),
    [
        (
            "UPDATE registry_order SET quantity_mg = quantity_mg + 1 WHERE kind = 'issue'",
            "registry_order",
            "quantity_mg",
        ),
        (
            "UPDATE registry_order SET quantity_mg = quantity_mg - 1 WHERE kind = 'transfer'",
            "registry_order",
            "quantity_mg",
        ),
        ("UPDATE registry_order SET target = source WHERE kind = 'transfer'", "registry_order", "target"),
        ("UPDATE registry_order SET lot = 'other' WHERE kind = 'retire'", "registry_order", "lot"),
        (
            """UPDATE registry_order SET terms = jsonb_set(terms, '{price_fen_per_t}', '1') WHERE kind = 'transfer'""",
            "registry_order",
            "terms",
        ),
        ("UPDATE registry_retirement SET quantity_mg = quantity_mg + 1", "registry_retirement", "quantity_mg"),
        ("UPDATE registry_retirement SET serial_first = serial_first + 1", "registry_retirement", "serials"),
        ("UPDATE registry_retirement SET beneficiary_zh = '别人'", "registry_retirement", "beneficiary"),
        ("UPDATE registry_retirement SET statement_en = 'more'", "registry_retirement", "statement"),
        ("UPDATE registry_retirement SET purpose = 'voluntary'", "registry_retirement", "purpose"),
        ("UPDATE registry_retirement SET certificate = certificate || '\\x00'", "registry_retirement", "certificate"),
        ("UPDATE registry_ledgeraccount SET kind = 'owner' WHERE kind = 'buyer'", "registry_ledgeraccount", "kind"),
        ("DELETE FROM registry_ledgeraccount WHERE kind = 'buyer'", "registry_ledgeraccount", "missing"),
        ("INSERT INTO registry_ledgeraccount VALUES ('x', 'buyer', false)", "registry_ledgeraccount", "invented"),
        ("UPDATE registry_booksum SET quantity_mg = 0 WHERE book = 'live'", "registry_booksum", "quantity_mg"),
        ("UPDATE registry_booksum SET holdings = 99 WHERE book = 'buffer'", "registry_booksum", "holdings"),
        ("UPDATE registry_booksum SET arrivals = 99 WHERE lot = '' AND book = 'live'", "registry_booksum", "arrivals"),
        ("DELETE FROM registry_booksum WHERE book = 'retired'", "registry_booksum", "missing"),
        ("UPDATE people_organisation SET name_zh = '别人' WHERE code = 'works'", "registry_account", "holder"),
        ("UPDATE certification_estimate SET report_zh = report_zh || '\\x00'", "certification_estimate", "report_zh"),
    ],
)
def test_every_change_is_found_and_named(chain, statement, table, column):
    alter(statement)
    assert (table, column) in {(fault.table, fault.column) for fault in side_faults()}


def test_the_command_names_the_row(chain, capsys):
    number = chain.retirement.number
    alter("UPDATE registry_retirement SET quantity_mg = quantity_mg - 1")
    assert list(side_faults()) == [SideFault("registry_retirement", number, "quantity_mg")]
    assert _verify_side_tables("en") == 1
    assert f"registry_retirement, row {number}: quantity_mg is not what the ledger says" in capsys.readouterr().out
