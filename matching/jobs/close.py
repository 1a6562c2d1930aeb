"""Closing help requests whose mentorship is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from matching.locks import try_lock_requests
from matching.models import HelpRequest, Match
from mentorship.models import Mentorship

BATCH = 500


@transaction.atomic
def close_ended(*, now: datetime) -> int:
    """Close up to BATCH unlocked requests whose mentorship is over. Return how many."""
    ended = Match.objects.filter(status=Match.Status.ACCEPTED, mentorship__status__in=Mentorship.OVER)
    matched = HelpRequest.objects.filter(status=HelpRequest.Status.MATCHED, pk__in=ended.values("help_request"))
    locked = try_lock_requests(matched.order_by("pk"), count=BATCH)
    return locked.update(status=HelpRequest.Status.CLOSED, closed_at=now)
