"""An erasure begins some minutes after its account was closed. Those so far were closed when they were due."""

from django.db import migrations, models
from django.db.models import F, Q

CLOSED = ["erasing", "erased"]


def note_closing(apps, schema_editor):
    apps.get_model("accounts", "Erasure").objects.filter(status__in=CLOSED).update(closed_at=F("due_at"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0062_plain_labels_of_tokens_and_privacy")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="account closed on"),
        ),
        migrations.RunPython(note_closing, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=Q(closed_at__isnull=False, status__in=CLOSED)
                | (~Q(status__in=CLOSED) & Q(closed_at__isnull=True)),
                name="erasure_begins_with_a_closed_account",
            ),
        ),
    ]
