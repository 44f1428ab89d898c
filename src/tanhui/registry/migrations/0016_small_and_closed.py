from django.db import migrations, models

HELD = models.Q(book__in=("live", "held", "pledged", "frozen", "reserve", "buffer"))
LARGE_MG = 10**9


class Migration(migrations.Migration):
    dependencies = [("registry", "0015_leaves_in_bundles")]
    operations = [
        migrations.RemoveIndex("holding", "holdings_by_size"),
        migrations.AddIndex(
            "holding",
            models.Index(
                fields=["lot", "quantity_mg", "account"],
                condition=HELD & models.Q(quantity_mg__gte=LARGE_MG),
                name="holdings_by_size",
            ),
        ),
        migrations.AddIndex(
            "holding",
            models.Index(
                fields=["lot", "account"], condition=HELD & models.Q(quantity_mg__lt=LARGE_MG), name="small_holdings"
            ),
        ),
        migrations.AddIndex(
            "ledgeraccount",
            models.Index(fields=["account"], condition=models.Q(closed=True), name="accounts_closed"),
        ),
    ]
