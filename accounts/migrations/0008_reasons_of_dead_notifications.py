"""Whatever is dead says why. The way back calls what was in doubt by the names of before."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_doubt_bounces_and_heartbeats")]
    operations = [
        migrations.RunSQL(
            "UPDATE accounts_notification SET last_error = 'The reason was not noted.' "
            "WHERE status = 'dead' AND last_error = ''",
            # Neither may be sent again by a version that does not know of doubt.
            "UPDATE accounts_notification SET status = 'dead', claim = NULL, lease_until_at = NULL "
            "WHERE status IN ('in_doubt', 'uncertain')",
        )
    ]
