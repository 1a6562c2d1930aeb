"""Closing help requests whose mentorship is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from matching.models import HelpRequest, Match
from mentorship.models import Mentorship

BATCH = 500


@transaction.atomic
def close_ended(*, now: datetime) -> int:
    """Close matched requests whose mentorship is over. Return how many.

    Two sweeps at once share the work: each skips rows that the other has locked.
    """
    ended = Match.objects.filter(status=Match.Status.ACCEPTED, mentorship__status__in=Mentorship.OVER)
    matched = HelpRequest.objects.filter(status=HelpRequest.Status.MATCHED, pk__in=ended.values("help_request"))
    locked = matched.select_for_update(skip_locked=True, of=("self",), no_key=True).order_by("pk")
    ids = list(locked.values_list("pk", flat=True)[:BATCH])
    return HelpRequest.objects.filter(pk__in=ids).update(status=HelpRequest.Status.CLOSED, closed_at=now)
