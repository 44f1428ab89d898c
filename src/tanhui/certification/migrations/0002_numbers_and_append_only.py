from django.db import migrations

from tanhui.kit.tables import append_only


class Migration(migrations.Migration):
    dependencies = [("certification", "0001_initial"), ("people", "0002_append_only")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE certification_project_number", "DROP SEQUENCE certification_project_number"),
        append_only(
            "certification_survey",
            "certification_surveyfile",
            "certification_measuredplace",
            "certification_methodfile",
            "certification_estimate",
        ),
    ]
