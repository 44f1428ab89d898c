import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tanhui.kit.tables import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0003_intake"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="design",
            name="land",
            field=models.BinaryField(
                default=b"", help_text="the outlines that were drawn on: GeoJSON in EPSG:4490, gzip"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="design", name="reason", field=models.TextField(default=""), preserve_default=False
        ),
        migrations.CreateModel(
            name="DesignLand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="design_lands",
                        to="monitoring.programme",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [models.UniqueConstraint(fields=("programme", "sha256"), name="one_design_land_once")],
            },
        ),
        append_only("monitoring_designland"),
    ]
