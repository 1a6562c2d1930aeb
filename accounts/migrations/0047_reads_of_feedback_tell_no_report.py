from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0046_a_concern_may_become_a_matter_of_safety")]

    operations = [
        migrations.AlterField(
            model_name="staffread",
            name="what",
            field=models.CharField(
                choices=[
                    ("contact", "the e-mail address"),
                    ("profile", "the profile, with hours and absences"),
                    ("feedback", "feedback of a mentorship"),
                    ("note", "the note to the organisers"),
                    ("concerns", "a concern that you raised"),
                    ("about", "a concern about you"),
                    ("record", "the record of changes"),
                ],
                max_length=12,
            ),
        ),
    ]
