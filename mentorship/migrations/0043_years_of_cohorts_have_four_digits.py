import datetime

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mentorship", "0042_organisers_take_people_out"),
    ]

    operations = [
        migrations.AlterField(
            model_name="cohort",
            name="ends_on",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(
                        datetime.date(2000, 1, 1), "Write the year with four digits, such as 2027."
                    )
                ],
                verbose_name="mentorships end",
            ),
        ),
        migrations.AlterField(
            model_name="cohort",
            name="joins_until_on",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(
                        datetime.date(2000, 1, 1), "Write the year with four digits, such as 2027."
                    )
                ],
                verbose_name="last day to join",
            ),
        ),
        migrations.AlterField(
            model_name="cohort",
            name="starts_on",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(
                        datetime.date(2000, 1, 1), "Write the year with four digits, such as 2027."
                    )
                ],
                verbose_name="mentorships begin",
            ),
        ),
        migrations.AlterField(
            model_name="cohortevent",
            name="ends_on",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(
                        datetime.date(2000, 1, 1), "Write the year with four digits, such as 2027."
                    )
                ],
                verbose_name="mentorships end",
            ),
        ),
        migrations.AlterField(
            model_name="cohortevent",
            name="joins_until_on",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(
                        datetime.date(2000, 1, 1), "Write the year with four digits, such as 2027."
                    )
                ],
                verbose_name="last day to join",
            ),
        ),
        migrations.AlterField(
            model_name="cohortevent",
            name="starts_on",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(
                        datetime.date(2000, 1, 1), "Write the year with four digits, such as 2027."
                    )
                ],
                verbose_name="mentorships begin",
            ),
        ),
    ]
