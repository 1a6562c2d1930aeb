from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0024_corrections")]
    operations = [
        migrations.AddField("mentortexts", "whole", models.BinaryField(default=bytes, db_default=b"")),
        migrations.AddField("mentortexts", "quotable", models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.RenameField("requesttext", "vector", "vectors"),
    ]
