"""Answers that programs may ask for again. They hold what people read, so they go after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)


def delete_old_answers(*, now: datetime) -> int:
    """Delete the answers of a day ago. Return how many were deleted."""
    deleted, _by_model = KeptAnswer.objects.filter(answered_at__lte=now - KEPT_FOR).delete()
    return deleted
