from django.db import migrations


class Migration(migrations.Migration):
    """The fits of a cohort are compressed already: PostgreSQL would try it again, in vain."""

    dependencies = [("matching", "0044_one_request_per_cohort")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE matching_cohortscores ALTER COLUMN data SET STORAGE EXTERNAL",
            "ALTER TABLE matching_cohortscores ALTER COLUMN data SET STORAGE EXTENDED",
        )
    ]
