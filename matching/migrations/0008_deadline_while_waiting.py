from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0007_deadlines_of_what_waits")]
    operations = [
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer_due_at__isnull', False), ('status__in', ['asked', 'offered'])), models.Q(models.Q(('status__in', ['asked', 'offered']), _negated=True), ('answer_due_at__isnull', True)), _connector='OR'), name='match_has_a_deadline_if_and_only_if_waiting'),
        ),
    ]
