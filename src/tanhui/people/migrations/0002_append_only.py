from django.db import migrations

from tanhui.kit.tables import append_only


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [append_only("people_trailentry")]
