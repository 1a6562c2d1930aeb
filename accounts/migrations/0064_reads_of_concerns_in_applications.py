"""Reads of a concern that were noted for applicants who had raised none. Who had raised it is not told late."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def delete_reads_of_no_concern(apps, schema_editor):
    read, concern = apps.get_model("accounts", "StaffRead"), apps.get_model("accounts", "Concern")
    raised = concern.objects.filter(raised_by=OuterRef("person"))
    read.objects.filter(what="concerns").exclude(Exists(raised)).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0063_erasures_wait_for_requests")]
    operations = [migrations.RunPython(delete_reads_of_no_concern, migrations.RunPython.noop)]
