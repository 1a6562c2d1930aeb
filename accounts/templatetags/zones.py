"""Template filters for time zones, whose names are for programs, and for clocks. They are there in every template."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django import template
from django.templatetags.tz import do_timezone
from django.utils import timezone

from accounts import zones
from accounts.clock import Clock

register = template.Library()


@register.filter
def zone_in_words(zone: str | tzinfo | Clock | None, at: datetime | None = None) -> str:
    """Return "Berlin, Germany, UTC+1". The difference from UTC is that of the moment ``at``, or of now."""
    at = at or timezone.now()
    zone = zone.zone_at(at) if isinstance(zone, Clock) else zone
    return zones.zone_in_words(str(zone), now=at) if zone else ""


@register.filter
def by_clock(at: datetime, clock: Clock) -> datetime:
    """Return a moment as ``clock`` shows it, for the filter ``date``."""
    return do_timezone(at, clock.zone_at(at))
