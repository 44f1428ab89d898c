from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from tanhui.kit.tables import append_only

GATHER = """
INSERT INTO registry_leafrun (first, leaves)
SELECT min("index"),
    string_agg(substring(int4send(octet_length(content)) FROM 3) || content, ''::bytea ORDER BY "index")
FROM registry_leaf GROUP BY "index" / 256
"""
SCATTER = """
DO $$ DECLARE run record; place bigint; at integer; width integer; content bytea; BEGIN
FOR run IN SELECT first, leaves FROM registry_leafrun ORDER BY first LOOP
    place := run.first;
    at := 1;
    WHILE at <= octet_length(run.leaves) LOOP
        width := get_byte(run.leaves, at - 1) * 256 + get_byte(run.leaves, at);
        content := substring(run.leaves FROM at + 2 FOR width);
        INSERT INTO registry_leaf ("index", height, kind, content)
        SELECT place, min(height), get_byte(content, 1), content FROM registry_block WHERE size > place;
        place := place + 1;
        at := at + 2 + width;
    END LOOP;
END LOOP;
END $$
"""
"""The way back: a row a leaf, as before."""


class Migration(migrations.Migration):
    dependencies = [("registry", "0014_fewer_indexes")]
    operations = [
        migrations.CreateModel(
            name="LeafRun",
            fields=[
                ("first", models.BigIntegerField(primary_key=True, serialize=False)),
                ("leaves", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=GreaterThan(Length("leaves"), 0), name="leaves_are_some"),
                    models.CheckConstraint(condition=models.Q(first__gte=0), name="leaves_count_from_nothing"),
                ]
            },
        ),
        migrations.RunSQL(migrations.RunSQL.noop, append_only("registry_leaf").sql),
        migrations.RunSQL(GATHER, SCATTER),
        append_only("registry_leafrun"),
        migrations.DeleteModel(name="Leaf"),
    ]
