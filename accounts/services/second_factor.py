"""Removing the second factor of a person who lost it."""

from __future__ import annotations

import uuid
from datetime import datetime
from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from accounts.notifications.write import notify


@transaction.atomic
def reset_second_factor(*, user: User, now: datetime) -> list[str]:
    """Remove devices and recovery codes, and tell the person by mail. Return their types in words.

    Sessions that were opened with a device no longer act as admin. Without a second factor, nothing changes.
    """
    devices = Authenticator.objects.select_for_update().filter(user=user).order_by("type", "pk")
    removed = [str(Authenticator.Type(device.type).label) for device in devices]
    if not removed:
        return []
    devices.delete()
    site = SimpleNamespace(name=settings.COMMUNITY_NAME, domain=settings.SITE_URL)
    with translation.override(user.profile.reads_in):
        subject = gettext("Your second factor was removed")
        text = render_to_string("account/email/second_factor_reset_message.txt", {"user": user, "current_site": site})
    notify(
        recipient=user,
        kind="account_mail",
        key=uuid.uuid4().hex,
        payload={"to": user.email, "subject": subject, "text": text.strip()},
        now=now,
    )
    return removed
