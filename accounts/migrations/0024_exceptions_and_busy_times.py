"""Extra hours, travel, time between sessions, and busy times of an own calendar."""

import accounts.models.profile
import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0023_asking_paused_after_misses'),
    ]

    operations = [
        migrations.CreateModel(
            name='BusyCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_address', models.TextField(editable=False)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=11)),
            ],
        ),
        migrations.CreateModel(
            name='BusyTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ExtraHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('free_on', models.DateField(verbose_name='day')),
                ('start_minute', models.PositiveSmallIntegerField(help_text='minutes since midnight')),
                ('end_minute', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name_plural': 'extra hours',
                'ordering': ['free_on', 'start_minute', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Travel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='first day there')),
                ('until_on', models.DateField(verbose_name='last day there')),
                ('timezone', models.CharField(max_length=64, validators=[accounts.models.profile.validate_timezone])),
            ],
            options={
                'ordering': ['from_on', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='profile',
            name='buffer_minutes',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='No time is suggested that is nearer to another session.', verbose_name='minutes between sessions'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('buffer_minutes__range', (0, 120))), name='profile_buffer_is_0_to_120_minutes'),
        ),
        migrations.AddField(
            model_name='busycalendar',
            name='profile',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='busy_calendar', to='accounts.profile'),
        ),
        migrations.AddField(
            model_name='busytime',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='busy_times', to='accounts.busycalendar'),
        ),
        migrations.AddField(
            model_name='extrahours',
            name='profile',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extra_hours', to='accounts.profile'),
        ),
        migrations.AddField(
            model_name='travel',
            name='profile',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='travels', to='accounts.profile'),
        ),
        migrations.AddIndex(
            model_name='busycalendar',
            index=models.Index(models.OrderBy(models.F('tried_at'), nulls_first=True), models.F('id'), name='busy_calendar_by_try'),
        ),
        migrations.AddConstraint(
            model_name='busycalendar',
            constraint=models.CheckConstraint(condition=models.Q(('failure__in', ['', 'no_https', 'not_public', 'no_server', 'no_trust', 'too_slow', 'too_big', 'redirects', 'no_access', 'no_content', 'web_page', 'no_calendar', 'bad_event', 'too_much', 'lost'])), name='busy_calendar_failure_is_known'),
        ),
        migrations.AddConstraint(
            model_name='busytime',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='busy_time_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='extrahours',
            constraint=models.UniqueConstraint(fields=('profile', 'free_on', 'start_minute'), name='extra_hours_start_once'),
        ),
        migrations.AddConstraint(
            model_name='extrahours',
            constraint=models.CheckConstraint(condition=models.Q(('end_minute__lte', 1440), ('start_minute__lt', models.F('end_minute'))), name='extra_hours_lie_within_a_day'),
        ),
        migrations.AddConstraint(
            model_name='travel',
            constraint=models.CheckConstraint(condition=models.Q(('from_on__lte', models.F('until_on'))), name='travel_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='travel',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('profile_id'), models.F('profile_id'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('from_on'), models.F('until_on'), models.Value('[]'), function='daterange'), '&&')], name='travel_is_to_one_zone_at_a_time'),
        ),
    ]
