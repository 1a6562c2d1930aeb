"""People from before get the keys by which duplicates are found."""

import unicodedata

from django.db import migrations

BATCH = 2000
SAME_MAILBOX = {
    "googlemail.com": "gmail.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
IGNORE_DOTS = {"gmail.com", "proton.me"}
IGNORE_TAGS = IGNORE_DOTS | {"icloud.com", "outlook.com", "hotmail.com", "live.com", "fastmail.com", "fastmail.fm"}


def name_key(name):
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    kept = [one for one in letters if not (one in "'’‘`´ʼ′" or unicodedata.combining(one) or unicodedata.category(one) == "Cf")]
    bare = "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in kept)
    return " ".join(sorted(bare.split()))[:200]


def address_key(address):
    local, _at, domain = address.casefold().rpartition("@")
    domain = SAME_MAILBOX.get(domain, domain)
    if domain in IGNORE_TAGS:
        local = local.partition("+")[0] or local
    if domain in IGNORE_DOTS:
        local = local.replace(".", "")
    return f"{local}@{domain}"[:200]


def fill(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    last = 0
    while people := list(User.objects.filter(pk__gt=last).order_by("pk").only("pk", "name", "email")[:BATCH]):
        last = people[-1].pk
        for person in people:
            person.name_key, person.address_key = name_key(person.name), address_key(person.email)
        User.objects.bulk_update(people, ["name_key", "address_key"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0033_duplicates_and_merges")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
