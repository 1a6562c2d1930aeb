"""The address of a member's own calendar: set, read again, and removed with the times that came from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q

from accounts.doorbell import ring_after_commit
from accounts.models import BusyCalendar, Profile
from accounts.sealed import CannotOpen, seal, unseal
from accounts.tasks import read_calendar

# A second click does not ask the server again.
AGAIN_AFTER = timedelta(minutes=1)


@transaction.atomic
def set_calendar(*, profile: Profile, address: str) -> BusyCalendar:
    """Store the address, sealed, in place of an earlier one, and have it read at once. Earlier busy times go."""
    Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    BusyCalendar.objects.filter(profile=profile).delete()
    calendar = BusyCalendar.objects.create(profile=profile, sealed_address=seal(address))
    ring_after_commit(read_calendar, calendar.pk)
    return calendar


@transaction.atomic
def read_again(*, profile: Profile, now: datetime) -> None:
    """Have the calendar read at once, unless that was tried less than AGAIN_AFTER ago."""
    calendar = BusyCalendar.objects.filter(profile=profile).first()
    if calendar is not None:
        lately = Q(tried_at__gt=now - AGAIN_AFTER)
        BusyCalendar.objects.filter(pk=calendar.pk).exclude(lately).update(tried_at=None)
        ring_after_commit(read_calendar, calendar.pk)


def remove_calendar(*, profile: Profile) -> None:
    """Delete the address and the busy times that came from it."""
    BusyCalendar.objects.filter(profile=profile).delete()


def host_of(calendar: BusyCalendar) -> str:
    """Return the server of the address. The rest of it stays secret. Empty if no key opens the address."""
    try:
        return urlsplit(unseal(calendar.sealed_address)).hostname or ""
    except CannotOpen:
        return ""
