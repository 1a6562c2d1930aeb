"""A template filter for time zones, whose names are for programs. It is there in every template."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django import template
from django.utils import timezone

from accounts import zones

register = template.Library()


@register.filter
def zone_in_words(zone: str | tzinfo | None, at: datetime | None = None) -> str:
    """Return "Berlin, Germany, UTC+1". The difference from UTC is that of the moment ``at``, or of now."""
    return zones.zone_in_words(str(zone), now=at or timezone.now()) if zone else ""
