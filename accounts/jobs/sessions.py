"""Sessions that are over. A visitor's session may hold a form that was typed before a login."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session


def delete_expired_sessions(*, now: datetime) -> int:
    """Delete the expired sessions. Return how many were deleted."""
    deleted, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    return deleted
