"""Having mentors looked for again, for those who wait without one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from matching.models import HelpRequest
from matching.selectors.queue import due_again, stuck

# Fewer than the sweep over due requests can do meanwhile, so that the queue keeps nobody else waiting.
BATCH = 100


@transaction.atomic
def look_again(*, now: datetime) -> int:
    """Make requests due for which mentors may be found now, and return how many.

    These are the longest waiting of the queue after mentors changed or a place came free, and those whose proposals
    all came to nothing without anybody's doing: a mentor who became full must not stand in the way of the next one.
    """
    return _make_due(due_again(now=now), now) + _make_due(stuck(), now)


def _make_due(requests: QuerySet[HelpRequest], now: datetime) -> int:
    """Two sweeps at once share the work: rows are skipped while the other holds them."""
    locked = requests.select_for_update(skip_locked=True, of=("self",), no_key=True)
    ids = [request.pk for request in locked.only("pk")[:BATCH]]
    return HelpRequest.objects.filter(pk__in=ids).update(mentors_due_at=now)
