"""A date until which somebody had paused says nothing once they are back."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_pauses")]
    operations = [
        migrations.RunSQL(
            "UPDATE accounts_mentorprofile SET paused_until_on = NULL WHERE status <> 'paused'", migrations.RunSQL.noop
        )
    ]
