from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("mentorship", "0006_fill_in_planned_ends"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status', 'active')), models.Q(models.Q(('status', 'active'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='goal_has_an_end_if_and_only_if_not_active'),
        ),
        migrations.AddConstraint(
            model_name='mentorship',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('format', 'one_off'), ('planned_end_on__isnull', True)), models.Q(('format', 'ongoing'), ('planned_end_on__isnull', False)), _connector='OR'), name='mentorship_has_a_planned_end_if_and_only_if_ongoing'),
        ),
    ]
