from django.db import migrations

ENDED = ("match_expired", "match_expired_mentor", "match_withdrawn")


def name_the_organisers(apps, schema_editor):
    """Until now only the messages said that the organisers had ended a question."""
    notification = apps.get_model("accounts", "Notification")
    told = notification.objects.filter(kind__in=ENDED, payload__by_organisers="yes")
    matches = apps.get_model("matching", "Match").objects.filter(
        uuid__in=[row.payload["match"] for row in told.only("payload")], status__in=["expired", "withdrawn"]
    )
    matches.update(status="withdrawn", silent_side="", withdrawn_by="organisers")
    told.update(kind="match_withdrawn")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0048_reads_of_letters"),
        ("matching", "0038_organisers_end_matches"),
    ]

    operations = [migrations.RunPython(name_the_organisers, migrations.RunPython.noop)]
