from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_one_choice_for_each_group'),
        ('mentorship', '0004_one_running_for_a_pair_and_goal'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='goal',
            name='ended_at',
            field=models.DateTimeField(editable=False, help_text='Reached or dropped then.', null=True),
        ),
        migrations.AddField(
            model_name='goalkind',
            name='usual_weeks',
            field=models.PositiveSmallIntegerField(default=26, help_text='Planned length of an ongoing mentorship. The two may extend it.'),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='end_asked_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Since when both are asked about the planned end.', null=True),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='planned_end_on',
            field=models.DateField(blank=True, help_text='None for one-off help.', null=True),
        ),
        migrations.AddIndex(
            model_name='mentorship',
            index=models.Index(condition=models.Q(('end_asked_at__isnull', True), ('status__in', ['active', 'paused'])), fields=['planned_end_on', 'id'], name='mentorship_end_to_ask_about'),
        ),
    ]
