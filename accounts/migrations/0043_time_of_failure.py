from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0042_more_words_of_a_concern")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="failed_at",
            field=models.DateTimeField(
                editable=False, help_text="When it became uncertain or dead, the last time.", null=True
            ),
        ),
    ]
