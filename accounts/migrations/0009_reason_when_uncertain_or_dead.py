from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_reasons_of_dead_notifications")]
    operations = [
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=~Q(("status__in", ["uncertain", "dead"])) | ~Q(("last_error", "")),
                name="notification_has_a_reason_when_uncertain_or_dead",
            ),
        )
    ]
