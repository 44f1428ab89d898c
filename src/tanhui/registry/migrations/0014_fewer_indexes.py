from django.db import migrations, models

LEADS = models.Q(followers__isnull=False)
ENDED = models.Q(book__in=("retired", "revoked"))


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_leaves_as_they_are")]
    operations = [
        migrations.AddField("entry", "followers", models.IntegerField(db_default=0, null=True)),
        migrations.RemoveIndex("entry", "registry_en_lot_e67f15_idx"),
        migrations.RemoveIndex("entry", "registry_en_from_ac_57f52d_idx"),
        migrations.AddIndex("entry", models.Index(fields=["lot", "index"], condition=LEADS, name="movements_of_a_lot")),
        migrations.AddIndex(
            "entry",
            models.Index(fields=["from_account", "index"], condition=LEADS, name="movements_out_of_an_account"),
        ),
        migrations.RemoveIndex("holding", "holdings_of_a_lot"),
        migrations.AddIndex(
            "holding", models.Index(fields=["lot", "account"], condition=ENDED, name="holdings_that_ended")
        ),
    ]
