from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mentorship', '0022_practice'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mentorship',
            name='end_reason',
            field=models.CharField(blank=True, choices=[('goal_reached', 'the goal is reached'), ('helped_enough', 'it helped, and that is enough'), ('no_time', 'no time any more'), ('not_a_fit', 'we do not fit'), ('went_silent', 'the other side went silent'), ('handed_over', 'the mentor could not go on'), ('other', 'Other')], max_length=20),
        ),
    ]
