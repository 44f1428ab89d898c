import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tanhui.kit.tables import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_writer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("height", models.BigIntegerField(help_text="the block up to which the tables stood")),
                ("fault_count", models.PositiveIntegerField()),
                ("faults", models.JSONField(default=list)),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="WritingStop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("lifted", models.BooleanField(default=False)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lift_reason", models.TextField(blank=True)),
                (
                    "check_found",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stop", to="registry.ledgercheck"
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted", False)), fields=("lifted",), name="one_writing_stop_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lift_reason", ""), ("lifted", False), ("lifted_at", None), ("lifted_by", None)),
                            models.Q(
                                ("lifted", True),
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                models.Q(("lift_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="stop_is_lifted_by_somebody_for_a_reason",
                    ),
                ],
            },
        ),
        append_only("registry_ledgercheck"),
    ]
