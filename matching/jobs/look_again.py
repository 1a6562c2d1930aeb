"""Making requests due again that wait without a mentor."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

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
    """Two sweeps at once share the work: each skips rows that the other has locked."""
    locked = requests.select_for_update(skip_locked=True, of=("self",), no_key=True)
    ids = [request.pk for request in locked.only("pk")[:BATCH]]
    return HelpRequest.objects.filter(pk__in=ids).update(mentors_due_at=now)
