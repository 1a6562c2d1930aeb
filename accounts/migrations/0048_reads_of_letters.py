from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0047_reads_of_feedback_tell_no_report")]

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
                    ("letters", "what you and a mentor or mentee wrote to each other"),
                ],
                max_length=12,
            ),
        ),
    ]
