"""The address at which calendar programs read a person's sessions: made, replaced and revoked."""

from __future__ import annotations

import secrets
from datetime import datetime

from accounts.models import User
from mentorship.models import CalendarAddress
from mentorship.models.calendar_address import digest_of


def make_calendar_address(*, person: User, now: datetime) -> str:
    """Make an address, in place of an earlier one, which stops working. Return its token: it is not stored."""
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(person=person, defaults={"digest": digest_of(token), "created_at": now})
    return token


def revoke_calendar_address(*, person: User) -> None:
    """End the address, if there is one."""
    CalendarAddress.objects.filter(person=person).delete()
