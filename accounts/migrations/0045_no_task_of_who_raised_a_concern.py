from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0044_free_concerns_of_who_raised_them")]

    operations = [
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner", models.F("raised_by")), _negated=True),
                name="concern_is_no_task_of_who_raised_it",
            ),
        ),
    ]
