from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0043_drafts_and_pairs_of_cohorts'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='helprequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['draft', 'open', 'matched'])), fields=('cohort', 'mentee'), name='help_request_one_current_per_cohort_and_mentee'),
        ),
    ]
