from django.db import migrations


def make_owners(apps, schema_editor):
    apps.get_model("accounts", "User").objects.filter(is_staff=True).update(role="owner")


def forget_roles(apps, schema_editor):
    apps.get_model("accounts", "User").objects.exclude(role="").update(role="")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0026_roles_of_admins")]
    operations = [migrations.RunPython(make_owners, forget_roles)]
