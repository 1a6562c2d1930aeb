"""Encrypt the secrets of authenticator apps and the seeds of recovery codes, which were stored as they are."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import migrations
from django.utils.crypto import salted_hmac


def keys():
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [
        salted_hmac("accounts.second_factor", "key", secret=secret, algorithm="sha256").digest() for secret in secrets
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def change(apps, act):
    for device in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").order_by("pk"):
        for name in ("secret", "seed"):
            if name in device.data:
                device.data[name] = act(device.data[name].encode()).decode()
        if "migrated_codes" in device.data:
            device.data["migrated_codes"] = [act(code.encode()).decode() for code in device.data["migrated_codes"]]
        device.save(update_fields=["data"])


def encrypt(apps, schema_editor):
    change(apps, keys().encrypt)


def decrypt(apps, schema_editor):
    change(apps, keys().decrypt)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_name_is_one_line_and_rates_are_wide"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(encrypt, decrypt)]
