import datetime
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0024_exceptions_and_busy_times'),
        ('mentorship', '0018_fill_in_clocks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FitCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('good', 'Good'), ('unsure', 'Unsure'), ('not_good', 'Not good')], max_length=8)),
                ('note', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, help_text='The next one came, or the mentorship ended, before an answer.', null=True)),
            ],
        ),
        migrations.AlterField(
            model_name='mentorship',
            name='silence_due_at',
            field=models.DateTimeField(editable=False, help_text='When a sweep looks next at a silence.'),
        ),
        migrations.AddIndex(
            model_name='mentorship',
            index=models.Index(condition=models.Q(('status', 'active')), fields=['silence_due_at', 'id'], name='mentorship_silence'),
        ),
        migrations.AddIndex(
            model_name='mentorship',
            index=models.Index(condition=models.Q(('fit_check_due_at__isnull', False), ('status', 'active')), fields=['fit_check_due_at', 'id'], name='mentorship_fit_check'),
        ),
        migrations.AddConstraint(
            model_name='mentorship',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paused_at__isnull', False), ('status', 'paused')), models.Q(models.Q(('status', 'paused'), _negated=True), ('paused_at__isnull', True)), _connector='OR'), name='mentorship_is_paused_since_some_time'),
        ),
        migrations.AddConstraint(
            model_name='mentorship',
            constraint=models.CheckConstraint(condition=models.Q(('paused_for__gte', datetime.timedelta(0))), name='mentorship_pauses_are_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='mentorship',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ongoing_asked_at__isnull', True), ('ongoing_by__isnull', True), ('ongoing_until_on__isnull', True)), models.Q(('format', 'one_off'), ('ongoing_asked_at__isnull', False), ('ongoing_by__isnull', False), ('ongoing_until_on__isnull', False), ('status__in', ['active', 'paused'])), _connector='OR'), name='mentorship_may_become_ongoing_while_one_off_and_running'),
        ),
        migrations.AddField(
            model_name='fitcheck',
            name='mentorship',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fit_checks', to='mentorship.mentorship'),
        ),
        migrations.AddField(
            model_name='fitcheck',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='fitcheck',
            index=models.Index(condition=models.Q(('answered_at__isnull', True), ('closed_at__isnull', True)), fields=['person'], name='fit_check_open_of_person'),
        ),
        migrations.AddIndex(
            model_name='fitcheck',
            index=models.Index(condition=models.Q(('answer', 'not_good')), fields=['-answered_at', '-id'], name='fit_check_not_good'),
        ),
        migrations.AddConstraint(
            model_name='fitcheck',
            constraint=models.UniqueConstraint(fields=('mentorship', 'person', 'number'), name='fit_check_number_once_a_person'),
        ),
        migrations.AddConstraint(
            model_name='fitcheck',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True), ('closed_at__isnull', True)), fields=('mentorship', 'person'), name='fit_check_one_open_a_person'),
        ),
        migrations.AddConstraint(
            model_name='fitcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('note', '')), models.Q(('answer__in', ['good', 'unsure', 'not_good']), ('answered_at__isnull', False), ('closed_at__isnull', True)), _connector='OR'), name='fit_check_is_answered_or_not'),
        ),
    ]
