"""Refuse line breaks in names, and make room for rates in currencies with many zeros."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_names_on_one_line'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mentorprofile',
            name='rate_amount',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
        ),
        migrations.AlterField(
            model_name='user',
            name='name',
            field=models.CharField(max_length=100),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('name__regex', '[[:cntrl:]]'), _negated=True), name='user_name_is_one_line'),
        ),
    ]
