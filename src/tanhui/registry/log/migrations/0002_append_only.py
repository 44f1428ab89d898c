from django.db import migrations

from tanhui.kit.tables import append_only


class Migration(migrations.Migration):
    dependencies = [("log", "0001_initial"), ("registry", "0002_numbers_and_append_only")]
    operations = [append_only("log_cosignature", "log_fault")]
