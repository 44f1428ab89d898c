from django.db import migrations, models
from django.db.models.functions import Length, Mod
from django.db.models.lookups import Exact, GreaterThan, LessThanOrEqual

from tanhui.kit.tables import append_only

UNCOMPRESSED = "ALTER TABLE registry_hashrun ALTER COLUMN hashes SET STORAGE EXTERNAL"
"""Hashes do not grow smaller by compressing, so that is not tried."""

GATHER = """
INSERT INTO registry_hashrun (level, first, hashes)
SELECT level, min("index"), string_agg(decode(hash_hex, 'hex'), ''::bytea ORDER BY "index")
FROM registry_subtree WHERE level % 8 = 0 GROUP BY level, "index" / 256
"""
FOR_LIKE = """
DO $$ DECLARE unasked text; BEGIN
FOR unasked IN
    SELECT found.relname FROM pg_index part
    JOIN pg_class found ON found.oid = part.indexrelid
    JOIN pg_class held ON held.oid = part.indrelid
    JOIN pg_opclass kind ON kind.oid = part.indclass[0]
    WHERE held.relname = ANY (ARRAY[
        'registry_act', 'registry_encumbrance', 'registry_entry', 'registry_holding', 'registry_ledgeraccount',
        'registry_lot', 'registry_queuedcommand'
    ]) AND kind.opcname = 'varchar_pattern_ops'
LOOP EXECUTE format('DROP INDEX %I', unasked); END LOOP;
END $$
"""
"""The second index that Django gives a key of letters, for questions with LIKE, which nobody asks of the ledger."""

KEY = """
ALTER TABLE registry_holding DROP CONSTRAINT one_row_per_holding, DROP COLUMN id,
    ADD CONSTRAINT one_row_per_holding PRIMARY KEY (account, lot, book)
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_orders_of_all_acts")]
    operations = [
        migrations.CreateModel(
            name="HashRun",
            fields=[
                ("pk", models.CompositePrimaryKey("level", "first", primary_key=True, serialize=False)),
                ("level", models.SmallIntegerField()),
                ("first", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Exact(Mod("level", 8), 0), name="hashes_of_a_level_that_tiles_have"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(Exact(Mod(Length("hashes"), 32), 0), GreaterThan(Length("hashes"), 0)),
                        name="hashes_are_whole",
                    ),
                    models.CheckConstraint(
                        condition=LessThanOrEqual(Mod("first", 256) + Length("hashes") / 32, 256),
                        name="hashes_lie_in_one_tile",
                    ),
                ]
            },
        ),
        migrations.RunSQL(UNCOMPRESSED, migrations.RunSQL.noop),
        migrations.RunSQL(GATHER, migrations.RunSQL.noop),
        append_only("registry_hashrun"),
        migrations.DeleteModel(name="Subtree"),
        migrations.AlterField("leaf", "height", models.BigIntegerField()),
        migrations.AlterField("entry", "command_hex", models.CharField(max_length=32)),
        migrations.AlterField("holding", "lot", models.CharField(max_length=64)),
        migrations.AddIndex("holding", models.Index(fields=["lot"], name="holdings_of_a_lot")),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(KEY, migrations.RunSQL.noop)],
            state_operations=[
                migrations.RemoveConstraint("holding", "one_row_per_holding"),
                migrations.RemoveField("holding", "id"),
                migrations.AddField(
                    "holding",
                    "pk",
                    models.CompositePrimaryKey("account", "lot", "book", primary_key=True, serialize=False),
                ),
            ],
        ),
        migrations.RunSQL(FOR_LIKE, migrations.RunSQL.noop),
    ]
