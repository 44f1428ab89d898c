from django.db import migrations

from tanhui.kit.tables import append_only


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial"), ("people", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE monitoring_programme_number; CREATE SEQUENCE monitoring_run_number",
            "DROP SEQUENCE monitoring_programme_number; DROP SEQUENCE monitoring_run_number",
        ),
        append_only(
            "monitoring_design",
            "monitoring_bookedsurvey",
            "monitoring_bookedfile",
            "monitoring_cellchange",
            "monitoring_photo",
        ),
    ]
