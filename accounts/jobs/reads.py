"""The record of who read private data, which is itself about people."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import StaffRead
from accounts.retention import is_held

KEPT_FOR = timedelta(days=365)


def delete_old_reads(*, now: datetime) -> int:
    """Delete the reads of a year ago. Return how many were deleted."""
    deleted, _by_model = StaffRead.objects.filter(hour_at__lte=now - KEPT_FOR).exclude(is_held("person")).delete()
    return deleted
