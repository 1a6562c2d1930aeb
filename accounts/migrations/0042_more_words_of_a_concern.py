from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0041_reads_of_concerns_by_side")]

    operations = [
        migrations.AddField(
            model_name="concern",
            name="more_words",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="Of further reports by a link.", max_length=20000
            ),
        ),
    ]
