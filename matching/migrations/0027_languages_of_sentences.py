from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rows from before have no languages, so the worker computes them anew."""

    dependencies = [("matching", "0026_notice_changed_motivations")]
    operations = [
        migrations.AddField(
            "mentortexts",
            "languages",
            # triggers insert rows
            ArrayField(models.CharField(max_length=8, blank=True), default=list, db_default=[]),
        ),
    ]
