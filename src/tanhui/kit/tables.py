"""Tables that only ever grow: the database itself refuses to change or drop a row of them."""

from django.db import migrations


def append_only(*tables: str) -> migrations.RunSQL:
    """Return the migration step that forbids UPDATE, DELETE and TRUNCATE on these tables."""
    return migrations.RunSQL(
        sql=[FUNCTION, *[statement.format(table=table) for table in tables for statement in TRIGGERS]],
        reverse_sql=[f"DROP TRIGGER {table}_{kind} ON {table}" for table in tables for kind in ("rows", "whole")],
    )


FUNCTION = """
CREATE OR REPLACE FUNCTION tanhui_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % only grows: % is not allowed', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION tanhui_append_only()",
    "CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION tanhui_append_only()",
)
