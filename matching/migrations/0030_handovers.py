import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0029_question_bank'),
        ('mentorship', '0023_handovers_end_mentorships'),
    ]

    operations = [
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('cause', models.CharField(choices=[('suspended', 'the mentor is suspended'), ('left', 'the mentor has left'), ('paused', 'the mentor pauses')], max_length=9)),
                ('opened_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('choice', models.CharField(blank=True, choices=[('asked', 'asked a successor'), ('search', 'looks for another mentor'), ('wait', 'waits'), ('unanswered', 'did not answer')], max_length=10)),
                ('chosen_at', models.DateTimeField(blank=True, null=True)),
                ('takes_notes', models.BooleanField(default=False)),
                ('cancelled_until_on', models.DateField(blank=True, null=True)),
                ('paused_it', models.BooleanField(default=False)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('help_request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='handovers', to='matching.helprequest')),
                ('mentorship', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='mentorship.mentorship')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['opened_at', 'id'], name='handover_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('mentorship',), name='handover_one_open_per_mentorship'), models.CheckConstraint(condition=models.Q(('cause__in', ['suspended', 'left', 'paused'])), name='handover_cause_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('choice', ''), ('chosen_at__isnull', True)), models.Q(('choice__in', ['asked', 'search', 'wait', 'unanswered']), ('chosen_at__isnull', False)), _connector='OR'), name='handover_has_a_time_of_choice_if_and_only_if_chosen'), models.CheckConstraint(condition=models.Q(models.Q(('choice', 'wait'), _negated=True), ('cause', 'paused'), _connector='OR'), name='handover_waits_for_a_pause_only'), models.CheckConstraint(condition=models.Q(models.Q(('choice__in', ['asked', 'search', 'unanswered']), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='handover_that_leads_on_is_closed'), models.CheckConstraint(condition=models.Q(('help_request__isnull', True), ('choice__in', ['asked', 'search', 'unanswered']), _connector='OR'), name='handover_has_a_request_only_if_it_leads_on'), models.CheckConstraint(condition=models.Q(('takes_notes', False), ('choice__in', ['asked', 'search']), _connector='OR'), name='handover_takes_notes_only_by_choice'), models.CheckConstraint(condition=models.Q(('paused_it', False), ('choice', 'wait'), _connector='OR'), name='handover_pauses_only_to_wait')],
            },
        ),
    ]
