from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_pauses_that_are_over")]
    operations = [
        migrations.AddConstraint(
            model_name='mentorprofile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('pause_cause', ''), ('paused_until_on__isnull', True)), ('status', 'paused'), _connector='OR'), name='mentor_has_a_pause_cause_and_end_only_while_paused'),
        ),
    ]
