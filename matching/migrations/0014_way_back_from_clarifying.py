"""In reverse, questions that wait for the mentee wait for the mentor again: the status before knows no other."""

from django.db import migrations

BACKWARDS = "UPDATE matching_match SET status = 'asked' WHERE status = 'clarifying'"


class Migration(migrations.Migration):

    dependencies = [
        ("matching", "0013_clarifying_matches"),
    ]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, BACKWARDS),
    ]
