import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0024_exceptions_and_busy_times'),
        ('mentorship', '0016_milestones_and_steps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='mentorship',
            name='paused_at',
            field=models.DateTimeField(blank=True, help_text='Since when it is paused.', null=True),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='paused_for',
            field=models.DurationField(default=datetime.timedelta, help_text='The length of all pauses that are over.'),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='silence_due_at',
            field=models.DateTimeField(editable=False, help_text='When a sweep looks next at a silence.', null=True),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='quiet_from_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='The two are quiet since then at the earliest.', null=True),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='fit_check_due_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When each of the two is asked next how it goes.', null=True),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='ongoing_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='ongoing_until_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='mentorship',
            name='ongoing_asked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
