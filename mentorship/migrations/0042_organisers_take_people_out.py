from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mentorship", "0041_group_of_cohort_members"),
    ]

    operations = [
        migrations.AddField(
            model_name="cohortmember",
            name="is_taken_out",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="an organiser took them out"
            ),
        ),
    ]
