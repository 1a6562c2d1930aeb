"""Room for what may have been sent, for addresses that bounce, and for signs of life."""

from django.db import migrations, models
from django.db.models import Q



class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_pause_only_while_paused")]
    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="bouncing_since_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="A server refused it for good.",
                null=True,
                verbose_name="address bounces since",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="doubts",
            field=models.PositiveSmallIntegerField(
                # Of the database's own, so that a process of the last version can go on writing rows.
                db_default=0,
                editable=False,
                help_text="How often it was sent again although it may have arrived.",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="status",
            field=models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("sending", "Sending"),
                    ("in_doubt", "in doubt"),
                    ("sent", "Sent"),
                    ("skipped", "Skipped"),
                    ("uncertain", "Uncertain"),
                    ("dead", "Dead"),
                ],
                default="pending",
                max_length=9,
            ),
        ),
        migrations.RemoveConstraint(model_name="notification", name="notification_status_is_known"),
        migrations.RemoveConstraint(model_name="notification", name="notification_is_claimed_while_sending"),
        migrations.RemoveIndex(model_name="notification", name="notification_lease"),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("status__in", ["pending", "sending", "in_doubt", "sent", "skipped", "uncertain", "dead"])
                ),
                name="notification_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("claim__isnull", False), ("lease_until_at__isnull", False), ("status__in", ["sending", "in_doubt"])
                )
                | (
                    ~Q(("status__in", ["sending", "in_doubt"]))
                    & Q(("claim__isnull", True), ("lease_until_at__isnull", True))
                ),
                name="notification_is_claimed_while_sending",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=Q(("status__in", ["sending", "in_doubt"])),
                fields=["lease_until_at"],
                name="notification_lease",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=Q(("status__in", ["uncertain", "dead"])),
                fields=["status", "id"],
                name="notification_stuck",
            ),
        ),
    ]
