from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0049_writers_of_a_group_mail_are_not_disturbed'),
    ]

    operations = [
        migrations.AddField(
            model_name='trialmode',
            name='held_without_row',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
