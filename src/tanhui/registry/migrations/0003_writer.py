from django.conf import settings
from django.db import migrations, models

ACCOUNTS = """
INSERT INTO registry_ledgeraccount (account, kind, closed)
SELECT terms->>'account', terms->>'kind', false FROM registry_act WHERE kind = 'open_account' AND outcome = 'done'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0002_numbers_and_append_only"),
        ("registry", "0002_numbers_and_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Encumbrance",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("sort", models.CharField(max_length=10)),
                ("account", models.CharField(max_length=64)),
                ("lot", models.CharField(blank=True, help_text="empty for a freeze of a whole account", max_length=64)),
                ("book", models.CharField(blank=True, help_text="empty where nothing was moved", max_length=10)),
                ("left_mg", models.BigIntegerField()),
                ("until_ms", models.BigIntegerField(default=0)),
                ("party", models.CharField(blank=True, max_length=64)),
                ("ended", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                ("account", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("closed", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="QueuedCommand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("command_hex", models.CharField(db_index=True, max_length=32)),
                ("command", models.BinaryField()),
                ("sent_at", models.DateTimeField()),
                ("follow_up", models.CharField(blank=True, max_length=20)),
                ("facts", models.JSONField(default=dict)),
                ("followed_up", models.BooleanField(default=False)),
                (
                    "code",
                    models.CharField(blank=True, help_text="done, or why not; empty while it waits", max_length=60),
                ),
                ("params", models.JSONField(default=dict)),
                ("height", models.BigIntegerField(null=True)),
                ("index", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="one_issue_per_project",
        ),
        migrations.AddField(
            model_name="lot",
            name="drawn_mg",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="lot",
            name="lessened_mg",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "等复核"),
                    ("signed", "等记账"),
                    ("done", "已记账"),
                    ("refused", "没有记账"),
                    ("withdrawn", "已退回"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drawn_mg__gte", 0),
                    ("drawn_mg__lte", models.F("buffer_mg")),
                    ("drawn_mg__lte", models.F("lessened_mg")),
                    ("lessened_mg__lte", models.F("issued_mg")),
                ),
                name="lot_is_lessened_no_more_than_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "issue"), ("state__in", ["waiting", "signed", "done"])),
                fields=("project",),
                name="one_issue_per_project",
            ),
        ),
        migrations.AddIndex(
            model_name="encumbrance",
            index=models.Index(
                condition=models.Q(("ended", False)), fields=["account"], name="encumbrances_that_stand"
            ),
        ),
        migrations.AddIndex(
            model_name="encumbrance",
            index=models.Index(
                condition=models.Q(("ended", False), ("sort", "hold")), fields=["until_ms"], name="holds_by_expiry"
            ),
        ),
        migrations.AddConstraint(
            model_name="encumbrance",
            constraint=models.CheckConstraint(
                condition=models.Q(("left_mg__gte", 0)), name="encumbrance_binds_no_less_than_nothing"
            ),
        ),
        migrations.AddIndex(
            model_name="queuedcommand",
            index=models.Index(condition=models.Q(("code", "")), fields=["id"], name="commands_that_wait"),
        ),
        migrations.AddIndex(
            model_name="queuedcommand",
            index=models.Index(
                condition=models.Q(("followed_up", False), models.Q(("follow_up", ""), _negated=True)),
                fields=["id"],
                name="commands_to_follow_up",
            ),
        ),
        migrations.AddIndex(
            model_name="queuedcommand",
            index=models.Index(fields=["height"], name="commands_of_a_block"),
        ),
        migrations.RunSQL(ACCOUNTS, migrations.RunSQL.noop),
    ]
