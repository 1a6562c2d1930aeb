"""Fill in whose turn a match is, and which side was silent, as the columns before told it."""

from django.db import migrations

FORWARDS = """
UPDATE matching_match SET waits_since_at = CASE status WHEN 'asked' THEN asked_at ELSE offered_at END
WHERE status IN ('asked', 'offered');
UPDATE matching_match SET silent_side = CASE WHEN offered_at IS NULL THEN 'mentor' ELSE 'mentee' END
WHERE status = 'expired';
"""


class Migration(migrations.Migration):

    dependencies = [
        ("matching", "0011_clarifications"),
    ]

    operations = [
        migrations.RunSQL(FORWARDS, migrations.RunSQL.noop),
    ]
