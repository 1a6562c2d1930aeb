"""Make queued requests due again after mentors changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from matching.locks import try_lock_requests
from matching.models import HelpRequest
from matching.selectors.queue import due_again, stuck

# Fewer than the sweep over due requests handles in one interval, so that new requests do not wait for the queue.
BATCH = 100


@transaction.atomic
def look_again(*, now: datetime) -> int:
    """Make requests due for which mentors may be found now. Return how many.

    These are the longest waiting in the queue, after mentors changed or places became free, and requests on
    which nobody can act (``stuck``).
    """
    return _make_due(due_again(now=now), now) + _make_due(stuck(now=now), now)


def _make_due(requests: QuerySet[HelpRequest], now: datetime) -> int:
    """Make up to BATCH unlocked requests due. Return how many."""
    return try_lock_requests(requests, count=BATCH).update(mentors_due_at=now)
