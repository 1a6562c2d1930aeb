"""Make room for monthly rates in currencies with many zeros."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0021_copies_of_requests'),
    ]

    operations = [
        migrations.AlterField(
            model_name='helprequest',
            name='max_rate_amount',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
        ),
    ]
