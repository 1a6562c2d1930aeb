from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("mentorship", "0009_fill_in_twin_keys"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(condition=~models.Q(twin_key=""), name="goal_has_a_twin_key"),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.UniqueConstraint(
                condition=models.Q(status="active"),
                fields=["mentee", "kind", "twin_key"],
                name="goal_once_among_active_ones",
            ),
        ),
    ]
