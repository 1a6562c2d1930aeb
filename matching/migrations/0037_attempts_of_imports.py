from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0036_stuck_matches_and_handovers"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, db_default=0),
        ),
    ]
