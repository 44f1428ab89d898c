import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tanhui.kit.tables import append_only

ONE_OPEN_ACCOUNT = """
CREATE FUNCTION registry_one_open_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two who open at the same moment come here one after the other.
    PERFORM pg_advisory_xact_lock(hashtext('registry_one_open_account'), NEW.holder_id::integer);
    IF EXISTS (
        SELECT FROM registry_account known LEFT JOIN registry_ledgeraccount stands ON stands.account = known.account
        WHERE known.holder_id = NEW.holder_id AND known.kind = NEW.kind AND stands.closed IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'one_open_account_per_holder_and_kind: holder % has one of kind %', NEW.holder_id, NEW.kind
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER one_open_account_per_holder_and_kind BEFORE INSERT ON registry_account
    FOR EACH ROW EXECUTE FUNCTION registry_one_open_account()
"""
ANY_ACCOUNT = """
DROP TRIGGER one_open_account_per_holder_and_kind ON registry_account;
DROP FUNCTION registry_one_open_account()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0003_issuing"),
        ("people", "0003_tokens"),
        ("registry", "0007_signing_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField()),
                ("quantity_mg", models.BigIntegerField()),
            ],
            options={
                "ordering": ("row",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="one_account_per_holder_and_kind",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="order_has_a_quantity",
        ),
        migrations.AddField(
            model_name="lot",
            name="foreign_entry",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="lot",
            name="region",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="lot",
            name="period",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="lot",
            name="project",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lot",
                to="certification.project",
                to_field="number",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="kind",
            field=models.CharField(
                choices=[
                    ("issue", "制发"),
                    ("transfer", "流转"),
                    ("retire", "注销"),
                    ("freeze", "冻结"),
                    ("unfreeze", "解冻"),
                    ("pledge", "质押"),
                    ("release", "解押"),
                    ("foreclose", "处置"),
                    ("revoke", "撤销"),
                    ("reverse", "逆转"),
                    ("correct", "更正"),
                    ("hold", "占用"),
                    ("post", "成交"),
                    ("void", "撤回占用"),
                    ("distribute", "分发"),
                    ("correspond_out", "转出外区"),
                    ("correspond_in", "外区转入"),
                    ("correspond_confirm", "外区确认"),
                    ("correspond_return", "外区退回"),
                    ("close_account", "销户"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["holder", "kind"], name="accounts_of_a_holder"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("foreign_entry", ""),
                        ("project__isnull", False),
                        ("region", ""),
                        models.Q(("period", ""), _negated=True),
                    ),
                    models.Q(
                        ("buffer_mg", 0),
                        ("period", ""),
                        ("project__isnull", True),
                        models.Q(("region", ""), _negated=True),
                        models.Q(("foreign_entry", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="lot_comes_from_a_project_or_a_region",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("project__isnull", True)),
                fields=("region", "foreign_entry"),
                name="one_lot_per_entry_of_a_region",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quantity_mg__gt", 0),
                    models.Q(
                        (
                            "kind__in",
                            [
                                "freeze",
                                "unfreeze",
                                "correct",
                                "void",
                                "correspond_confirm",
                                "correspond_return",
                                "close_account",
                            ],
                        ),
                        ("quantity_mg__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="order_has_a_quantity",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="paper", to="registry.order"
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.account"
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="registry.order"
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(fields=("order", "row"), name="one_part_per_row"),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(fields=("order", "account"), name="one_part_per_receiver"),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(condition=models.Q(("quantity_mg__gt", 0)), name="part_gives_something"),
        ),
        migrations.RunSQL(ONE_OPEN_ACCOUNT, ANY_ACCOUNT),
        append_only("registry_part", "registry_paper"),
    ]
