from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0010_how_people_are_told"),
    ]

    operations = [
        migrations.RemoveConstraint("notificationchoice", "notification_choice_once_per_kind"),
        migrations.AlterField("notificationchoice", "kind", models.CharField(max_length=40, default="")),
        migrations.AddField("notificationchoice", "group", models.CharField(max_length=20, default="")),
    ]
