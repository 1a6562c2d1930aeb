"""Put names with line breaks on one line, and domains of addresses into their ASCII form.

An address is left as it is if the ASCII form belongs to somebody else: admins decide which of the two accounts stays.
"""

import re

import idna
from django.db import migrations


def ascii_form(email):
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{idna.encode(idna.uts46_remap(domain, std3_rules=False, transitional=False)).decode()}".lower()
    except (idna.IDNAError, UnicodeError):
        return email


def tidy(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    for user in User.objects.filter(name__regex="[[:cntrl:]]"):
        user.name = re.sub(r"[\x00-\x1f\x7f-\x9f\s]+", " ", user.name).strip() or "?"
        user.save(update_fields=["name"])
    for user in User.objects.filter(email__regex="[^[:ascii:]]"):
        email = ascii_form(user.email)
        if email == user.email or User.objects.filter(email=email).exists():
            continue
        with schema_editor.connection.cursor() as cursor:
            # allauth's table, whose state this migration does not know
            cursor.execute(
                "UPDATE account_emailaddress SET email = %s WHERE user_id = %s AND email = %s", [email, user.pk, user.email]
            )
        user.email = email
        user.save(update_fields=["email"])


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0016_mentor_decisions"),
    ]

    operations = [migrations.RunPython(tidy, migrations.RunPython.noop)]
