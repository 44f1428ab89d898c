from django.db import migrations, models

SUMS = """
INSERT INTO registry_booksum (lot, book, quantity_mg, holdings, arrivals)
SELECT COALESCE(stood.lot, came.lot), COALESCE(stood.book, came.book), COALESCE(stood.quantity_mg, 0),
    COALESCE(stood.holdings, 0), COALESCE(came.arrivals, 0)
FROM (
    SELECT COALESCE(lot, '') AS lot, book, sum(quantity_mg) AS quantity_mg, count(*) AS holdings
    FROM registry_holding GROUP BY GROUPING SETS ((lot, book), (book))
) AS stood
FULL JOIN (
    SELECT COALESCE(lot, '') AS lot, to_book AS book, count(*) AS arrivals
    FROM registry_entry GROUP BY GROUPING SETS ((lot, to_book), (to_book))
) AS came ON came.lot = stood.lot AND came.book = stood.book
"""
PAIRS = """
CREATE FUNCTION registry_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT DISTINCT substr(lower(words), place, 2) FROM generate_series(1, length(words) - 1) AS place)
"""
"""All pairs of letters that follow each other: names of holders are found by any piece of them, through an index."""

NAMES = """
CREATE INDEX holders_by_pairs ON people_organisation USING gin (registry_pairs(name_zh || ' ' || name_en))
"""
STANDS = models.Q(ended=False)
HELD = models.Q(book__in=("live", "held", "pledged", "frozen", "reserve", "buffer"))


def _again(name: str, fields: list[str], condition: models.Q) -> list[migrations.operations.base.Operation]:
    """An index of open encumbrances that ends with their name from now on."""
    return [
        migrations.RemoveIndex(model_name="encumbrance", name=name),
        migrations.AddIndex(
            model_name="encumbrance", index=models.Index(fields=[*fields, "name"], condition=condition, name=name)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_daily_roots"), ("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BookSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lot", models.CharField(blank=True, max_length=64)),
                ("book", models.CharField(max_length=10)),
                ("quantity_mg", models.DecimalField(decimal_places=0, max_digits=40)),
                ("holdings", models.BigIntegerField()),
                ("arrivals", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["lot", "book"], name="one_sum_per_book"),
                    models.CheckConstraint(
                        condition=models.Q(("arrivals__gte", 0), ("holdings__gte", 0)), name="sums_count_from_nothing"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SUMS, migrations.RunSQL.noop),
        migrations.RunSQL(PAIRS, "DROP FUNCTION registry_pairs"),
        migrations.RunSQL(NAMES, "DROP INDEX holders_by_pairs"),
        migrations.AddIndex(
            model_name="holding",
            index=models.Index(fields=["lot", "quantity_mg", "account"], condition=HELD, name="holdings_by_size"),
        ),
        migrations.AddIndex(model_name="block", index=models.Index(fields=["root_hex"], name="blocks_by_root")),
        migrations.AddIndex(model_name="lot", index=models.Index(fields=["survey_hash_hex"], name="lots_by_survey")),
        migrations.AddIndex(model_name="lot", index=models.Index(fields=["method_hash_hex"], name="lots_by_method")),
        migrations.AddIndex(
            model_name="lot", index=models.Index(fields=["estimate_hash_hex"], name="lots_by_estimate")
        ),
        migrations.AddIndex(model_name="order", index=models.Index(fields=["state", "id"], name="orders_by_state")),
        migrations.AddIndex(
            model_name="retirement", index=models.Index(fields=["lot", "serial_first"], name="retirements_by_serial")
        ),
        *_again("encumbrances_that_stand", ["account"], STANDS),
        *_again("encumbrances_of_a_lot", ["lot"], STANDS),
        *_again("pledges_by_pledgee", ["party"], models.Q(ended=False, sort="pledge")),
        migrations.AddIndex(
            model_name="encumbrance", index=models.Index(fields=["name"], condition=STANDS, name="encumbrances_open")
        ),
        migrations.AddIndex(
            model_name="encumbrance",
            index=models.Index(fields=["sort", "name"], condition=STANDS, name="encumbrances_by_sort"),
        ),
    ]
