from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0012_choices_by_group"),
    ]

    operations = [
        migrations.RemoveField("notificationchoice", "kind"),
        migrations.AlterField("notificationchoice", "group", models.CharField(max_length=20)),
        migrations.RemoveConstraint("notificationchoice", "notification_choice_email_is_known"),
        migrations.AlterField(
            "notificationchoice",
            "email",
            models.CharField(
                choices=[("now", "at once"), ("digest", "together, once a day"), ("off", "Off")],
                default="now",
                max_length=6,
                verbose_name="e-mail",
            ),
        ),
        migrations.AddConstraint(
            "notificationchoice",
            models.UniqueConstraint(fields=("user", "group"), name="notification_choice_once_per_group"),
        ),
        migrations.AddConstraint(
            "notificationchoice",
            models.CheckConstraint(
                condition=models.Q(("email__in", ["now", "digest", "off"])), name="notification_choice_email_is_known"
            ),
        ),
        migrations.DeleteModel("MailStop"),
        migrations.RemoveField("mentorprofile", "weekly_requests"),
    ]
