from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_reading")]
    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["lot", "kind"],
                condition=models.Q(
                    kind__in=("correspond_in", "correspond_confirm", "correspond_return", "distribute"),
                ),
                name="orders_of_a_lot",
            ),
        ),
    ]
