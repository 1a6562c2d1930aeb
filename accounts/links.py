"""Links in mails that work without logging in: signed, for one person and one thing, and expiring."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User

# Somebody may stop the mails of a community that they have not thought of for long.
STOP_MAILS, STOP_MAILS_LIFE = "accounts.stop_mails", timedelta(days=2 * 365)


def stop_mails_link(person: User, group: str) -> str:
    """Return the address that stops the mails of ``group`` to ``person``: for their click, and for mail programs."""
    return signed_link("stop-mails", STOP_MAILS, group, person)


def signed_link(route: str, purpose: str, thing: str, person: User) -> str:
    """Return the address of ``route`` about ``thing`` for ``person``; ``read_token`` reads it."""
    token = signing.dumps({"thing": thing, "person": str(person.uuid)}, salt=purpose)
    return settings.SITE_URL + reverse(route, args=[token])


def read_token(token: str, purpose: str, *, life: timedelta) -> tuple[str, User] | None:
    """Return the thing's identifier and the person of a link; None if it is forged, too old, or theirs no more."""
    people = User.objects.select_related("profile")
    try:
        data = signing.loads(token, salt=purpose, max_age=life)
        return data["thing"], people.get(uuid=data["person"], is_active=True)
    except (signing.BadSignature, User.DoesNotExist, ValidationError, KeyError, TypeError):
        return None
