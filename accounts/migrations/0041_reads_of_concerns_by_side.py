from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, OuterRef

HOUR = timedelta(hours=1)


def tell_sides_apart(apps, schema_editor):
    """Keep the reads of those who had raised a concern. The subject of a matter of safety reads nothing."""
    read, concern = apps.get_model("accounts", "StaffRead"), apps.get_model("accounts", "Concern")
    there = concern.objects.filter(created_at__lt=OuterRef("hour_at") + HOUR)
    of_others = read.objects.filter(what="concerns").exclude(Exists(there.filter(raised_by=OuterRef("person"))))
    of_others.filter(Exists(there.filter(about=OuterRef("person"), is_safety=False))).update(what="about")
    of_others.delete()


def put_together(apps, schema_editor):
    read = apps.get_model("accounts", "StaffRead")
    both = read.objects.filter(person=OuterRef("person"), reader=OuterRef("reader"), hour_at=OuterRef("hour_at"))
    about = read.objects.filter(what="about")
    about.filter(Exists(both.filter(what="concerns"))).delete()
    about.update(what="concerns")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0040_reads_of_concerns")]
    operations = [migrations.RunPython(tell_sides_apart, put_together)]
