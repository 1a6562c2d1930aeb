from django.db import migrations
from django.db.models import F


def free(apps, schema_editor):
    """Take a concern away from an admin who raised it."""
    apps.get_model("accounts", "Concern").objects.filter(owner=F("raised_by")).update(owner=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0043_time_of_failure")]
    operations = [migrations.RunPython(free, migrations.RunPython.noop)]
