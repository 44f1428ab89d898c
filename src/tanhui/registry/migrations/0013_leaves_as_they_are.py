from django.db import migrations

UNCOMPRESSED = "ALTER TABLE registry_leaf ALTER COLUMN content SET STORAGE EXTERNAL"
"""The long ones are lists of ids and quantities, written once and sought by place: trying to compress them costs more
than it saves."""


class Migration(migrations.Migration):
    dependencies = [("registry", "0012_orders_of_a_lot")]
    operations = [migrations.RunSQL(UNCOMPRESSED, migrations.RunSQL.noop)]
