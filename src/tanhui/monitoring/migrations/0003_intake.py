from collections.abc import Iterator

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tanhui.kit.tables import append_only


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def upload_fields() -> Iterator[migrations.AddField]:
    """Nothing wrote uploads before this step, so the once-only default of a unique column is never used twice."""
    plain = {
        "content_hex": models.CharField(max_length=64),
        "code": models.CharField(help_text="by which pages and programs name it", max_length=30, unique=True),
    }
    with_default = {
        "complete": models.BooleanField(
            default=False, help_text="booked rows of its visits that it does not name go away"
        ),
        "outcome_hex": models.CharField(blank=True, max_length=64, default=""),
        "checked_upon": models.PositiveIntegerField(
            default=0, help_text="the revision it was checked upon; 0 for none"
        ),
        "summary": models.JSONField(default=dict),
        "warnings_reason": models.TextField(blank=True, help_text="why it was booked with its warnings", default=""),
    }
    for name, field in plain.items():
        field.default = ""
        yield migrations.AddField("upload", name, field, preserve_default=False)
    for name, field in with_default.items():
        keep = name in {"complete", "checked_upon", "summary"}
        yield migrations.AddField("upload", name, field, preserve_default=keep)


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0002_numbers_and_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        *upload_fields(),
        migrations.AddField(
            "upload",
            "replaces",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="monitoring.upload",
            ),
        ),
        migrations.CreateModel(
            name="UploadMend",
            fields=[
                ("id", key()),
                ("source", models.CharField(max_length=120)),
                ("sheet", models.CharField(max_length=120)),
                ("row", models.PositiveIntegerField()),
                ("place", models.PositiveIntegerField(help_text="the column, counted from 1")),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                ("mended_at", models.DateTimeField()),
                (
                    "mended_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mends", to="monitoring.upload"
                    ),
                ),
            ],
            options={"ordering": ("id",)},
        ),
        migrations.DeleteModel("Photo"),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", key()),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("content", models.BinaryField()),
                ("shown", models.BinaryField(help_text="upright JPEG for the page")),
                ("thumbnail", models.BinaryField(help_text="upright small JPEG")),
                ("taken_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", key()),
                ("code", models.CharField(max_length=30, unique=True)),
                ("plot", models.TextField(blank=True)),
                ("round", models.PositiveIntegerField(default=0)),
                ("name", models.CharField(max_length=120)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "picture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="monitoring.picture"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="monitoring.programme"
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="monitoring.upload",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ("plot", "round", "id"),
                "constraints": [models.UniqueConstraint(fields=("programme", "picture"), name="one_photo_once")],
            },
        ),
        append_only("monitoring_uploadmend", "monitoring_picture"),
    ]
