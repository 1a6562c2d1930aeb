"""Give the usual length to kinds of goals whose mentorships would end on the day they start."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("mentorship", "0010_one_active_goal_among_twins"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE mentorship_goalkind SET usual_weeks = 26 WHERE usual_weeks = 0", migrations.RunSQL.noop
        ),
    ]
