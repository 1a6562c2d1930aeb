"""Start the clocks of mentorships that run. The beginning of a pause is not known: it counts from now on.

Nobody is called quiet, or asked how it goes, for the time before.
"""

from django.db import migrations

FORWARDS = """
UPDATE mentorship_mentorship SET
    silence_due_at = now(),
    quiet_from_at = CASE WHEN status IN ('active', 'paused') THEN now() END,
    paused_at = CASE WHEN status = 'paused' THEN now() END,
    fit_check_due_at = CASE WHEN status IN ('active', 'paused') AND format = 'ongoing'
        THEN GREATEST(started_at + interval '30 days', now() + interval '7 days') END
"""


class Migration(migrations.Migration):

    dependencies = [
        ("mentorship", "0017_clocks_of_mentorships"),
    ]

    operations = [
        migrations.RunSQL(FORWARDS, migrations.RunSQL.noop),
    ]
