from django.db import migrations, models

from tanhui.kit.tables import append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_tiles_of_hashes")]

    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(help_text="the largest tree that the old key counts for")),
                ("old_vkey", models.CharField(max_length=400, unique=True)),
                ("new_vkey", models.CharField(max_length=400, unique=True)),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="handed_over_at_a_size"),
                    models.CheckConstraint(
                        condition=models.Q(("old_vkey", models.F("new_vkey")), _negated=True),
                        name="handed_over_to_another_key",
                    ),
                ],
            },
        ),
        append_only("registry_handover"),
    ]
