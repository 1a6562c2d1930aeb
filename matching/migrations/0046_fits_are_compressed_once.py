from django.db import migrations


class Migration(migrations.Migration):
    """The fits of a cohort are compressed already: PostgreSQL would try it again, in vain."""

    dependencies = [("matching", "0045_imports_of_people_of_cohorts")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE matching_cohortscores ALTER COLUMN data SET STORAGE EXTERNAL",
            "ALTER TABLE matching_cohortscores ALTER COLUMN data SET STORAGE EXTENDED",
        )
    ]
