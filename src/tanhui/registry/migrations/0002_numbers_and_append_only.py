from django.db import migrations

from tanhui.kit.tables import append_only

NUMBERS = [f"registry_{kind}_number" for kind in ("account", "order", "lot", "certificate")]


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("people", "0002_append_only")]
    operations = [
        *[migrations.RunSQL(f"CREATE SEQUENCE {name}", f"DROP SEQUENCE {name}") for name in NUMBERS],
        append_only(
            "registry_account",
            "registry_block",
            "registry_leaf",
            "registry_subtree",
            "registry_act",
            "registry_entry",
            "registry_retirement",
        ),
    ]
