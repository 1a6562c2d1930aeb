"""Limits on what costs others, counted for each member in the cache."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.exceptions import CalendarSetTooOften
from accounts.models import User


def must_not_set_calendar_too_often(request: HttpRequest, member: User) -> None:
    """Count that ``member`` sets a calendar: each new address has a server outside asked at once.

    Raises CalendarSetTooOften at the limits of ACCOUNT_RATE_LIMITS.
    """
    if not ratelimit.consume(request, action="set_calendar", key=str(member.uuid)):
        raise CalendarSetTooOften(
            _("You have set several addresses within a short time. The last one is still used. Try again in an hour.")
        )
